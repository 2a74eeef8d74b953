"""Scoring against published decisions, independent libraries and plain Python."""

import itertools
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import skcriteria
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skcriteria.agg.simple import WeightedSumModel
from skcriteria.agg.topsis import TOPSIS
from skcriteria.preprocessing.invert_objectives import InvertMinimize, NegateMinimize
from skcriteria.preprocessing.scalers import MaxAbsScaler, MinMaxScaler, VectorScaler

from workbench.domain import scoring
from workbench.domain.errors import InputError

quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)


@dataclass(frozen=True)
class Decision:
    """A published decision: the matrix as printed, the columns that are costs, the weights."""

    matrix: tuple[tuple[float, ...], ...]
    costs: tuple[int, ...]
    weights: tuple[float, ...]


# Hwang and Yoon (1981), Multiple Attribute Decision Making, fighter aircraft: speed (Mach), ferry
# range (nautical miles), payload (pounds), cost (million dollars), reliability, manoeuvrability.
FIGHTER = Decision(
    (
        (2.0, 1500, 20000, 5.5, 5, 9),
        (2.5, 2700, 18000, 6.5, 3, 5),
        (1.8, 2000, 21000, 4.5, 7, 7),
        (2.2, 1800, 20000, 5.0, 5, 5),
    ),
    (3,),
    (0.2, 0.1, 0.1, 0.1, 0.2, 0.3),
)

# Tzeng and Huang (2011), Multiple Attribute Decision Making: Methods and Applications, TOPSIS.
TZENG_HUANG = Decision(((5, 8, 4), (7, 6, 8), (8, 8, 6), (7, 4, 6)), (), (0.3, 0.4, 0.3))

# Brans, Vincke and Mareschal (1986), European Journal of Operational Research 24(2), 228-238,
# hydroelectric plants: manpower, power (MW), construction cost, maintenance cost, villages to
# evacuate, safety; equal weights.
PLANTS = Decision(
    (
        (80, 90, 6, 5.4, 8, 5),
        (65, 58, 2, 9.7, 1, 1),
        (83, 60, 4, 7.2, 4, 7),
        (40, 80, 10, 7.5, 7, 10),
        (52, 72, 6, 2.0, 3, 8),
        (94, 96, 7, 3.6, 5, 6),
    ),
    (0, 2, 3, 4),
    (1, 1, 1, 1, 1, 1),
)

DECISIONS = {"fighter": FIGHTER, "tzeng_huang": TZENG_HUANG, "plants": PLANTS}


def by_vector(decision: Decision) -> np.ndarray:
    """Vector normalisation x / |x|; a cost becomes 1 - x / |x|, which keeps its distances."""
    matrix = np.array(decision.matrix, dtype=float)
    utility = matrix / np.sqrt((matrix**2).sum(axis=0))
    utility[:, decision.costs] = 1 - utility[:, decision.costs]
    return utility


def by_best(decision: Decision) -> np.ndarray:
    """Linear scale normalisation: x / max, for a cost min / x."""
    matrix = np.array(decision.matrix, dtype=float)
    utility = matrix / matrix.max(axis=0)
    utility[:, decision.costs] = (matrix.min(axis=0) / matrix)[:, decision.costs]
    return utility


def by_range(decision: Decision) -> np.ndarray:
    """Min-max normalisation, for a cost from the other end."""
    matrix = np.array(decision.matrix, dtype=float)
    utility = (matrix - matrix.min(axis=0)) / np.ptp(matrix, axis=0)
    utility[:, decision.costs] = 1 - utility[:, decision.costs]
    return utility


def independently(decision: Decision, *steps, method):
    """What scikit-criteria makes of the printed matrix with its own transforms."""
    weights = np.array(decision.weights, dtype=float)
    problem = skcriteria.mkdm(
        decision.matrix,
        [min if column in decision.costs else max for column in range(len(weights))],
        weights=weights / weights.sum(),
    )
    for step in steps:
        problem = step.transform(problem)
    return method.evaluate(problem).e_


def weights_of(decision: Decision) -> np.ndarray:
    return np.array(decision.weights, dtype=float)


# --- weighted sum -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", DECISIONS)
@pytest.mark.parametrize(
    ("transform", "steps"),
    [
        (by_best, (InvertMinimize(), MaxAbsScaler(target="matrix"))),
        (by_range, (NegateMinimize(), MinMaxScaler(target="matrix"))),
    ],
    ids=["by_best", "by_range"],
)
def test_weighted_sum_equals_scikit_criteria(name, transform, steps) -> None:
    """The weighted sum of three published decisions, to 1e-9."""
    decision = DECISIONS[name]
    expected = independently(decision, *steps, method=WeightedSumModel()).score
    found = scoring.weighted_sum(transform(decision), weights_of(decision))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_weighted_sum_hwang1981methods_by_hand() -> None:
    """The first aircraft: 0.2 * 2/2.5 + 0.1 * 15/27 + … worked in exact fractions."""
    first = (
        Fraction(2, 10) * Fraction(20, 25)
        + Fraction(1, 10) * Fraction(15, 27)
        + Fraction(1, 10) * Fraction(20, 21)
        + Fraction(1, 10) * Fraction(45, 55)
        + Fraction(2, 10) * Fraction(5, 7)
        + Fraction(3, 10) * 1
    )
    scores = scoring.weighted_sum(by_best(FIGHTER), weights_of(FIGHTER))
    assert scores[0] == pytest.approx(float(first), abs=1e-12)
    assert scoring.ranks(scores).tolist() == [2, 4, 1, 3]


# --- TOPSIS -----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Although TOPSIS can operate with minimization")
@pytest.mark.parametrize("name", DECISIONS)
@pytest.mark.parametrize(
    ("transform", "steps"),
    [
        (by_vector, (VectorScaler(target="matrix"),)),
        (by_range, (NegateMinimize(), MinMaxScaler(target="matrix"))),
    ],
    ids=["by_vector", "by_range"],
)
def test_topsis_equals_scikit_criteria(name, transform, steps) -> None:
    """The closeness in three published decisions, to 1e-9."""
    decision = DECISIONS[name]
    expected = independently(decision, *steps, method=TOPSIS()).similarity
    found = scoring.topsis(transform(decision), weights_of(decision))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("decision", "printed"),
    [(FIGHTER, [0.643, 0.268, 0.613, 0.312]), (TZENG_HUANG, [0.5037, 0.6581, 0.7482, 0.3340])],
    ids=["hwang1981methods", "tzeng2011multiple"],
)
def test_topsis_gives_the_closeness_printed_in_the_book(decision, printed) -> None:
    """The books' own figures, to one unit of their last digit (they round on the way)."""
    found = scoring.topsis(by_vector(decision), weights_of(decision))
    digits = len(str(printed[0])) - 2
    np.testing.assert_allclose(found, printed, rtol=0, atol=10**-digits)


def test_topsis_by_hand() -> None:
    """Best of both at the ideal, worst at the anti-ideal, a corner half way between."""
    corners = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    np.testing.assert_allclose(scoring.topsis(corners, np.ones(2)), [1, 0, 0.5], atol=1e-12)


def test_topsis_of_equal_alternatives_is_one_half() -> None:
    """Where ideal and anti-ideal coincide there is no 0 / 0."""
    assert scoring.topsis(np.full((3, 2), 0.7), np.ones(2)).tolist() == [0.5, 0.5, 0.5]
    noise = np.array([[0.3], [0.1 + 0.2]])
    assert scoring.topsis(noise, np.ones(1)).tolist() == [0.5, 0.5]
    differs_without_weight = np.array([[0.7, 0.1], [0.7, 0.9]])
    assert scoring.topsis(differs_without_weight, np.array([1.0, 0.0])).tolist() == [0.5, 0.5]


# --- PROMETHEE II -----------------------------------------------------------------------------

# Net flows divided by n - 1, from the PyPI package mcda 1.1.0 (Promethee2, VShapeFunction), worked
# on the printed matrices with a preference threshold of a quarter of each column's range.
FLOWS_OF_MCDA = {
    "fighter": [
        0.09999999999999994,
        -0.2999999999999999,
        0.32222222222222224,
        -0.12222222222222223,
    ],
    "tzeng_huang": [
        -0.33333333333333326,
        0.1666666666666666,
        0.5666666666666665,
        -0.4000000000000001,
    ],
    "plants": [
        -0.1604706209969368,
        -0.10578297595841449,
        -0.10290709939832747,
        0.0011822485506696623,
        0.3859670219319343,
        -0.017988574128925006,
    ],
}

# The preference indices as printed by Brans, Vincke and Mareschal (1986) for the plants.
PRINTED_PREFERENCES = (
    (0, 0.296, 0.250, 0.268, 0.100, 0.185),
    (0.462, 0, 0.389, 0.333, 0.296, 0.500),
    (0.236, 0.180, 0, 0.333, 0.056, 0.429),
    (0.399, 0.505, 0.305, 0, 0.223, 0.212),
    (0.444, 0.515, 0.487, 0.380, 0, 0.448),
    (0.286, 0.399, 0.250, 0.432, 0.133, 0),
)

# Their six preference functions, as corners (difference, preference); a step rises between two
# differences that the data don't have.
PLANT_CORNERS: tuple[Sequence[tuple[float, float]], ...] = (
    ((0, 0), (10, 0), (11, 1)),  # II, quasi-criterion, 10
    ((0, 0), (30, 1)),  # III, V-shape, 30
    ((0, 0), (0.5, 0), (5, 1)),  # V, linear with indifference, 0.5 and 5
    ((0, 0), (1, 0), (1.05, 0.5), (6, 0.5), (6.05, 1)),  # IV, level, 1 and 6
    ((0, 0), (1, 1)),  # I, usual (whole villages)
    tuple((d, 1 - math.exp(-d * d / 50)) for d in range(10)),  # VI, Gaussian, 5 (whole points)
)


def flows_in_fractions(rows, weights, threshold) -> list[Fraction]:
    """PROMETHEE II with the V-shape, pair by pair, in exact fractions and plain Python."""
    total = sum(weights)
    net = []
    for one in rows:
        flow = Fraction(0)
        for other in rows:
            for a, b, weight in zip(one, other, weights, strict=True):
                gap = min(max((a - b) / threshold, Fraction(-1)), Fraction(1))
                flow += weight * gap / total
        net.append(flow / (len(rows) - 1))
    return net


@pytest.mark.parametrize("name", DECISIONS)
def test_promethee_equals_an_independent_library(name) -> None:
    """The net flows in three published decisions, to 1e-9; the default threshold is a quarter."""
    decision = DECISIONS[name]
    found = scoring.promethee(by_range(decision), weights_of(decision))
    np.testing.assert_allclose(found, FLOWS_OF_MCDA[name], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", DECISIONS)
@pytest.mark.parametrize("threshold", [Fraction(1, 10), Fraction(1, 4), Fraction(1)])
def test_promethee_equals_exact_fractions(name, threshold) -> None:
    """The definition written out pair by pair, for three thresholds, to 1e-9."""
    decision = DECISIONS[name]
    columns = [
        [Fraction(str(cell)) for cell in column] for column in zip(*decision.matrix, strict=True)
    ]
    scaled = [
        [(cell - min(column)) / (max(column) - min(column)) for cell in column]
        for column in columns
    ]
    rows = list(
        zip(
            *[
                [1 - cell for cell in column] if place in decision.costs else column
                for place, column in enumerate(scaled)
            ],
            strict=True,
        )
    )
    weights = [Fraction(str(weight)) for weight in decision.weights]
    expected = [float(flow) for flow in flows_in_fractions(rows, weights, threshold)]
    found = scoring.promethee(by_range(decision), weights_of(decision), float(threshold))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_promethee_brans1986how() -> None:
    """The flows of the printed preference table, though its six criteria have six shapes.

    A shape with straight sides is a sum of V-shapes, min(d, k) = k * V(d, k), and the net flow
    is linear in the preference; so the paper's flows come out of our function, called once for
    each corner.
    """
    utility, spans = by_range(PLANTS), np.ptp(np.array(PLANTS.matrix), axis=0)
    flows = np.zeros(6)
    for column, corners in enumerate(PLANT_CORNERS):

        def clipped(most: float, column: int = column) -> np.ndarray:
            return (
                np.zeros(6)
                if most == 0
                else most
                * scoring.promethee(utility[:, [column]], np.ones(1), most / spans[column])
            )

        for (left, low), (right, high) in itertools.pairwise(corners):
            flows += (high - low) / (right - left) * (clipped(right) - clipped(left)) / 6
    printed = np.array(PRINTED_PREFERENCES)
    expected = (printed.sum(axis=1) - printed.sum(axis=0)) / 5
    # Ten printed indices, each rounded to 0.0005, go into a flow that is divided by five.
    np.testing.assert_allclose(flows, expected, rtol=0, atol=0.001)
    assert scoring.ranks(flows).tolist() == [6, 2, 5, 3, 1, 4]


def test_promethee_by_hand() -> None:
    """One criterion: half a threshold ahead is preferred by half, a whole one outright."""
    flows = scoring.promethee(np.array([[0.0], [0.125], [0.5]]), np.ones(1))
    np.testing.assert_allclose(flows, [(-0.5 - 1) / 2, (0.5 - 1) / 2, 1], atol=1e-12)
    assert scoring.promethee(np.array([[0.3, 0.4]]), np.ones(2)).tolist() == [0.0]


# --- weights, contributions, ranks, agreement --------------------------------------------------

unit = st.floats(0, 1, allow_subnormal=False)
positive = st.floats(0.01, 100)
problems = st.tuples(st.integers(2, 7), st.integers(1, 5)).flatmap(
    lambda size: st.tuples(
        arrays(float, size, elements=unit), arrays(float, size[1], elements=positive)
    )
)


@quick
@given(problems, positive)
def test_only_the_proportions_of_the_weights_count(problem, factor) -> None:
    """Ten times the weights are the same weights, in all three methods."""
    utility, weights = problem
    for method in (scoring.weighted_sum, scoring.topsis, scoring.promethee):
        np.testing.assert_allclose(
            method(utility, weights * factor), method(utility, weights), rtol=0, atol=1e-9
        )


@quick
@given(problems)
def test_contributions_sum_to_the_score(problem) -> None:
    """What the criteria add is the whole score, and the score lies within the utilities."""
    utility, weights = problem
    parts, scores = scoring.contributions(utility, weights), scoring.weighted_sum(utility, weights)
    np.testing.assert_allclose(parts.sum(axis=1), scores, rtol=0, atol=1e-12)
    assert (scores >= utility.min(axis=1) - 1e-12).all()
    assert (scores <= utility.max(axis=1) + 1e-12).all()


@quick
@given(problems)
def test_flows_sum_to_zero_and_closeness_is_a_share(problem) -> None:
    """What one alternative wins in outranking another loses; closeness runs from 0 to 1."""
    utility, weights = problem
    flows, closeness = scoring.promethee(utility, weights), scoring.topsis(utility, weights)
    assert flows.sum() == pytest.approx(0, abs=1e-9)
    assert (np.abs(flows) <= 1 + 1e-12).all()
    assert ((closeness >= 0) & (closeness <= 1)).all()


@quick
@given(problems)
def test_an_alternative_that_is_better_throughout_is_never_behind(problem) -> None:
    """Dominance holds in all three methods."""
    utility, weights = problem
    better = np.vstack([utility, np.minimum(utility[0] + 0.1, 1.0)])
    for method in (scoring.weighted_sum, scoring.topsis, scoring.promethee):
        scores = method(better, weights)
        assert scores[-1] >= scores[0] - 1e-12


@quick
@given(problems, arrays(float, 5, elements=unit))
def test_another_alternative_does_not_turn_the_order_of_the_weighted_sum(problem, newcomer) -> None:
    """Utilities stand on one fixed scale, so that scores don't depend on who else is there."""
    utility, weights = problem
    more = np.vstack([utility, newcomer[: utility.shape[1]]])
    np.testing.assert_allclose(
        scoring.weighted_sum(more, weights)[:-1],
        scoring.weighted_sum(utility, weights),
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.parametrize("weights", [[1, -0.5], [1, np.nan], [np.inf, 1]])
def test_an_unusable_weight_is_refused(weights) -> None:
    """Negative, missing and infinite weights name themselves and the rule."""
    with pytest.raises(
        InputError,
        match=r"A weight must be a number of at least 0; mend the "
        r"weights \[.*(-0\.5|nan|inf)",
    ):
        scoring.normalised(np.array(weights, dtype=float))


def test_weights_that_sum_to_zero_are_refused() -> None:
    """No division by 0; the remedy is named."""
    with pytest.raises(InputError, match="The weights sum to 0; give at least one criterion"):
        scoring.weighted_sum(np.ones((2, 2)), np.zeros(2))


@quick
@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_ranks_are_those_of_a_race(points) -> None:
    """Rank = 1 + how many are strictly better; equals share it."""
    expected = [1 + sum(other > own for other in points) for own in points]
    assert scoring.ranks(np.array(points) / 10).tolist() == expected


def test_ranks_take_rounding_noise_for_equal() -> None:
    """0.1 + 0.2 and 0.3 share the first rank."""
    assert scoring.ranks(np.array([0.3, 0.1 + 0.2, 0.1])).tolist() == [1, 1, 3]


def test_agreement_by_hand() -> None:
    """One swapped pair of six: (5 - 1) / 6; with a tie tau-b divides by sqrt(5 * 6)."""
    first = np.array([4.0, 3.0, 2.0, 1.0])
    assert scoring.agreement(first, np.array([3.0, 4.0, 2.0, 1.0])) == pytest.approx(4 / 6)
    tied = scoring.agreement(first, np.array([3.0, 3.0, 2.0, 1.0]))
    assert tied == pytest.approx(5 / math.sqrt(30))
    assert math.isnan(scoring.agreement(first, np.ones(4)))


def test_ordinary_input_raises_no_warning() -> None:
    """A dominated alternative and a weight of 0 are nobody's fault, so that nothing is printed."""
    utility, weights = np.array([[0.9, 0.8, 0.1], [0.1, 0.2, 0.1]]), np.array([2.0, 1.0, 0.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert scoring.topsis(utility, weights).tolist() == [1.0, 0.0]
        assert scoring.promethee(utility, weights).tolist() == [1.0, -1.0]
        assert math.isnan(scoring.agreement(np.ones(1), np.ones(1)))


# --- sampled weightings ------------------------------------------------------------------------


@quick
@given(arrays(float, 4, elements=positive), st.integers(0, 3), st.integers(0, 50))
def test_a_weight_of_zero_stays_zero(weights, place, seed) -> None:
    """In each sampled weighting; the rest still sum to 1 and none turns negative."""
    weights = weights.copy()
    weights[place] = 0
    sampled = scoring.sampled_weights(weights, 50, seed)
    assert (sampled[:, place] == 0).all()
    assert (sampled >= 0).all()
    np.testing.assert_allclose(sampled.sum(axis=1), 1, atol=1e-12)


def test_weightings_come_in_antithetic_pairs() -> None:
    """Draw i and draw i + half mirror each other: their product is in the set proportions."""
    weights = np.array([3.0, 2.0, 1.0, 0.5])
    sampled = scoring.sampled_weights(weights, 1000, seed=4)
    product = sampled[:500] * sampled[500:] / weights**2
    np.testing.assert_allclose(product / product[:, :1], 1, rtol=1e-9)
    assert np.abs(sampled[0] - sampled[500]).max() > 0.01


def test_moving_one_weight_keeps_the_draw_of_the_others() -> None:
    """Common random numbers: the others keep their proportions in each sampled weighting."""
    before = scoring.sampled_weights(np.array([3.0, 2.0, 1.0]), 500, seed=1)
    after = scoring.sampled_weights(np.array([9.0, 2.0, 1.0]), 500, seed=1)
    np.testing.assert_allclose(after[:, 1] / after[:, 2], before[:, 1] / before[:, 2], rtol=1e-9)
    odds = (after[:, 0] / after[:, 1]) / (before[:, 0] / before[:, 1])
    np.testing.assert_allclose(odds, 3, rtol=1e-9)
    other = scoring.sampled_weights(np.array([3.0, 2.0, 1.0]), 500, seed=2)
    assert np.abs(other - before).max() > 0.01


def test_nine_of_ten_draws_lie_between_half_and_double() -> None:
    """The documented width: against the geometric mean of many others, which hardly moves."""
    sampled = scoring.sampled_weights(np.ones(400), 2000, seed=3)
    relative = sampled / np.exp(np.log(sampled).mean(axis=1, keepdims=True))
    assert np.mean((relative > 0.5) & (relative < 2)) == pytest.approx(0.90, abs=0.005)


def test_an_odd_number_of_weightings_is_kept() -> None:
    """101 asked for, 101 drawn, the first half of them unchanged."""
    weights = np.array([1.0, 2.0])
    assert scoring.sampled_weights(weights, 101).shape == (101, 2)
    assert scoring.sampled_weights(weights, 1).shape == (1, 2)


# --- stability against brute force --------------------------------------------------------------

SMALL = np.array(
    [
        [0.9, 0.2, 0.5, 0.4],
        [0.6, 0.7, 0.4, 0.5],
        [0.3, 0.9, 0.8, 0.1],
        [0.5, 0.5, 0.5, 0.5],
        [0.8, 0.1, 0.3, 0.9],
        [0.1, 0.4, 0.2, 0.3],
    ]
)
SMALL_WEIGHTS = np.array([4.0, 3.0, 2.0, 1.0])


def by_sorting(tables, weightings, top: int) -> tuple[list[float], list[int], list[int]]:
    """Top share, 5th and 95th percentile of the rank: one list sort for each weighting."""
    taken: list[list[int]] = [[] for _ in tables[0]]
    for table, weighting in zip(tables, weightings, strict=True):
        scores = [sum(w * u for w, u in zip(weighting, row, strict=True)) for row in table]
        for place, who in enumerate(sorted(range(len(scores)), key=lambda i: -scores[i]), start=1):
            taken[who].append(place)
    count = len(taken[0])
    percentile = [
        {q: sorted(ranks)[math.ceil(q * count / 100) - 1] for q in (5, 95)} for ranks in taken
    ]
    return (
        [sum(rank <= top for rank in ranks) / count for ranks in taken],
        [each[5] for each in percentile],
        [each[95] for each in percentile],
    )


@pytest.mark.parametrize("top", [1, 2, 3, 6, 9])
@pytest.mark.parametrize(("samples", "seed"), [(600, 0), (2501, 7)])
def test_stability_equals_brute_force(top, samples, seed) -> None:
    """Each weighting re-ranked by a plain sort gives the same shares and intervals."""
    found = scoring.stability(SMALL, SMALL_WEIGHTS, top, samples, seed)
    weightings = scoring.sampled_weights(SMALL_WEIGHTS, samples, seed).tolist()
    share, low, high = by_sorting([SMALL.tolist()] * samples, weightings, top)
    np.testing.assert_allclose(found.top_share, share, rtol=0, atol=1e-12)
    assert found.low.tolist() == low
    assert found.high.tolist() == high
    assert (found.samples, found.top) == (samples, top)


@pytest.mark.parametrize("samples", [600, 2501])
def test_stability_with_unknown_cells_equals_brute_force(samples) -> None:
    """An unknown cell takes, in each weighting, one of its criterion's known values.

    The picks are made again here: uniform numbers of the seed, column by column, each choosing
    among the sorted known values.
    """
    seed, top = 5, 2
    unknown = np.zeros(SMALL.shape, dtype=bool)
    unknown[[1, 4], 0] = unknown[3, 2] = True
    holed = np.where(unknown, 1e6, SMALL)  # whatever stands there must not matter
    luck = np.random.default_rng([seed, 1]).random((3, samples), dtype=np.float32).T
    places = [(1, 0), (4, 0), (3, 2)]
    tables = []
    for draw in luck:
        table = SMALL.tolist()
        for (row, column), chance in zip(places, draw, strict=True):
            seen = sorted(SMALL[~unknown[:, column], column].tolist())
            table[row][column] = seen[int(float(chance) * len(seen))]
        tables.append(table)
    share, low, high = by_sorting(
        tables, scoring.sampled_weights(SMALL_WEIGHTS, samples, seed).tolist(), top
    )
    found = scoring.stability(holed, SMALL_WEIGHTS, top, samples, seed, unknown)
    np.testing.assert_allclose(found.top_share, share, rtol=0, atol=1e-12)
    assert (found.low.tolist(), found.high.tolist()) == (low, high)


def test_stability_holds_with_as_many_markets_as_there_are() -> None:
    """235 markets, 10 criteria: single precision may swap two that are level, no more."""
    utility, weights = np.random.default_rng(2).random((235, 10)), np.arange(1.0, 11.0)
    scores = scoring.sampled_weights(weights, 1500) @ utility.T
    places = 1 + np.argsort(np.argsort(-scores, axis=1), axis=1)
    found = scoring.stability(utility, weights, 10, 1500)
    np.testing.assert_allclose(found.top_share, (places <= 10).mean(axis=0), rtol=0, atol=0.002)
    wanted = np.sort(places, axis=0)[[74, 1424]]  # the 75th and the 1425th of 1500
    assert np.abs(np.array([found.low, found.high]) - wanted).max() <= 1


def test_unknown_cells_stand_for_each_known_value_alike() -> None:
    """Against all ways of filling two holes, whatever the luck: shares agree within noise."""
    unknown = np.zeros(SMALL.shape, dtype=bool)
    unknown[1, 0] = unknown[3, 2] = True
    weightings = scoring.sampled_weights(SMALL_WEIGHTS, 400).tolist()
    tables, drawn = [], []
    for first, second in itertools.product(SMALL[~unknown[:, 0], 0], SMALL[~unknown[:, 2], 2]):
        table = SMALL.tolist()
        table[1][0], table[3][2] = float(first), float(second)
        tables += [table] * len(weightings)
        drawn += weightings
    share, *_ = by_sorting(tables, drawn, 2)
    found = scoring.stability(SMALL, SMALL_WEIGHTS, 2, 20_000, unknown=unknown)
    np.testing.assert_allclose(found.top_share, share, rtol=0, atol=0.02)


def test_an_unknown_cell_is_not_a_zero() -> None:
    """With 0 in the cell never first; unknown, it is 1.0 or 0.5, and first in every other case."""
    utility = np.array([[0.5, 0.0], [0.45, 1.0], [0.4, 0.5]])
    unknown = np.zeros(utility.shape, dtype=bool)
    as_zero = scoring.stability(utility, np.ones(2), 1, 4000, unknown=unknown)
    assert as_zero.top_share[0] == 0
    unknown[0, 1] = True
    as_unknown = scoring.stability(utility, np.ones(2), 1, 4000, unknown=unknown)
    assert as_unknown.top_share[0] == pytest.approx(0.5, abs=0.03)
    assert (as_unknown.low[0], as_unknown.high[0]) == (1, 2)


def test_a_criterion_known_for_none_changes_nothing() -> None:
    """A column without any known value has nothing to draw from and drops out."""
    unknown = np.zeros(SMALL.shape, dtype=bool)
    unknown[:, 3] = True
    found = scoring.stability(SMALL, SMALL_WEIGHTS, 2, 600, unknown=unknown)
    weightings = scoring.sampled_weights(SMALL_WEIGHTS, 600).tolist()
    without = [[*row[:3], 0.0] for row in SMALL.tolist()]
    share, low, high = by_sorting([without] * 600, weightings, 2)
    np.testing.assert_allclose(found.top_share, share, rtol=0, atol=1e-12)
    assert (found.low.tolist(), found.high.tolist()) == (low, high)


def test_equal_alternatives_share_their_rank() -> None:
    """Three equal ones are all first, the fourth is fourth, as in the ranking itself."""
    utility = np.array([[0.6, 0.6], [0.6, 0.6], [0.1, 0.2], [0.6, 0.6]])
    found = scoring.stability(utility, np.ones(2), 2, 500)
    ranks = scoring.ranks(scoring.weighted_sum(utility, np.ones(2))).tolist()
    assert ranks == [1, 1, 4, 1]
    assert found.low.tolist() == found.high.tolist() == ranks
    assert found.top_share.tolist() == [1, 1, 0, 1]


def test_equals_among_others_share_the_rank_by_brute_force() -> None:
    """With two equal rows between others: competition ranks, counted one weighting at a time."""
    utility = np.vstack([SMALL, SMALL[2]])
    weightings = scoring.sampled_weights(SMALL_WEIGHTS, 600, 3)
    taken = [
        [1 + sum(other > own + 1e-12 for other in row) for own in row]
        for row in (weightings @ utility.T).tolist()
    ]
    found = scoring.stability(utility, SMALL_WEIGHTS, 2, 600, 3)
    expected = [sum(row[who] <= 2 for row in taken) / 600 for who in range(7)]
    np.testing.assert_allclose(found.top_share, expected, rtol=0, atol=1e-12)
    assert found.top_share[2] == found.top_share[6]
    assert 0 < found.top_share[2] < 1


@quick
@given(problems, st.integers(1, 7), st.randoms(use_true_random=False))
def test_stability_does_not_depend_on_the_order_of_the_markets(problem, top, random) -> None:
    """Shuffled rows give shuffled figures; an interval is never turned round."""
    utility, weights = np.round(problem[0], 1), problem[1]
    order = list(range(len(utility)))
    random.shuffle(order)
    one = scoring.stability(utility, weights, top, 60)
    two = scoring.stability(utility[order], weights, top, 60)
    np.testing.assert_allclose(two.top_share, one.top_share[order], atol=1 / 60 + 1e-9)
    assert (one.low <= one.high).all()
    assert (one.low >= 1).all() and (one.high <= len(utility)).all()


def test_the_same_question_gets_the_same_answer() -> None:
    """Same seed, same figures; another seed, slightly other ones; the input is untouched."""
    before = SMALL.copy()
    one, two = (scoring.stability(SMALL, SMALL_WEIGHTS, 2, 500, 0) for _ in range(2))
    other = scoring.stability(SMALL, SMALL_WEIGHTS, 2, 500, 1)
    assert one.top_share.tolist() == two.top_share.tolist()
    assert one.top_share.tolist() != other.top_share.tolist()
    np.testing.assert_allclose(one.top_share, other.top_share, atol=0.1)
    assert (before == SMALL).all()
