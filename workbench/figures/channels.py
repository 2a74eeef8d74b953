"""Channel fit and starting mix drawn (M3)."""

from workbench.domain.assess import Portfolio
from workbench.domain.channels import ChannelFit
from workbench.domain.rows import records, tuples
from workbench.figures.needs import need_names
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator, word


def mix(fit: ChannelFit, names: dict[str, str], t: Translator) -> Drawing:
    """The starting mix in percent, largest first."""
    table = fit.table[fit.table["mix"] > 0].iloc[::-1]
    labels = [names[channel] for channel in table.index]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "x": table["mix"].tolist(),
            "y": labels,
            "text": [t.percent(share / 100) for share in table["mix"]],
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": tokens()["accent"]},
            "hoverinfo": "y+text",
        }
    ]
    drawn = figure(
        data,
        ROW * len(labels) + 40,
        xaxis={"ticksuffix": "%", "range": [0, float(table["mix"].max()) * 1.15]},
    )
    largest = table.index[-1]
    finding = t(
        "{channel} takes the largest share, {share}",
        channel=names[str(largest)],
        share=t.percent(float(table.loc[largest, "mix"]) / 100),
    )
    alt = t.listing(
        [
            f"{label} {share:.0f}%"
            for label, share in zip(labels[::-1], table["mix"][::-1], strict=True)
        ]
    )
    return Drawing(drawn, finding, alt, t("Starting mix, whole percent; floors and caps apply"))


def channel_names(portfolio: Portfolio, t: Translator) -> dict[str, str]:
    """Channel -> its name in the language."""
    table = portfolio.reference.channels
    return dict(zip(table["channel"], table[f"name_{t.lang}"], strict=True))


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """Which channels, in what proportion, and which rules moved them."""
    fit = portfolio.market(code).channels
    names, needs = channel_names(portfolio, t), need_names(portfolio, t)
    catalogue = {row["channel"]: row for row in records(portfolio.reference.channels)}
    rules = portfolio.reference.channel_rules
    reasons = dict(zip(rules["rule"], rules[f"reason_{t.lang}"], strict=True))
    base = portfolio.reference.industry_channels
    base = base[base["industry"] == portfolio.industry]
    usual = dict(zip(base["channel"], base[f"reason_{t.lang}"], strict=True))
    steps = tuples(fit.adjustments)
    carriers: dict[str, list[tuple[str, str]]] = {}
    for each in tuples(fit.platforms):
        carriers.setdefault(each.channel, []).append((each.platform, each.reach))
    rows = []
    for channel, row in zip(fit.table.index, records(fit.table), strict=True):
        moved = [
            {
                "change": step.change,
                "why": t("Crowded: every known competitor spends here")
                if step.rule == "crowded"
                else f"{needs[step.need]} {t.number(step.level, 1)}{t(': ')}{reasons[step.rule]}",
            }
            for step in steps
            if step.channel == channel
        ]
        entry = catalogue[channel]
        rows.append(
            {
                **row,
                "name": names[str(channel)],
                "moved": moved,
                "reason": usual.get(channel, ""),
                "platforms": [
                    t("{platform} ({reach})", platform=name, reach=word(t, "reach", reach))
                    for name, reach in carriers.get(channel, [])[:5]
                ],
                "unit": entry[f"buying_unit_{t.lang}"],
                "cost": entry["cost_type"],
                "days": (entry["time_to_effect_days_low"], entry["time_to_effect_days_high"]),
            }
        )
    html = render(
        "channels",
        t,
        rows=rows,
        unknown=[needs[need] for need in fit.unknown_needs],
        ignored=[names[channel] for channel in fit.ignored],
        industry=portfolio.reference.label("industries", portfolio.industry, t.lang),
    )
    return View("channels", t("Suggested channel mix"), html, mix(fit, names, t))
