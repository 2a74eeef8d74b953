"""One pass over a batch of paths: credits, roles, orders and counts, as mergeable sums.

Shapley: let v(S) be the conversions of the paths whose members all belong to S. Then v is a sum of
games v_p, one for each path p with members D: v_p(S) = conversions of p if S contains D, else 0.
By symmetry the members of D get the same from v_p, by the dummy axiom all others nothing, by
efficiency all of it together: conversions / |D| each. By additivity the Shapley value of v is the
sum of those over the paths (Shapley 1953, A value for n-person games). No sum over subsets is
needed, and the value is exact.
"""

import numpy as np

from workbench.domain.attribution import grams, shares
from workbench.domain.attribution.paths import Paths, check, in_seconds
from workbench.domain.attribution.sums import MODELS, ROLES, Sums, Totals

SHORT = 8
"""Up to this many touches, each touch of a path is compared with each other."""


def partial_sums(paths: Paths, members: int, order: int = 1) -> Sums:
    """The sums of one batch.

    Parameters
    ----------
    members
        Number of members; codes run from 0.
    order
        Highest Markov order wanted, 1 to 3; 0 for none.

    Raises
    ------
    InputError
        See :func:`~workbench.domain.attribution.paths.check` and
        :func:`~workbench.domain.attribution.grams.check_order`.
    """
    grams.check_order(members, order)
    check(paths, members)
    walked = paths.only((paths.lengths > 0) & (paths.weight > 0))
    closed = walked.only(walked.conversions > 0)
    roles, orders, joined, shapley = _taking_part(walked, members)
    credit = np.concatenate((_by_rule(closed, members), shapley[:, None]), axis=1)
    return Sums(credit, roles, orders, joined, _totals(paths), grams.count(walked, members, order))


def _totals(paths: Paths) -> Totals:
    lengths, weight = paths.lengths, paths.weight
    bare = lengths == 0
    touched = paths.conversions[~bare].sum()
    return Totals(
        float(paths.conversions.sum()),
        float(paths.value.sum()),
        float(paths.conversions[bare].sum()),
        float(paths.value[bare].sum()),
        float(weight.sum()) if paths.journeys is None else paths.journeys,
        float((lengths * weight).sum()) if paths.touchpoints is None else paths.touchpoints,
        float(paths.outside),
        float(touched) if paths.time is None else 0.0,
    )


def _by_rule(closed: Paths, members: int) -> np.ndarray:
    """Credits by all models but Shapley: shape (2, 6, members)."""
    found = np.zeros((2, len(MODELS) - 1, members))
    if not len(closed.member):
        return found
    member, lengths = closed.member.astype(np.intp), closed.lengths
    ends = member[closed.offsets[:-1]], member[closed.offsets[1:] - 1]
    rules = [shares.linear(lengths), shares.position(lengths)]
    if closed.time is not None and closed.converted_at is not None:
        age = in_seconds(np.repeat(closed.converted_at, lengths) - closed.time)
        rules += [shares.time_decay(lengths, age), shares.u_shaped(lengths, age)]
    for row, amount in enumerate((closed.conversions, closed.value)):
        for column, end in enumerate(ends):
            found[row, column] = np.bincount(end, amount, members)
        each = np.repeat(amount, lengths)
        for column, share in enumerate(rules, start=len(ends)):
            found[row, column] = np.bincount(member, share * each, members)
    return found


def _taking_part(
    walked: Paths, members: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Roles, orders, paths and Shapley credits, from the distinct members of each path."""
    path, member = _members_once(walked.member, walked.lengths)
    distinct = np.bincount(path, minlength=len(walked.offsets) - 1)
    inner, influencer = _members_once(*_between_the_ends(walked))
    firsts, lasts = (walked.member[walked.offsets[:-1]], walked.member[walked.offsets[1:] - 1])
    roles, shapley = np.zeros((2, len(ROLES), members)), np.zeros((2, members))
    orders = np.zeros((2, members))
    for row, amount in enumerate((walked.conversions, walked.value)):
        shared = np.where(distinct == 1, 0, amount)
        orders[row] = np.bincount(member, amount[path], members)
        shapley[row] = np.bincount(member, (amount / distinct)[path], members)
        roles[row] = (
            np.bincount(firsts, amount - shared, members),
            np.bincount(firsts, shared, members),
            np.bincount(influencer, shared[inner], members),
            np.bincount(lasts, shared, members),
        )
    return roles, orders, np.bincount(member, walked.weight[path], members), shapley


def _between_the_ends(walked: Paths) -> tuple[np.ndarray, np.ndarray]:
    """Members of the touches that are neither first nor last, and how many there are by path."""
    inner = np.ones(len(walked.member), bool)
    inner[walked.offsets[:-1]] = inner[walked.offsets[1:] - 1] = False
    return walked.member[inner], np.maximum(walked.lengths - 2, 0)


def _members_once(member: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each path with each of its members once: indices of paths, and codes."""
    path = np.repeat(np.arange(len(lengths)), lengths)
    keys = path << 32 | member
    again = np.zeros(len(keys), bool)
    for lag in range(1, min(SHORT, lengths.max(initial=0))):  # quicker than sorting
        again[lag:] |= keys[lag:] == keys[:-lag]
    long = np.flatnonzero(np.repeat(lengths > SHORT, lengths))
    order = long[np.argsort(keys[long], kind="stable")]
    again[order[1:]] |= keys[order[1:]] == keys[order[:-1]]
    return path[~again], member[~again]
