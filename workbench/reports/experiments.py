"""Experiments and creatives as rows for a terminal, and as JSON (docs/experiments.md)."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.experiments import Comparison
from workbench.domain.rows import records
from workbench.figures.creatives import trait_sentence
from workbench.figures.effects import effect_text, p_text, said
from workbench.locale import Translator, word
from workbench.reports.listing import Rows
from workbench.reports.records import VERSION, plain


def listing(found: Comparison, t: Translator) -> Rows:
    """A row an arm, the control first; the verdicts in words below."""
    rows = []
    sequential = found.rule == "sequential"
    metrics = list(dict.fromkeys(found.effects["metric"]))
    for metric in metrics:
        rows.append([found.control, *_counts(found, metric, found.control, t), "—", "—", "—", "—"])
        for row in records(found.effects[found.effects["metric"] == metric]):
            p = row["always_p_adjusted" if sequential else "p_adjusted"]
            rows.append(
                [
                    row["arm"],
                    *_counts(found, metric, row["arm"], t),
                    effect_text(row, found, t),
                    p_text(p, t),
                    f"{t.number(row['counted'])} / {t.number(row['planned'])}",
                    word(t, "experiment_verdict", row["verdict"]),
                ]
            )
    head = [
        t("Arm"),
        t("Exposures"),
        t("Measure"),
        t("Result per exposure"),
        t("Probability to be best"),
        t("Effect against {control}", control=found.control),
        t("p, adjusted"),
        t("Exposures of planned"),
        t("Result"),
    ]
    causes = [f"- {t.text(cause)}" for cause in found.split.causes]
    return head, rows, "\n".join([*said(found, t), *causes])


def _counts(found: Comparison, metric: str, arm: str, t: Translator) -> list[str]:
    own = found.arms.loc[arm]
    rate = metric == "conversions"
    return [
        t.number(own["exposures"]),
        word(t, "experiment_metric", metric),
        t.percent(own["rate"], 2) if rate else t.number(own["mean"], 3),
        t.percent(found.posterior.loc[arm, "best"], 1) if rate else "—",
    ]


def envelope(found: Comparison, t: Translator) -> dict[str, Any]:
    """The whole comparison as JSON primitives; what is unknown or unbounded is null."""
    split = found.split
    return plain(
        {
            "version": VERSION,
            "topic": "experiment",
            "control": found.control,
            "rule": found.rule,
            "plan": {
                "alpha": found.alpha,
                "power": found.power,
                "effect": found.effect,
                "baseline": found.baseline,
                "method": found.method,
            },
            "said": said(found, t),
            "split": {
                "test": split.test,
                "p": split.p,
                "alpha": split.alpha,
                "broken": split.broken,
                "expected": split.table["expected"].to_dict(),
                "causes": [t.text(cause) for cause in split.causes],
            },
            "arms": _records(found.arms.reset_index()),
            "effects": _records(found.effects),
            "posterior": _records(found.posterior.reset_index()),
            "looks": [] if found.looks is None else _records(found.looks),
        }
    )


def creative_listing(used: pd.DataFrame, found: pd.DataFrame | None, t: Translator) -> Rows:
    """A row a creative, most used first; what the traits say below."""
    rows = [
        [
            str(name),
            t.number(row["uses"]),
            t.percent(row["use_share"]),
            t.number(row["partners"]),
            t.number(row["clicks"]),
            t.number(row["orders"]),
            t.percent(row["rate"], 2),
            t.percent(row["shrunk_rate"], 2),
        ]
        for name, row in zip(used.index, records(used), strict=True)
    ]
    head = [
        t("Creative"),
        t("Uses"),
        t("Share of uses"),
        t("Partners"),
        t("Clicks"),
        t("Orders"),
        t("Conversion rate"),
        t("Rate, drawn to the common one"),
    ]
    lines = [
        t(
            "{trait} = {value}: {rate} against {others}, p {p} adjusted",
            trait=row["trait"],
            value=row["value"],
            rate=t.percent(row["rate"], 2),
            others=t.percent(row["rate_of_others"], 2),
            p=p_text(row["p_adjusted"], t),
        )
        for row in (records(found) if found is not None else [])
    ]
    return head, rows, "\n".join(line for line in (trait_sentence(found, t), *lines) if line)


def creative_envelope(
    used: pd.DataFrame, found: pd.DataFrame | None, t: Translator
) -> dict[str, Any]:
    """Use and traits as JSON primitives."""
    return plain(
        {
            "version": VERSION,
            "topic": "creatives",
            "said": trait_sentence(found, t),
            "creatives": _records(used.reset_index()),
            "traits": [] if found is None else _records(found),
        }
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return records(frame.replace([np.inf, -np.inf], np.nan))
