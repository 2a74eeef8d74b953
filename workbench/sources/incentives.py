"""Reader of plans of incentives."""

from pathlib import Path

from workbench.domain.programme.incentives import IncentivePlan, make_incentives
from workbench.sources.files import read_mapping


def load_incentives(path: Path) -> IncentivePlan:
    """A plan of incentives from a YAML or JSON file.

    Raises
    ------
    InputError
        If it can't be read or breaks a rule.
    """
    return make_incentives(read_mapping(path))
