"""The invented events as if somebody had imported them."""

from pathlib import Path

from workbench.events.dataset import Dataset
from workbench.sources.example_events import example_events

ALL = ("touchpoints", "conversions", "partners")


def import_example(folder: Path, *names: str) -> None:
    """Load the example's tables, or some of them, into a folder of events."""
    made = example_events()
    with Dataset(folder).loading() as load:
        for name in names or ALL:
            load.add(name, getattr(made, name))
        load.commit()
