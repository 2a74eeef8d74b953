"""What the warm kernel does once, so that no page has to: tables, texts, a first drawing."""

from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.apps._twin import TWINS, draw
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.plans import EXAMPLE_PLAN, load_plan
from workbench.store import open_workspace
from workbench.store.plans import ScenarioStore, begin


def warm() -> None:
    """Open the example plan, out of a workspace of its own, and draw every page in both languages.

    Nothing of the user's is read or written; what stays are imports, tables, texts, and the ranking
    of the example.
    """
    plan = load_plan(data_folder() / "examples" / EXAMPLE_PLAN)
    with TemporaryDirectory() as folder:
        store = open_workspace(f"sqlite:///{Path(folder) / 'w.db'}", who="-")
        begin(store, "base", plan)
        kept = ScenarioStore(store, "base").load()
        store.engine.dispose()
    for lang in ("zh", "en"):
        for app in TWINS:
            draw(app, open_portfolio(kept.but(lang=lang)))
