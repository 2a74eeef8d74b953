"""Wording to try, and the promises it makes (M5)."""

from typing import Any

import ipywidgets as widgets

from workbench.domain.errors import WorkbenchError
from workbench.domain.plan import Lang
from workbench.figures import promise
from workbench.figures.view import View
from workbench.widgets._panel import Panel


class PromisePanel(Panel):
    """The copy in zh and en; each word of promise is held against the technology at once."""

    def controls(self) -> list[widgets.Widget]:
        """A text area per language."""
        t = self.state.t
        self.copies: dict[Lang, widgets.Textarea] = {}
        labels: dict[Lang, str] = {"zh": t("Copy in Chinese"), "en": t("Copy in English")}
        for lang, label in labels.items():
            area = widgets.Textarea(
                description=label,
                continuous_update=False,
                rows=3,
                style={"description_width": "initial"},
                layout={"width": "100%", "height": "auto"},
            )
            area.observe(self.guarded(self._edited), "value")
            self.copies[lang] = area
        return list(self.copies.values())

    def view(self) -> View:
        """The promises found and how each fares in the market in focus."""
        if not self.readonly:
            self._fill()
        return promise.view(self.state.portfolio, self.state.market, self.state.t)

    def _fill(self) -> None:
        product = self.state.portfolio.product
        self._filling = True  # both areas belong to one change
        for lang, area in self.copies.items():
            own = getattr(product.advert, lang) if product else ""
            area.value = self.state.plan.advert.get(lang, own)
        self._filling = False

    def lock(self, locked: bool) -> None:
        """Without a product there is no copy to write either."""
        for area in self.copies.values() if self._controls else ():
            area.disabled = locked or self.state.portfolio.product is None

    def _edited(self, _change: Any) -> None:
        product = self.state.portfolio.product
        if product is None or self._filling:
            return
        said = {
            lang: area.value
            for lang, area in self.copies.items()
            if area.value != getattr(product.advert, lang)
        }
        try:
            self.state.change(advert=said)
        except WorkbenchError:
            self._fill()  # what stands in the plan
            raise
