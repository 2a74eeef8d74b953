"""The story for management (A8): three levels of data, each in sentences made from results.

Source (article 003): level 1, what happened (partners, shares, returns); level 2, what was tried
and what moved; level 3, who adds value beyond the last click.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.programme.activity import Activity
from workbench.domain.programme.alerts import Alerts
from workbench.domain.programme.concentration import Concentration
from workbench.domain.programme.pivot import Pivot
from workbench.domain.programme.ramp import Ramp
from workbench.domain.text import N_, T_, Text


@dataclass(frozen=True)
class Level:
    """A section: a title and sentences."""

    number: int
    title: Text
    sentences: tuple[Text | str, ...]


VERDICTS = {
    "below": T_(
        "Output so far lies below the band of a programme that matures in 6 to 12 months: look at "
        "level 2 for what to change."
    ),
    "within": T_(
        "Output so far lies within the band of a programme that matures in 6 to 12 months: go on."
    ),
    "above": T_(
        "Output so far lies above the band of a programme that matures in 6 to 12 months: consider "
        "a higher target."
    ),
    "unknown": T_("No month of output is known yet: the ramp can't be judged."),
}


def story(
    figures: Pivot | None,
    acts: Activity,
    spread: Concentration,
    ramped: Ramp | None = None,
    alerted: Alerts | None = None,
    tried: Sequence[Text | str] = (),
    credited: Sequence[Text | str] = (),
) -> tuple[Level, Level, Level]:
    """Three sections. What has not been measured is said, with what to do about it.

    Parameters
    ----------
    figures
        With the measures ``orders, roi, aov, reversal_rate``, however split; None: no orders are
        known at all.
    tried
        Results of experiments, a sentence each; plain where it is in the reader's language.
    credited
        Results of attribution, a sentence each.
    """
    return (
        Level(1, T_("Level 1: what happened"), _first(figures, acts, spread, ramped)),
        Level(2, T_("Level 2: what moved and what we try"), _second(alerted, tried)),
        Level(3, T_("Level 3: who adds value"), _third(credited)),
    )


def _first(
    figures: Pivot | None, acts: Activity, spread: Concentration, ramped: Ramp | None
) -> tuple[Text, ...]:
    joined, active = acts.total["joined"], _whole(acts.total["active"])
    selling = _whole(acts.total["selling"])
    said = [
        # Nobody joins in a customer's country or on a day: filtered so, the number is unknown.
        T_(
            "Partners that clicked in the period: {active}; that sold: {selling}.",
            active=active,
            selling=selling,
        )
        if joined != joined
        else N_(
            "{count} partner has joined, {active} clicked in the period, {selling} sold.",
            "{count} partners have joined, {active} clicked in the period, {selling} sold.",
            int(joined),
            active=active,
            selling=selling,
        ),
    ]
    if figures is None:
        said.append(T_("No export of orders is imported yet: what they brought is unknown."))
        return tuple(said)
    total = figures.total
    if total["orders"] != total["orders"]:
        said.append(T_("No export tells of orders in the period: what they brought is unknown."))
        return tuple(said)
    said.append(
        N_(
            "They brought {count} order; return on cost {roi}, {reversed} of orders reversed.",
            "They brought {count} orders; return on cost {roi}, {reversed} of orders reversed.",
            int(total["orders"]),
            roi=_number(total["roi"], "{:.1f}"),
            reversed=_number(total["reversal_rate"], "{:.1%}"),
        )
    )
    if spread.partners:
        said.append(
            N_(
                "{makers} of {count} selling partner makes 80% of the orders.",
                "{makers} of {count} selling partners make 80% of the orders.",
                spread.partners,
                makers=spread.makers,
            )
        )
    if ramped is not None:
        said.append(VERDICTS[ramped.verdict])
    return tuple(said)


def _second(alerted: Alerts | None, tried: Sequence[Text | str]) -> tuple[Text | str, ...]:
    if alerted is None:
        said = [T_("Alerts have not been looked at yet: run workbench alerts.")]
    elif alerted.found:
        grave = sum(one.severity == "high" for one in alerted.found)
        said = [
            N_(
                "{count} alert, {grave} of high severity; each has a next step.",
                "{count} alerts, {grave} of high severity; each has a next step.",
                len(alerted.found),
                grave=grave,
            )
            if grave
            else N_(
                "{count} alert, with a next step.",
                "{count} alerts, each with a next step.",
                len(alerted.found),
            )
        ]
    elif alerted.tested and alerted.untested:
        said = [
            N_(
                "Nothing moved out of the ordinary; {count} partner could not be judged.",
                "Nothing moved out of the ordinary; {count} partners could not be judged.",
                alerted.untested,
            )
        ]
    elif alerted.tested:
        said = [T_("No partner moved out of the ordinary.")]
    else:
        said = [T_("Alerts can't be told yet: too few weeks or counts.")]
    if tried:
        return (*said, *tried)
    return (*said, T_("No creative, page or channel has been tested yet: begin with one A/B test."))


def _third(credited: Sequence[Text | str]) -> tuple[Text | str, ...]:
    if credited:
        return tuple(credited)
    return (
        T_(
            "Who introduces customers and who only closes is not known yet: run workbench "
            "attribute over the touchpoints."
        ),
    )


def _whole(value: float) -> Text | str:
    return T_("an unknown number") if value != value else f"{int(value):,}"


def _number(value: float, pattern: str) -> Text | str:
    return T_("unknown") if value != value else pattern.format(value)
