"""Channel fit and starting mix of an industry in a market (M3).

A channel's driver weight (1 to 5, from the industry's table) is changed by named rules where the
market's needs call for it, each with its reason; the mix shares 100% in proportion to what
remains, within a floor and a cap for each channel.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.rows import indexed, tuples
from workbench.domain.text import T_, Text

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
    ignored
        Channels that a floor or cap was given for but that take no part in the mix, so that the
        bound has no effect: not of this industry and without a weight of the plan's own, or with
        a weight of 0. Noted rather than refused, since a plan keeps its bounds while the industry
        or a market's needs change.
    """

    table: pd.DataFrame
    adjustments: pd.DataFrame
    platforms: pd.DataFrame
    unknown_needs: tuple[str, ...]
    ignored: tuple[str, ...] = ()


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
        For an unknown channel, a floor above its cap, or bounds that can't reach 100%. A bound of
        a channel outside the mix is no error; see :attr:`ChannelFit.ignored`.
    """
    check_given(catalogue, overrides, floors, caps)
    bounds = {row.channel: row for row in tuples(catalogue)}
    drivers = {row.channel: (row.weight, row.origin) for row in tuples(base)}
    drivers.update({name: (weight, "override") for name, weight in (overrides or {}).items()})
    fired, unknown = _adjust(rules, levels, drivers, crowded)
    rows = []
    for channel, (weight, origin) in drivers.items():
        change = sum(step for name, _, step, *_ in fired if name == channel)
        final = max(weight + change, 0.0) if weight > 0 else 0.0
        low = (floors or {}).get(channel, bounds[channel].floor_pct) if final > 0 else 0.0
        high = (caps or {}).get(channel, bounds[channel].cap_pct)
        rows.append([channel, weight, origin, change, final, low, high, 0.0])
    names = ["channel", "base", "origin", "change", "weight", "floor", "cap", "mix"]
    shared = [row for row in rows if row[4] > 0]
    if not shared:
        raise InputError("Every channel has a weight of 0; give at least one a weight above 0.")
    shares = mix(
        np.array([row[4] for row in shared]),
        np.array([row[5] for row in shared]),
        np.array([row[6] for row in shared]),
        [row[0] for row in shared],
    )
    for row, share in zip(shared, shares, strict=True):
        row[7] = float(share)
    rows.sort(key=lambda row: (-row[7], -row[4]))
    return ChannelFit(
        table=indexed(rows, names),
        adjustments=pd.DataFrame(fired, columns=["channel", "rule", "change", "need", "level"]),
        platforms=_carriers([row[0] for row in rows if row[7] > 0], bounds, platforms),
        unknown_needs=unknown,
        ignored=_without_share({**(floors or {}), **(caps or {})}, [row[0] for row in shared]),
    )


def check_given(
    catalogue: pd.DataFrame,
    overrides: dict[str, float] | None = None,
    floors: dict[str, float] | None = None,
    caps: dict[str, float] | None = None,
) -> None:
    """Raise :class:`InputError` for a strategist's weight or bound that no market could use."""
    if not (overrides or floors or caps):
        return
    usual = catalogue.set_index("channel")
    for what, given in (
        (T_("weight"), overrides),
        (T_("floor"), floors),
        (T_("cap"), caps),
    ):
        _check_channels(what, given or {}, list(usual.index))
    low = usual["floor_pct"].to_dict() | (floors or {})
    high = usual["cap_pct"].to_dict() | (caps or {})
    for channel in (*(floors or {}), *(caps or {})):
        _check_bounds(channel, low[channel], high[channel])


def _without_share(bounded: Iterable[str], sharing: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in bounded if name not in set(sharing))


def _check_bounds(name: str, floor: float, cap: float) -> None:
    if floor > cap:
        raise InputError(
            "Channel {name}: the floor {floor:g}% is above the cap {cap:g}%; "
            "lower the floor or raise the cap.",
            name=name,
            floor=floor,
            cap=cap,
        )


def _carriers(names: list[str], bounds: dict[str, Any], platforms: pd.DataFrame) -> pd.DataFrame:
    known = list(zip(platforms["platform"], platforms["kind"], platforms["reach"], strict=True))
    found = [
        (channel, *carrier)
        for channel in names
        for carrier in known
        if carrier[1] in bounds[channel].platform_kinds.split(";")
    ]
    return pd.DataFrame(found, columns=["channel", "platform", "kind", "reach"])


def _check_channels(what: Text, given: dict[str, float], known: Iterable[str]) -> None:
    for channel, value in given.items():
        if channel not in known:
            raise InputError(
                "Unknown channel {channel!r} in the channel {what}s; channels are: {known}.",
                channel=channel,
                what=what,
                known=", ".join(known),
            )
        top = 5 if what.msgid == "weight" else 100
        if not np.isfinite(value) or not 0 <= value <= top:
            raise InputError(
                "The {what} {value!r} of channel {channel} is not allowed; it runs "
                "from 0 to {top}.",
                what=what,
                value=value,
                channel=channel,
                top=top,
            )


def _adjust(
    rules: pd.DataFrame, levels: pd.Series, channels: Iterable[str], crowded: frozenset[str]
) -> tuple[list[tuple[str, str, float, str, float]], tuple[str, ...]]:
    fired: list[tuple[str, str, float, str, float]] = []
    known, unknown = levels.dropna().to_dict(), []
    for rule in tuples(rules):
        if rule.channel not in channels:
            continue
        if rule.need not in known:
            unknown.append(rule.need)
            continue
        level = known[rule.need]
        if level >= rule.level if rule.operator == "ge" else level <= rule.level:
            fired.append((rule.channel, rule.rule, rule.change, rule.need, level))
    fired += [
        (channel, "crowded", CROWDED_CHANGE, "", np.nan)
        for channel in channels
        if channel in crowded
    ]
    return fired, tuple(dict.fromkeys(unknown))


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
    weights = np.maximum(weights / weights.max(), 1e-9)  # keeps t within the bisection's reach
    floors = np.ceil(np.asarray(floors, dtype=float))  # whole percentages can keep only these
    caps = np.floor(np.asarray(caps, dtype=float))
    for name, floor, cap in zip(names, floors, caps, strict=True):
        _check_bounds(name, floor, cap)
    if floors.sum() > 100:
        raise InputError(
            "The floors of {names} sum to {total:g}%, above 100%; lower one of them.",
            names=", ".join(names),
            total=floors.sum(),
        )
    if caps.sum() < 100:
        raise InputError(
            "The caps of {names} sum to {total:g}%, below 100%; raise one of them.",
            names=", ".join(names),
            total=caps.sum(),
        )
    low, high = 0.0, 100.0 / weights.min() + 1
    for _ in range(60):  # bisection: the filled share grows with t
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
