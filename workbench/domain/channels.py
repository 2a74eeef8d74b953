"""Channel fit and starting mix of an industry in a market (M3).

A channel's driver weight (1 to 5, from the industry's table) is changed by named rules where the
market's needs call for it, each with its reason; the mix shares 100% in proportion to what
remains, within a floor and a cap for each channel.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.domain.errors import InputError

CROWDED_CHANGE = -1.0
"""Change of a channel's weight where the competitors all spend (M7: detour)."""


@dataclass(frozen=True)
class ChannelFit:
    """The channel plan of one market.

    Attributes
    ----------
    table
        Index ``channel``; columns ``base, change, weight, mix, floor, cap, origin``: points,
        points, points, whole percent (sums to 100), percent, percent, ``source``, ``ours`` or
        ``override``. A channel whose weight falls to 0 or below has a mix of 0.
    adjustments
        Columns ``channel, rule, change, need, level``, one row for each rule that fired. The
        rule ``crowded`` has no need. ``unknown_needs`` lists rules that could not be tried.
    platforms
        Columns ``channel, platform, kind, reach``: who carries the channel in this market.
    unknown_needs
        Needs that some rule asks for but whose level is not known here.
    """

    table: pd.DataFrame
    adjustments: pd.DataFrame
    platforms: pd.DataFrame
    unknown_needs: tuple[str, ...]


def fit(
    base: pd.DataFrame,
    catalogue: pd.DataFrame,
    rules: pd.DataFrame,
    levels: pd.Series,
    platforms: pd.DataFrame,
    crowded: frozenset[str] = frozenset(),
    overrides: dict[str, float] | None = None,
    floors: dict[str, float] | None = None,
    caps: dict[str, float] | None = None,
) -> ChannelFit:
    """Adjust the industry's channels to a market and suggest a mix.

    Parameters
    ----------
    base
        Columns ``channel, weight, origin`` for one industry.
    catalogue
        Columns ``channel, floor_pct, cap_pct, platform_kinds``.
    rules
        Columns ``rule, need, operator, level, channel, change``; operator ``ge`` or ``le``.
    levels
        Need -> level 1 to 5 or NaN in this market.
    platforms
        This market's rows: columns ``kind, platform, reach``.
    crowded
        Channels in which the competitors all spend.
    overrides, floors, caps
        Channel -> driver weight (0 takes it out), floor in %, cap in %.

    Raises
    ------
    InputError
        For an unknown channel, a floor above its cap, or bounds that can't reach 100%.
    """
    catalogue = catalogue.set_index("channel")
    for name, given in (("weight", overrides), ("floor", floors), ("cap", caps)):
        _check_channels(name, given or {}, catalogue.index)
    table = base.set_index("channel")[["weight", "origin"]].rename(columns={"weight": "base"})
    for channel, weight in (overrides or {}).items():
        table.loc[channel] = [float(weight), "override"]
    adjustments = _adjust(rules, levels, table.index, crowded)
    table["change"] = adjustments.groupby("channel")["change"].sum().reindex(table.index).fillna(0)
    table["weight"] = (table["base"] + table["change"]).where(table["base"] > 0, 0).clip(lower=0)
    table["floor"] = catalogue["floor_pct"].reindex(table.index).fillna(0)
    table["cap"] = catalogue["cap_pct"].reindex(table.index).fillna(100)
    for column, given in (("floor", floors), ("cap", caps)):
        for channel, bound in (given or {}).items():
            if channel in table.index:
                table.loc[channel, column] = bound
    shared = table["weight"] > 0
    table.loc[~shared, "floor"] = 0
    table["mix"] = 0.0
    table.loc[shared, "mix"] = mix(
        table.loc[shared, "weight"].to_numpy(), table.loc[shared, "floor"].to_numpy(),
        table.loc[shared, "cap"].to_numpy(), list(table.index[shared]))
    asked = rules.loc[rules["channel"].isin(table.index), "need"].unique()
    kinds = catalogue["platform_kinds"].str.split(";")
    carriers = [
        {"channel": channel, "platform": row.platform, "kind": row.kind, "reach": row.reach}
        for channel in table.index[shared] for row in platforms.itertuples()
        if row.kind in (kinds.get(channel) or [])
    ]
    return ChannelFit(
        table=table.sort_values(["mix", "weight"], ascending=False, kind="stable"),
        adjustments=adjustments,
        platforms=pd.DataFrame(carriers, columns=["channel", "platform", "kind", "reach"]),
        unknown_needs=tuple(need for need in asked if pd.isna(levels.get(need, np.nan))),
    )


def _check_channels(what: str, given: dict[str, float], known: pd.Index) -> None:
    for channel, value in given.items():
        if channel not in known:
            raise InputError("Unknown channel {channel!r} in the channel {what}s; channels are: "
                             "{known}.", channel=channel, what=what, known=", ".join(known))
        top = 5 if what == "weight" else 100
        if not np.isfinite(value) or not 0 <= value <= top:
            raise InputError("The {what} {value!r} of channel {channel} is not allowed; it runs "
                             "from 0 to {top}.", what=what, value=value, channel=channel, top=top)


def _adjust(
    rules: pd.DataFrame, levels: pd.Series, channels: pd.Index, crowded: frozenset[str]
) -> pd.DataFrame:
    fired = []
    for rule in rules[rules["channel"].isin(channels)].itertuples():
        level = levels.get(rule.need, np.nan)
        if pd.isna(level):
            continue
        holds = level >= rule.level if rule.operator == "ge" else level <= rule.level
        if holds:
            fired.append((rule.channel, rule.rule, rule.change, rule.need, level))
    fired += [(channel, "crowded", CROWDED_CHANGE, "", np.nan)
              for channel in channels if channel in crowded]
    return pd.DataFrame(fired, columns=["channel", "rule", "change", "need", "level"])


def mix(
    weights: npt.NDArray[np.float64],
    floors: npt.NDArray[np.float64],
    caps: npt.NDArray[np.float64],
    names: list[str],
) -> npt.NDArray[np.float64]:
    """Whole percentages that sum to 100, in proportion to ``weights`` within the bounds.

    Proportional filling: share = clip(t * weight, floor, cap) with the one t that makes the sum
    100; then rounded by largest remainders within the bounds. All arrays of shape (channels,);
    weights above 0.

    Raises
    ------
    InputError
        If a floor is above its cap, the floors exceed 100, or the caps fall short of it.
    """
    weights = np.asarray(weights, dtype=float)
    floors = np.ceil(np.asarray(floors, dtype=float))  # whole percentages can keep only these
    caps = np.floor(np.asarray(caps, dtype=float))
    for name, floor, cap in zip(names, floors, caps, strict=True):
        if floor > cap:
            raise InputError("Channel {name}: the floor {floor:g}% is above the cap {cap:g}%; "
                             "lower the floor or raise the cap.", name=name, floor=floor, cap=cap)
    if floors.sum() > 100:
        raise InputError("The floors of {names} sum to {total:g}%, above 100%; lower one of them.",
                         names=", ".join(names), total=floors.sum())
    if caps.sum() < 100:
        raise InputError("The caps of {names} sum to {total:g}%, below 100%; raise one of them.",
                         names=", ".join(names), total=caps.sum())
    low, high = 0.0, 100.0 / weights.min() + 1
    for _ in range(200):  # bisection: the filled share grows with t
        middle = (low + high) / 2
        if np.clip(middle * weights, floors, caps).sum() < 100:
            low = middle
        else:
            high = middle
    return _whole(np.clip(high * weights, floors, caps), floors, caps)


def _whole(
    shares: npt.NDArray[np.float64],
    floors: npt.NDArray[np.float64],
    caps: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    result = np.clip(np.floor(shares + 1e-9), floors, caps)
    while (gap := round(100 - result.sum())) != 0:
        step = 1 if gap > 0 else -1
        room = (result < caps) if step > 0 else (result > floors)
        wish = np.where(room, step * (shares - result), -np.inf)
        result[int(wish.argmax())] += step
    return result
