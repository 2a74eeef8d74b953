"""A brief or the portfolio in other formats than HTML: PDF, Excel, slides.

``FORMATS`` maps the ending of a file to what makes it; the heavy packages are imported when a file
is made, not before.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from workbench.domain.assess import Portfolio
from workbench.locale import Translator
from workbench.reports.exporters.errors import BrowserError, ExportError

__all__ = ["FORMATS", "BrowserError", "ExportError", "Exporter"]


class Exporter(Protocol):
    """Makes files of one format.

    ``page`` is the HTML page just written, in the same language; only PDF reads it. Errors are of
    class :class:`workbench.domain.errors.WorkbenchError`.
    """

    def market(self, portfolio: Portfolio, code: str, t: Translator, page: Path) -> bytes:
        """The file about one market."""

    def whole(self, portfolio: Portfolio, t: Translator, page: Path) -> bytes:
        """The file about all chosen markets."""


class _Pdf:
    def market(self, portfolio: Portfolio, code: str, t: Translator, page: Path) -> bytes:
        return self.whole(portfolio, t, page)

    def whole(self, portfolio: Portfolio, t: Translator, page: Path) -> bytes:
        from workbench.reports.exporters.pdf import print_page

        return print_page(page, portfolio.plan.as_of)


class _Xlsx:
    def market(self, portfolio: Portfolio, code: str, t: Translator, page: Path) -> bytes:
        from workbench.reports.exporters import xlsx

        return xlsx.market(portfolio, code, t)

    def whole(self, portfolio: Portfolio, t: Translator, page: Path) -> bytes:
        from workbench.reports.exporters import xlsx

        return xlsx.whole(portfolio, t)


class _Pptx:
    def market(self, portfolio: Portfolio, code: str, t: Translator, page: Path) -> bytes:
        from workbench.reports.exporters import slides

        return slides.market(portfolio, code, t)

    def whole(self, portfolio: Portfolio, t: Translator, page: Path) -> bytes:
        from workbench.reports.exporters import slides

        return slides.whole(portfolio, t)


FORMATS: Mapping[str, Exporter] = {"pdf": _Pdf(), "xlsx": _Xlsx(), "pptx": _Pptx()}
"""Ending of the file, without its dot -> what makes it."""
