"""An experiment's verdicts and effects in words, the same on every surface (A4)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from workbench.domain.experiments import Comparison
from workbench.domain.rows import records
from workbench.locale import Translator, word


def said(found: Comparison, t: Translator) -> list[str]:
    """The verdict on each arm in a sentence; one sentence alone if the split is broken."""
    if found.split.broken:
        return [
            t(
                "The split is not the planned one (p {p}): no effect can be believed until the "
                "cause is found.",
                p=p_text(found.split.p, t),
            )
        ]
    several = found.effects["metric"].nunique() > 1
    sentences = []
    for row in records(found.effects):
        sentence = _sentence(row, found, t)
        metric = word(t, "experiment_metric", row["metric"])
        sentences.append(f"{metric}{t(': ')}{sentence}" if several else sentence)
    return sentences


def _sentence(row: dict[str, Any], found: Comparison, t: Translator) -> str:
    arm, control = row["arm"], found.control
    if row["verdict"] == "too_early":
        if np.isnan(row["planned"]):
            return t(
                "{arm}: too early to say; no size can be planned before the control has results.",
                arm=arm,
            )
        return t(
            "{arm}: too early to say, {counted} of {planned} exposures per arm.",
            arm=arm,
            counted=t.number(row["counted"]),
            planned=t.number(row["planned"]),
        )
    effect = effect_text(row, found, t)
    if row["verdict"] == "better":
        return t(
            "{arm} is better than {control}: {effect}.", arm=arm, control=control, effect=effect
        )
    if row["verdict"] == "worse":
        return t(
            "{arm} is worse than {control}: {effect}.", arm=arm, control=control, effect=effect
        )
    return t(
        "{arm}: no difference to {control} shown: {effect}.",
        arm=arm,
        control=control,
        effect=effect,
    )


def effect_text(row: dict[str, Any], found: Comparison, t: Translator) -> str:
    """Effect with the interval that holds under the rule: at one look, or at every look."""
    if found.rule == "fixed":
        if np.isfinite([row["ratio"], row["ratio_low"], row["ratio_high"]]).all():
            ends = (row["ratio"], row["ratio_low"], row["ratio_high"])
            change, low, high = (signed(each - 1, t) for each in ends)
            return t("{change} ({low} to {high})", change=change, low=low, high=high)
        scale = difference_text(row["metric"], t)
        change, low, high = (scale(row[f"difference{end}"]) for end in ("", "_low", "_high"))
        return t("{change} ({low} to {high})", change=change, low=low, high=high)
    look = last_look(found, row["metric"], row["arm"])
    if row["metric"] == "value":
        scale = difference_text("value", t)
        change, low, high = (scale(look[end]) for end in ("estimate", "low", "high"))
        return t("{change} ({low} to {high}, at any look)", change=change, low=low, high=high)
    change, low, high = (odds_text(look[end], t) for end in ("estimate", "low", "high"))
    return t("odds {change} ({low} to {high}, at any look)", change=change, low=low, high=high)


def last_look(found: Comparison, metric: str, arm: str) -> dict[str, Any]:
    """The newest look at an arm: ``day, estimate, low, high, p``."""
    if found.looks is None:
        raise ValueError("The comparison has no looks.")
    own = found.looks[(found.looks["metric"] == metric) & (found.looks["arm"] == arm)]
    return own.iloc[-1].to_dict()


def difference_text(metric: str, t: Translator) -> Callable[[float], str]:
    """How a difference is written: in percentage points, or in the table's money."""
    if metric == "conversions":
        return lambda value: t("{points} points", points=signed_number(100 * value, t, 2))
    return lambda value: signed_number(value, t, 3)


def signed(share: float, t: Translator) -> str:
    """A relative change with its sign: +12.3%."""
    return ("+" if share >= 0 else "−") + t.percent(abs(share), 1)


def signed_number(value: float, t: Translator, decimals: int) -> str:
    """A number with its sign; infinite where nothing bounds it."""
    sign = "+" if value >= 0 else "−"
    return sign + ("∞" if np.isinf(value) else t.number(abs(value), decimals))


def odds_text(ratio: float, t: Translator) -> str:
    """An odds ratio as a change of the odds."""
    return "+∞" if np.isinf(ratio) else signed(ratio - 1, t)


def p_text(p: float, t: Translator) -> str:
    """A p-value to three digits; "< 0.001" below."""
    return "< 0.001" if p < 0.001 else t.number(p, 3)
