"""Imports of impact.com Actions, as many as are asked for: rate and memory, beside pandas alone.

``python -m bench.imports [ROWS]``; each in a process of its own, on one core.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.__main__ import say
from bench.memory import peak

ROWS = 2_000_000
BLOCK = 100_000
HEAD = (
    "Id,CampaignId,ActionTrackerId,ActionTrackerName,MediaPartnerId,MediaPartnerName,AdId,State,"
    "Amount,Payout,IntendedAmount,IntendedPayout,DeltaAmount,DeltaPayout,ClientCost,Currency,"
    "CreationDate,EventDate,LockingDate,ClearedDate,ReferringDate,ReferringDomain,ReferringType,"
    "CustomerId,CustomerStatus,CustomerCountry,PromoCode,SharedId,Oid,Note"
)


def write_actions(path: Path, rows: int, seed: int = 3) -> None:
    """A CSV file of invented Actions with all thirty columns; one row in a thousand is broken."""
    rng = np.random.default_rng(seed)
    begin = np.datetime64("2026-01-01T00:00:00")
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + "\n")
        for start in range(0, rows, BLOCK):
            size = min(BLOCK, rows - start)
            clicked = begin + rng.integers(0, 180 * 86_400, size).astype("timedelta64[s]")
            bought = clicked + rng.integers(60, 9 * 86_400, size).astype("timedelta64[s]")
            amount = np.round(rng.lognormal(4, 1, size), 2)
            partner, customer = rng.integers(0, 2_000, size), rng.integers(0, rows, size)
            state = rng.choice(["PENDING", "APPROVED", "REVERSED", "PAID"], size)
            broken = rng.random(size) < 0.001
            for place in range(size):
                paid = round(amount[place] * 0.07, 2)
                event = "soon" if broken[place] else f"{bought[place]}Z"
                file.write(
                    f"{start + place}.7.1,7,11,Online sale,{partner[place]},"
                    f"Partner {partner[place]:04d},{partner[place] % 40},{state[place]},"
                    f"{amount[place]},{paid},{amount[place]},{paid},0,0,{paid},USD,{event},{event},"
                    f"2026-09-01T00:00:00Z,,{clicked[place]}Z,example.com,CLICK,c{customer[place]},"
                    f"NEW,ID,,s{place % 50},o{start + place},\n"
                )


def ours(file: str, folder: str) -> dict[str, float]:
    """The command, as a user runs it, on one core."""
    from workbench.events.dataset import Dataset
    from workbench.locale import translator
    from workbench.sources.exports.importing import import_file
    from workbench.sources.exports.mapping import mappings_of

    start = time.perf_counter()
    (report,) = import_file(
        Path(file), mappings_of("impact"), Dataset(Path(folder) / "events"), translator("en")
    )
    assert report.loaded + report.quarantined == report.read
    return {"seconds": time.perf_counter() - start, "rows": report.read, "bad": report.quarantined}


def pandas(file: str, _folder: str) -> dict[str, float]:
    """pandas reads the file and its times, and does nothing with them."""
    import pandas as pd

    start = time.perf_counter()
    table = pd.read_csv(file)
    for name in ("EventDate", "ReferringDate"):
        pd.to_datetime(table[name], errors="coerce", utc=True)
    return {"seconds": time.perf_counter() - start, "rows": len(table)}


def alone(name: str, *words: str) -> dict[str, float]:
    """What a function found on one core, and the most memory it took, in MB."""
    command = [sys.executable, "-m", "bench.imports", "--alone", name, *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def main(rows: int) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "actions.csv"
        write_actions(file, rows)
        first = alone("ours", str(file), folder)
        again = alone("ours", str(file), folder)
        theirs = alone("pandas", str(file), folder)
    rate = rows / first["seconds"] * 60 / 1e6
    say(f"impact Actions: {rows:,} rows of 30 columns, one core", f"{first['seconds']:.1f} s")
    say("million rows a minute (at least 1)", f"{rate:.1f}")
    say("memory (at most 1,000 MB)", f"{first['memory']:.0f} MB")
    say(
        "the same file again, nothing changes",
        f"{again['seconds']:.1f} s, {again['memory']:.0f} MB",
    )
    say("pandas reads it and does nothing", f"{theirs['seconds']:.1f} s, {theirs['memory']:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        os.sched_setaffinity(0, {0})
        result = {"ours": ours, "pandas": pandas}[sys.argv[2]](*sys.argv[3:])
        print(json.dumps({**result, "memory": peak()}))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
