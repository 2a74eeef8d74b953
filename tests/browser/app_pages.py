"""What the tests of the app pages share."""

from playwright.sync_api import Page

PATIENCE = 60_000
"""Milliseconds after which an answer of a page is given up: servers, a kernel for each page and
other tests share the machine, and how long an answer takes is for the benches to say."""
HOSTILE = '<img src=x onerror="window.pwned=1">=HYPERLINK("http://x")'
"""Typed wherever a reader may type, and named by the plan that the apps are served with."""


def wait_until_drawn(page: Page) -> None:
    """Until an app's page has drawn its charts too."""
    page.wait_for_selector("html[data-ready]", state="attached", timeout=90_000)
    page.wait_for_function(
        "[...document.querySelectorAll('.cw-chart')].filter(e => e.offsetParent)"
        ".every(e => e.querySelector('.main-svg') || e.classList.contains('cw-failed'))",
        timeout=30_000,
    )


def rest(page: Page) -> None:
    """Until nothing has changed on the page for a moment: what was edited has been redrawn."""
    page.evaluate(
        """() => new Promise(done => {
          let timer = setTimeout(done, 250);
          new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 250); })
            .observe(document.querySelector("main"), {childList: true, subtree: true});
        })"""
    )


def app(name: str, query: str = "lang=en") -> str:
    """The path of an app's page."""
    return f"voila/render/{name}.ipynb?{query}"


def grave(page: Page) -> list[tuple[str, list[str]]]:
    """What axe calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page, and not only a table in it, is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
