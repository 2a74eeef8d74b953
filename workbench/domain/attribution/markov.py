"""Markov removal effects, exact, by linear algebra on the absorbing chain.

The chain (Anderl, Becker, von Wangenheim and Schumann 2016, Mapping the customer journey) walks
from the start over states to conversion or to null. A state of order k is the last k members
touched (fewer at the beginning of a path); chances are counts divided by the counts out of a
state. The removal effect of a member is the share of conversions lost if every visit to it ends in
null. Visits to a state whose last member it is are the visits to it, so these states are removed.

Order 1, all members through one factorisation. Let Q hold the chances between members, s those
from the start, r those of conversion next; N = (I - Q)^-1, a = s N expected visits, b = N r chance
of conversion from each. A path that visits i at all does so first with chance a_i / N_ii, since
N_ii is the number of visits once there, and then converts with chance b_i. Those are the paths
lost:

    P(conversion) - P(conversion without i) = a_i / N_ii * b_i

The same from the matrix: to remove i is to replace row i of Q and r by 0, a change of rank one,
for which Sherman and Morrison give the new inverse without another factorisation.

Higher orders, and very many members: a walk with member i taken away, from the start, all chances
at once. What enters a state of i is taken out and noted, f; the conversions lost are f · b. The
walk ends when less than 1e-14 is still under way, which bounds the error. A state that leads to
itself is left at once for the others, which changes neither f nor b.

Value: the same chain, where r holds the value expected next in place of the chance of conversion.
Members before dear orders get more of the value than of the conversions.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from workbench.domain.attribution.grams import Grams

DENSE = 6_000
"""Up to this many members order 1 is solved with a full matrix (8 bytes a cell, three times)."""

UNDER_WAY = 1e-14
"""The walk ends when the chance of still being under way is below this."""

MOST_STEPS = 5_000
"""After this many steps (loops that are hardly ever left) what is under way is solved for."""

CELLS = 4_000_000
"""Cells of a block of walks side by side: states × members."""


@dataclass(frozen=True)
class Chain:
    """An absorbing chain without its absorbing states.

    Attributes
    ----------
    last
        Shape (states,): the last member of each state, by which it is removed.
    start
        Shape (states,): chances of the first step.
    step
        Sparse, (states, states): chances from row to column.
    reward
        Shape (states, 2): chance of conversion next, and value expected next.
    """

    last: np.ndarray
    start: np.ndarray
    step: sparse.csr_array
    reward: np.ndarray


def chain(grams: Grams, order: int) -> Chain:
    """The chain of an order, 1 to ``grams.order``, from counts."""
    counted = grams.lower(order)
    base = counted.members + 1
    before, after = counted.keys // base, counted.keys % base**order
    states = np.unique(after)
    count = len(states)
    target = np.searchsorted(states, after)
    out = np.bincount(target, counted.counts, count)  # as often as it is entered it is left
    opening = before == base**order - 1  # all digits are the start
    start = np.bincount(target[opening], counted.counts[opening], count)
    source = np.searchsorted(states, before[~opening])
    weight = counted.counts[~opening] / out[source]
    reward = np.zeros((count, 2))
    reward[np.searchsorted(states, counted.end_keys)] = counted.ends[:2].T
    return Chain(
        states % base,
        start / max(start.sum(), 1e-300),
        sparse.csr_array((weight, (source, target[~opening])), shape=(count, count)),
        reward / out[:, None],
    )


def removal(found: Chain, members: int) -> np.ndarray:
    """Conversions and value lost per path without each member: shape (2, members)."""
    effects = np.zeros((2, members))
    if not len(found.last):
        return effects
    if len(found.last) <= DENSE and len(np.unique(found.last)) == len(found.last):
        effects[:, found.last] = _by_one_factorisation(found).T
    else:
        effects[:] = _by_walks(found, members)
    return np.maximum(effects, 0)  # no -0.0 or rounding below 0


def _by_one_factorisation(found: Chain) -> np.ndarray:
    visits = np.linalg.inv(np.eye(len(found.last)) - found.step.toarray())
    first = (found.start @ visits) / visits.diagonal()
    return first[:, None] * (visits @ found.reward)


def _by_walks(found: Chain, members: int) -> np.ndarray:
    left = _without_loops(found)
    onward = _expected(left)
    by_member = np.argsort(left.last, kind="stable")
    bounds = np.searchsorted(left.last[by_member], np.arange(members + 1))
    at_once = int(np.clip(CELLS // len(left.last), 1, 64))
    effects = np.zeros((2, members))
    present = np.flatnonzero(np.diff(bounds))
    for begin in range(0, len(present), at_once):
        block = present[begin : begin + at_once]
        rows = np.concatenate([by_member[bounds[i] : bounds[i + 1]] for i in block])
        column = np.repeat(np.arange(len(block)), bounds[block + 1] - bounds[block])
        entered = _entered(left, rows, column, len(block))
        for row in range(2):
            lost = entered * onward[rows, row]
            effects[row, block] = np.bincount(column, lost, len(block))
    return effects


def _without_loops(found: Chain) -> Chain:
    """The chain of moves to other states: same visits at all, same ends."""
    stay = found.step.diagonal()
    leave = sparse.dia_array(((1 / (1 - stay))[None], [0]), shape=found.step.shape)
    step = leave @ (found.step - sparse.dia_array((stay[None], [0]), shape=found.step.shape))
    step = sparse.csr_array(step)
    step.eliminate_zeros()
    return Chain(found.last, found.start, step, found.reward / (1 - stay)[:, None])


def _expected(found: Chain) -> np.ndarray:
    """Chance of conversion and expected value from each state: shape (states, 2)."""
    total, now = found.reward.copy(), np.column_stack((found.reward, np.ones(len(found.last))))
    for _ in range(MOST_STEPS):
        now = found.step @ now
        total += now[:, :2]
        if now[:, 2].max() < UNDER_WAY:
            return total
    return total + _solved(found.step, found.step @ now)[:, :2]


def _entered(found: Chain, rows: np.ndarray, column: np.ndarray, count: int) -> np.ndarray:
    """Chance that walk ``column`` enters its removed states first at each of ``rows``."""
    forward = sparse.csr_array(found.step.T)
    entered = np.zeros(len(rows))
    now = np.repeat(found.start[:, None], count, axis=1)
    for _ in range(MOST_STEPS):
        entered += now[rows, column]
        now[rows, column] = 0
        if now.sum(axis=0).max() < UNDER_WAY:
            return entered
        now = forward @ now
    return entered + _entered_after_all(forward, now, rows, column)


def _entered_after_all(
    forward: sparse.csr_array, now: np.ndarray, rows: np.ndarray, column: np.ndarray
) -> np.ndarray:
    """What enters from ``now`` on, each walk solved for with its states taken out."""
    entered = np.zeros(len(rows))
    for walk in range(now.shape[1]):
        mine = rows[column == walk]
        kept = np.ones(len(now))
        kept[mine] = 0
        keep = sparse.dia_array((kept[None], [0]), shape=forward.shape)
        total = _solved(sparse.csr_array(forward @ keep), now[:, walk])
        entered[column == walk] = total[mine]
    return entered


def _solved(step: sparse.csr_array, right: np.ndarray) -> np.ndarray:
    """(I - step)^-1 right."""
    return linalg.splu(sparse.csc_array(sparse.eye_array(step.shape[0]) - step)).solve(right)
