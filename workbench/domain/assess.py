"""The chain composed over all markets: needs -> ranking, then each market assessed.

Topics don't know each other; this module and :mod:`workbench.domain.assessment` alone know their
order. Everything a surface shows comes from :class:`Portfolio` and
:class:`~workbench.domain.assessment.MarketAssessment`.
"""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from workbench.domain import by_market, market, needs, product, promise, provider, ranking
from workbench.domain.assessment import MarketAssessment, MarketInputs, assess
from workbench.domain.errors import InputError
from workbench.domain.named import check_names
from workbench.domain.plan import DEFAULT_INDUSTRY, Plan
from workbench.domain.product import Product
from workbench.domain.reference import Reference
from workbench.domain.rows import records
from workbench.domain.text import T_, Text


class Portfolio:
    """All markets under one plan.

    Parts are worked out when first asked for and kept, so that a view pays only for what it
    shows. The object does not change; a changed plan is a new portfolio (see :meth:`but`).

    Raises
    ------
    InputError
        When the plan names an unknown market, industry, need, criterion, channel or check.
    """

    def __init__(self, plan: Plan, reference: Reference, item: Product | None = None) -> None:
        self.plan = plan
        self.reference = reference
        self.product = item
        self.codes = pd.Index(reference.markets["market"], name="market")
        self.usual_industry = item.industry if item else DEFAULT_INDUSTRY
        """The product's industry; holds unless the plan names another."""
        self.industry = plan.industry or self.usual_industry
        """The industry whose weights, channels and competitors hold."""
        check_names(plan, self.industry, reference)
        table = reference.industry_weights
        usual = table[table["industry"] == self.industry].set_index("criterion")["weight"]
        self.weights: pd.Series = ranking.full_weights(plan.weights, usual)
        """Criterion -> weight: the industry's defaults with the plan's put over them."""
        self._markets: dict[str, MarketAssessment] = {}
        self._promise_checks: dict[tuple[str, bool | None], promise.PromiseCheck] = {}

    def remarks(self, lang: str) -> tuple[Text, ...]:
        """What a reader should know before any figure; names in ``lang``."""
        if self.product is None or self.industry == self.product.industry:
            return ()
        return (
            T_(
                "The product file says {usual}, the plan says {chosen}: weights, channels and "
                "competitors are those of {chosen}.",
                usual=self.reference.label("industries", self.product.industry, lang),
                chosen=self.reference.label("industries", self.industry, lang),
            ),
        )

    def but(self, plan: Plan) -> "Portfolio":
        """The portfolio under another plan; parts that can't have changed are carried over.

        Raises
        ------
        InputError
            If the plan names another product or register, which have to be read anew.
        """
        for name in ("product", "competitors"):
            if getattr(plan, name) != getattr(self.plan, name):
                raise InputError(
                    "The plan names another {name}: {value!r}; open the portfolio "
                    "anew, so that its file is read.",
                    name=name,
                    value=getattr(plan, name),
                )
        changed = Portfolio(plan, self.reference, self.product)
        same = [
            name for name in Plan.model_fields if getattr(plan, name) == getattr(self.plan, name)
        ]
        for part, needed in (
            ("profile", ()),
            ("groups", ()),
            ("strengths", ()),
            ("derived", ()),
            ("cells", ("levels",)),
            ("scores", ("levels",)),
            ("utility", ("levels",)),
            ("_cells_of", ("levels",)),
            ("_origins_of", ()),
            ("_regions", ()),
            ("_laws", ()),
            ("_platforms_of", ()),
            ("provider_levels", ()),
            ("_found_promises", ("advert",)),
            ("ranking", ("levels", "weights", "industry", "top", "samples", "seed")),
        ):
            if part in self.__dict__ and set(needed) <= set(same):
                changed.__dict__[part] = self.__dict__[part]
        local = (
            "levels",
            "answers",
            "industry",
            "channel_weights",
            "floors",
            "caps",
            "as_of",
            "advert",
        )
        if set(local) <= set(same):
            changed._markets = self._markets
        if "advert" in same:
            changed._promise_checks = self._promise_checks
        return changed

    @cached_property
    def profile(self) -> pd.DataFrame:
        """Markets × indicators, figures and what follows from the curated tables."""
        curated = market.curated_indicators(self.reference.regulation, self.reference.platforms)
        figures = self.reference.indicators[["market", "indicator", "value"]]
        wide = market.profile(pd.concat([figures, curated], ignore_index=True), self.codes)
        wide["internet_population"] = wide["population"] * wide["internet_users"] / 100
        return wide

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Columns ``market, group``: the M49 regions, trade groups and the market itself."""
        return by_market.groups(self.reference.markets)

    @cached_property
    def derived(self) -> pd.DataFrame:
        """Need cells before any override."""
        return needs.derive(
            list(self.reference.needs["need"]),
            self.profile,
            self.reference.need_formulas,
            self.reference.need_priors,
            self.groups,
        )

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Need cells with the plan's levels put in."""
        if not self.plan.levels:
            return self.derived
        changes = pd.DataFrame([change.model_dump() for change in self.plan.levels])
        return needs.override(self.derived, changes)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Markets × needs, 1 to 5 or NaN."""
        return needs.matrix(self.cells)

    @cached_property
    def strengths(self) -> pd.DataFrame | None:
        """Markets × needs: how well the product serves each; None without a product."""
        if self.product is None:
            return None
        return product.strengths(
            self.product,
            list(self.reference.needs["need"]),
            self.codes,
            self.reference.languages,
            self.reference.platforms,
        )

    @cached_property
    def utility(self) -> pd.DataFrame:
        """Markets × criteria, 0 to 1 or NaN."""
        terms = self.reference.criteria.set_index("criterion")
        roles = self.reference.needs.set_index("need")["role"].to_dict()
        chance = needs.positions(self.profile, terms)
        return ranking.utilities(self.scores, roles, chance, self.strengths)

    @cached_property
    def ranking(self) -> ranking.Ranking:
        """The ranking of all markets under the plan's weights."""
        return ranking.rank(
            self.utility,
            self.weights,
            top=self.plan.top,
            samples=self.plan.samples,
            seed=self.plan.seed,
        )

    @cached_property
    def provider_levels(self) -> pd.DataFrame:
        """Posture per sub-region: columns ``coverage, posture``."""
        regions = sorted(self.reference.markets["subregion"].unique())
        chosen = self.product.provider if self.product else None
        return provider.postures(self.reference.provider_scores, chosen, regions)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The plan's markets, or all."""
        return self.plan.markets or tuple(self.codes)

    @property
    def focus(self) -> str:
        """The market in focus: the plan's, else the best ranked of the chosen."""
        if self.plan.market:
            return self.plan.market
        ranked = self.ranking.table.index
        return str(next(code for code in ranked if code in self.chosen))

    def verdicts(self) -> pd.DataFrame:
        """The chosen markets side by side, ready for a table; sorted by rank, unranked last.

        Columns ``gate, infrastructure, competitors, promise, compliance, rank, low, high,
        top_share, score, missing, value_fit, posture, open_items, owner, due``.
        """
        rows = {}
        for code in self.chosen:
            one = self.market(code)
            todo = one.readiness.open_items
            first = todo.iloc[0] if len(todo) else None
            rows[code] = {
                "gate": one.readiness.gate,
                **one.readiness.questions,
                "value_fit": one.value.fit if one.value else np.nan,
                "posture": one.posture,
                "open_items": len(todo),
                "owner": first["owner"] if first is not None else "",
                "due": first["due"] if first is not None else None,
            }
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("market")
        ranks = self.ranking.table.reindex(table.index)
        wanted = ["rank", "low", "high", "top_share", "score", "missing"]
        return table.join(ranks[wanted]).sort_values("rank", kind="stable", na_position="last")

    def neighbours(self, code: str, count: int = 5) -> pd.DataFrame:
        """Markets that look like one: columns ``market, distance, shared``."""
        return market.neighbours(self.scores, code, count)

    def cells_of(self, code: str) -> pd.DataFrame:
        """The need cells of one market, highest first."""
        return self._cells_of[market.check_market(code, self.codes)]

    def terms(self, code: str) -> dict[str, list[dict[str, Any]]]:
        """The formulas behind the cells of a market: need -> its terms.

        Each has the columns of :func:`workbench.domain.needs.explain`, and the ``year`` and
        ``source`` of its figure, NaN and None where there is none.
        """
        origins = self._origins_of[code]
        found: dict[str, list[dict[str, Any]]] = {}
        for term in records(needs.explain(self.profile, self.reference.need_formulas, code)):
            year, source = origins.get(term["indicator"], (np.nan, None))
            found.setdefault(term["need"], []).append({**term, "year": year, "source": source})
        return found

    def market(self, code: str) -> MarketAssessment:
        """Everything about one market; worked out once."""
        code = market.check_market(code, self.codes)
        if code not in self._markets:
            self._markets[code] = assess(
                self._inputs(code), self.plan, self.product, self.reference
            )
        return self._markets[code]

    def _inputs(self, code: str) -> MarketInputs:
        region = str(self._regions[code])
        scores = self.scores.loc[code]
        reach = self.provider_levels.loc[region]
        return MarketInputs(
            market=code,
            region=region,
            industry=self.industry,
            cells=self._cells_of[code],
            scores=scores,
            strengths=None if self.strengths is None else self.strengths.loc[code],
            laws=self._laws.get(code, {}),
            platforms=self._platforms_of.get(code, self.reference.platforms.iloc[:0]),
            posture=reach["posture"],
            coverage=float(reach["coverage"]),
            promise=self._promises(needs.to_level(scores)["weak_network"], region),
        )

    @cached_property
    def _origins_of(self) -> dict[str, dict[str, tuple[int, str]]]:
        return by_market.origins(self.reference)

    @cached_property
    def _regions(self) -> dict[str, str]:
        return by_market.subregions(self.reference)

    @cached_property
    def _cells_of(self) -> dict[str, pd.DataFrame]:
        return by_market.cells_by_market(self.cells)

    @cached_property
    def _platforms_of(self) -> dict[str, pd.DataFrame]:
        return by_market.platforms(self.reference)

    @cached_property
    def _laws(self) -> dict[str, dict[str, dict[str, str]]]:
        return by_market.laws(self.reference)

    @cached_property
    def _copy(self) -> dict[str, str]:
        """Language -> what the product is advertised with, the plan's before its own."""
        assert self.product is not None
        return self.product.advert.model_dump() | dict(self.plan.advert)

    @cached_property
    def _found_promises(self) -> pd.DataFrame:
        return promise.find(self._copy, self.reference.promises)

    def _promises(self, weak_network: float, region: str) -> promise.PromiseCheck | None:
        if self.product is None:
            return None
        weak = None
        if not np.isnan(weak_network):
            weak = bool(weak_network >= promise.WEAK_NETWORK_LEVEL)
        if (region, weak) not in self._promise_checks:
            self._promise_checks[region, weak] = promise.check(
                self._copy,
                self.product.technology.in_region(region),
                self.reference.promises,
                self.reference.requirements,
                weak,
                self._found_promises,
            )
        return self._promise_checks[region, weak]
