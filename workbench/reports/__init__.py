"""Briefs: sections of a market's report, the page around them, and the batch over markets."""

from workbench.reports.brief import Brief, open_brief

__all__ = ["Brief", "open_brief"]
