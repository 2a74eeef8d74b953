"""The tables that the domain works on, validated where they were read."""

from dataclasses import dataclass, fields

import pandas as pd


@dataclass(frozen=True)
class Reference:
    """Reference tables; the columns are those of ``data/reference/schema.yaml``.

    ``competitors`` is the user's register (empty if there is none); the rest comes with the
    workbench.
    """

    markets: pd.DataFrame
    indicators: pd.DataFrame
    indicator_catalogue: pd.DataFrame
    languages: pd.DataFrame
    regulation: pd.DataFrame
    platforms: pd.DataFrame
    needs: pd.DataFrame
    need_formulas: pd.DataFrame
    need_priors: pd.DataFrame
    criteria: pd.DataFrame
    industries: pd.DataFrame
    industry_weights: pd.DataFrame
    industry_channels: pd.DataFrame
    channels: pd.DataFrame
    channel_rules: pd.DataFrame
    checks: pd.DataFrame
    promises: pd.DataFrame
    requirements: pd.DataFrame
    providers: pd.DataFrame
    provider_scores: pd.DataFrame
    partner_types: pd.DataFrame
    affiliate_platforms: pd.DataFrame
    affiliate_scores: pd.DataFrame
    market_notes: pd.DataFrame
    sources: pd.DataFrame
    competitors: pd.DataFrame

    @staticmethod
    def names() -> tuple[str, ...]:
        """The tables' names, in order."""
        return tuple(field.name for field in fields(Reference))

    def label(self, table: str, key: str, lang: str) -> str:
        """The name of an entry in a language, e.g. ``label("needs", "privacy", "zh")``.

        Where the table has no such entry the key itself is returned.
        """
        frame: pd.DataFrame = getattr(self, table)
        found = frame.loc[frame[frame.columns[0]] == key, f"name_{lang}"]
        return str(found.iloc[0]) if len(found) else key
