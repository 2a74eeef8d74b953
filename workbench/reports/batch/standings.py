"""What a batch says of each market, kept so that the next one can say what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from workbench.domain.assess import Portfolio

MOST_CHANNELS = 3


@dataclass(frozen=True)
class Standing:
    """One market as a batch found it."""

    scenario: str
    industry: str
    market: str
    run: str
    """When that batch began, ISO 8601 in UTC."""
    revision: int | None
    as_of: str
    gate: str
    rank: int | None
    """None: too much is unknown to rank the market."""
    channels: list[str]
    """The channels with the largest shares of the mix, largest first; at most three."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two standings comparable."""
        return self.scenario, self.industry, self.market

    def says_as(self, other: "Standing") -> bool:
        """Whether verdict, rank and leading channel are the same."""
        return (self.gate, self.rank, self.channels[:1]) == (
            other.gate,
            other.rank,
            other.channels[:1],
        )

    def to_record(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return asdict(self)


@dataclass(frozen=True)
class Move:
    """A market whose standing differs from that of the batch before; None: it is new."""

    before: Standing | None
    now: Standing


def standings(portfolio: Portfolio, codes: Iterable[str], run: str) -> list[Standing]:
    """How the markets stand."""
    plan, ranks = portfolio.plan, portfolio.ranking.table["rank"]
    found = []
    for code in codes:
        one = portfolio.market(code)
        shares = one.channels.table["mix"]
        largest = shares[shares > 0].sort_values(ascending=False, kind="stable")
        rank = ranks[code]
        found.append(
            Standing(
                plan.scenario,
                portfolio.industry,
                code,
                run,
                plan.revision,
                plan.as_of.isoformat(),
                one.readiness.gate,
                None if rank != rank else int(rank),
                [str(channel) for channel in largest.index[:MOST_CHANNELS]],
            )
        )
    return found


def moves(before: Sequence[Standing], now: Sequence[Standing]) -> list[Move]:
    """The markets that stand differently than they did, or weren't there."""
    old = {standing.key: standing for standing in before}
    found = [Move(old.get(standing.key), standing) for standing in now]
    return [move for move in found if move.before is None or not move.now.says_as(move.before)]


def together(
    before: Sequence[Mapping[str, Any]], now: Sequence[Standing]
) -> list[Mapping[str, Any]]:
    """The standings to keep: those of now, and older ones of markets that weren't asked for."""
    new = {standing.key for standing in now}
    kept = [standing for standing in read_standings(before) if standing.key not in new]
    return [standing.to_record() for standing in (*now, *kept)]


def read_standings(records: Sequence[Mapping[str, Any]]) -> list[Standing]:
    """The standings of a job table; what isn't one is left out."""
    names = {field.name for field in fields(Standing)}
    return [Standing(**record) for record in records if set(record) == names]
