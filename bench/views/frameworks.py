"""The frameworks: how each is started, and how its drop-down is used."""

import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

VIEWS = Path(__file__).parent
LOOPBACK = "127.0.0.1"


class UndrawnError(Exception):
    """A framework does not show the view; the text says what it said itself."""


@dataclass(frozen=True)
class Framework:
    """How a framework is started and used.

    Attributes
    ----------
    name, packages
        What is printed, and the distributions whose versions are.
    command
        Arguments of Python; ``{port}`` is filled in.
    page
        The address of the view, after the host.
    choose
        Chooses an option in the drop-down as a user would.
    env
        More environment variables.
    """

    name: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    page: str
    choose: Callable[[Page, str], object]
    env: dict[str, str] = field(default_factory=dict)

    def versions(self) -> str:
        """Each package with its version.

        Raises
        ------
        PackageNotFoundError
            If one is not installed.
        """
        return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in self.packages)


def _native(page: Page, option: str) -> None:
    page.locator("select").first.select_option(label=option)


def _streamlit(page: Page, option: str) -> None:
    page.locator("[data-testid=stSelectbox] input").click()
    page.get_by_role("option", name=option, exact=True).click()


def _solara(page: Page, option: str) -> None:
    page.locator(".v-select").first.click()  # the table has one too
    page.locator(".v-list-item", has_text=option).click()


OURS = "workbench serve"
OF_OTHERS = ("jupyter-vue", "jupyter-vuetify", "@pyviz/jupyterlab_pyviz")
"""JupyterLab extensions that are there only because all frameworks share one environment."""
FRAMEWORKS = (
    Framework(
        "stock voila",
        ("voila", "ipywidgets", "plotly"),
        (
            *("voila", str(VIEWS / "notebooks"), "--no-browser", "--port={port}"),
            # It would load what Solara and Panel brought, 3 MB, into each page.
            *(f"--VoilaConfiguration.extension_denylist={name}" for name in OF_OTHERS),
        ),
        "voila/render/stock.ipynb",
        _native,
    ),
    Framework(
        "Streamlit",
        ("streamlit", "plotly"),
        (
            *("streamlit", "run", str(VIEWS / "in_streamlit.py"), "--server.port={port}"),
            *(f"--server.address={LOOPBACK}", "--server.headless=true"),
            *("--browser.gatherUsageStats=false", "--server.fileWatcherType=none"),
        ),
        "",
        _streamlit,
    ),
    Framework(
        "Panel",
        ("panel", "bokeh", "plotly"),
        (
            *("panel", "serve", str(VIEWS / "in_panel.py"), "--port={port}"),
            *("--address", LOOPBACK),
        ),
        "in_panel",
        _native,
    ),
    Framework(
        "Solara",
        ("solara", "plotly"),
        (
            *("solara", "run", str(VIEWS / "in_solara.py"), "--port={port}", "--host", LOOPBACK),
            *("--production", "--no-open", "--no-check-version"),
        ),
        "",
        _solara,
        {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"},
    ),
    Framework(
        OURS,
        ("channel-workbench", "voila", "ipywidgets", "plotly"),
        ("bench.views.serving", "{port}"),
        "voila/render/workbench.ipynb?lang=en",
        _native,
    ),
)
