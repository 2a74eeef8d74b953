"""What each model credits to each member, once the sums of all batches are added."""

from dataclasses import dataclass

import numpy as np

from workbench.domain.attribution import markov
from workbench.domain.attribution.sums import MODELS, TIMED, Sums, Totals
from workbench.domain.errors import InputError


@dataclass(frozen=True)
class Attribution:
    """Credits side by side. They are credit, not cause.

    Attributes
    ----------
    models
        Names, in the order of the rows below.
    conversions, value
        Shape (models, members): credits; each row adds up to ``totals`` less unattributed.
    roles
        Shape (2, 4, members): conversions and value by
        :data:`~workbench.domain.attribution.sums.ROLES`.
    orders
        Shape (2, members): conversions taken part in and their value.
    paths
        Shape (members,): paths taken part in, converting or not.
    totals
        What was counted, unattributed conversions apart.
    left_out
        Models that could not be had, because paths came without times.
    """

    models: tuple[str, ...]
    conversions: np.ndarray
    value: np.ndarray
    roles: np.ndarray
    orders: np.ndarray
    paths: np.ndarray
    totals: Totals
    left_out: tuple[str, ...]

    def row(self, model: str) -> int:
        """Row of a model.

        Raises
        ------
        InputError
            If the model is not among ``models``.
        """
        if model not in self.models:
            raise InputError(
                "No credits by model {model!r}; models are: {models}.",
                model=model,
                models=", ".join(self.models),
            )
        return self.models.index(model)


def attribute(sums: Sums) -> Attribution:
    """Credits by every model: those of the sums, and Markov chains up to their order."""
    left_out = TIMED if sums.totals.untimed > 0 else ()
    rows = [row for row, model in enumerate(MODELS) if model not in left_out]
    orders = range(1, sums.grams.order + 1)
    chains = [by_chain(sums, order) for order in orders]
    credit = np.concatenate([sums.credit[:, rows], *(each[:, None] for each in chains)], axis=1)
    return Attribution(
        (*(MODELS[row] for row in rows), *(f"markov_{order}" for order in orders)),
        credit[0],
        credit[1],
        sums.roles,
        sums.orders,
        sums.paths,
        sums.totals,
        left_out,
    )


def by_chain(sums: Sums, order: int) -> np.ndarray:
    """Conversions and value by the chain of an order: shape (2, members).

    A member's removal effect divided by the sum of all is its share of what was attributed.
    """
    totals = sums.totals
    known = np.array(
        [totals.conversions - totals.unattributed, totals.value - totals.unattributed_value]
    )
    effects = markov.removal(markov.chain(sums.grams, order), sums.grams.members)
    whole = effects.sum(axis=1)
    scale = np.divide(known, whole, out=np.zeros(2), where=whole > 0)
    return effects * scale[:, None]
