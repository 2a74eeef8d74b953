"""What must be said of the conversions and touches behind attribution, in words."""

from workbench.domain.answer import Answer
from workbench.locale import Translator, word


def lead(answer: Answer, t: Translator) -> str:
    """What was counted, in one sentence."""
    totals, counted = answer.credited.found.totals, answer.counted
    return t.n(
        "{count} conversion, worth {value}; journeys: {journeys}, touchpoints: {touches}.",
        "{count} conversions, worth {value}; journeys: {journeys}, touchpoints: {touches}.",
        int(totals.conversions),
        value=f"{t.number(totals.value)} {counted.currency or ''}".strip(),
        journeys=t.number(totals.journeys),
        touches=t.number(totals.touchpoints),
    )


def remarks(answer: Answer, t: Translator) -> list[str]:
    """What was left out, or isn't known, a sentence each."""
    totals, counted = answer.credited.found.totals, answer.counted
    said: list[str] = []
    if len(counted.sources) > 1:
        said.append(
            t(
                "Conversions come from several exports ({sources}); an order that two of them "
                "report counts twice, so choose one.",
                sources=t.listing(list(counted.sources)),
            )
        )
    if totals.unattributed:
        said.append(
            t.n(
                "{count} conversion had no touchpoint in the window and is nobody's.",
                "{count} conversions had no touchpoint in the window and are nobody's.",
                int(totals.unattributed),
            )
        )
    if totals.outside:
        said.append(
            t.n(
                "{count} touchpoint was older than the window.",
                "{count} touchpoints were older than the window.",
                int(totals.outside),
            )
        )
    if counted.without_journey:
        said.append(
            t.n(
                "{count} conversion belongs to no journey and is left out.",
                "{count} conversions belong to no journey and are left out.",
                counted.without_journey,
            )
        )
    if counted.without_value:
        said.append(
            t.n(
                "{count} conversion has no known value: it counts, and adds nothing to the value.",
                "{count} conversions have no known value: they count, and add nothing to the "
                "value.",
                counted.without_value,
            )
        )
    if counted.foreign_costs:
        said.append(
            t.n(
                "{count} touchpoint cost something in another currency: what those it belongs to "
                "cost is unknown.",
                "{count} touchpoints cost something in another currency: what those they belong "
                "to cost is unknown.",
                counted.foreign_costs,
            )
        )
    if answer.credited.found.left_out:
        said.append(
            t(
                "Without times these models can't be had: {models}.",
                models=t.listing(
                    [word(t, "model", model) for model in answer.credited.found.left_out]
                ),
            )
        )
    return said
