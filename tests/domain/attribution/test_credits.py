"""All models side by side: they add up, whatever the paths."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.domain.attribution import attribute, in_order, merge, partial_sums, split
from workbench.domain.attribution.splitting import Conversions, Touches
from workbench.domain.errors import InputError

from .reference import DAY, paths_of, some_rows

ALL = (
    *("first", "last", "linear", "position", "time_decay", "u_shaped", "shapley"),
    *("markov_1", "markov_2", "markov_3"),
)


def generated(seed: int) -> tuple[Touches, Conversions]:
    """Journeys of which some never convert, some have no touch; times in whole hours, so ties."""
    rng = np.random.default_rng(seed)
    touches = Touches(
        np.sort(rng.integers(0, 150, 600)),
        rng.integers(0, 60 * 24, 600) * 3600.0,
        rng.zipf(1.4, 600).clip(1, 9).astype(np.int32) - 1,
    )
    journey, hour = np.sort(rng.integers(0, 170, 90)), rng.integers(0, 60 * 24, 90) * 3600.0
    place = np.lexsort((hour, journey))
    value = rng.gamma(2, 30, 90) * (rng.random(90) < 0.9)
    return in_order(touches), Conversions(journey[place], hour[place], value)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("lookback", [None, 10 * DAY])
def test_every_model_adds_up(seed, lookback) -> None:
    """To conversions and value less the unattributed, which with them are all there were."""
    touches, conversions = generated(seed)
    found = attribute(partial_sums(split(touches, conversions, lookback), 9, order=3))
    assert found.models == ALL
    assert found.left_out == ()
    totals = found.totals
    assert totals.conversions == 90
    assert totals.value == pytest.approx(conversions.value.sum(), rel=1e-12)
    assert 0 < totals.unattributed < 90
    known = totals.conversions - totals.unattributed
    np.testing.assert_allclose(found.conversions.sum(axis=1), known, rtol=1e-9)
    worth = totals.value - totals.unattributed_value
    np.testing.assert_allclose(found.value.sum(axis=1), worth, rtol=1e-9)
    assert (found.conversions >= 0).all() and (found.value >= 0).all()
    solo, introducer = found.roles[:, 0], found.roles[:, 1]
    np.testing.assert_allclose((solo + introducer).sum(axis=1), [known, worth])
    np.testing.assert_allclose(solo + introducer, [found.conversions[0], found.value[0]])


def test_batches_of_journeys_give_the_same_credits() -> None:
    """Journeys divided as an engine would hand them over, in any order."""
    touches, conversions = generated(3)
    whole = attribute(partial_sums(split(touches, conversions, 20 * DAY), 9, 2))
    parts = []
    for low, high in ((100, 999), (0, 30), (30, 100)):
        mine = (touches.journey >= low) & (touches.journey < high)
        theirs = (conversions.journey >= low) & (conversions.journey < high)
        batch = split(
            Touches(touches.journey[mine], touches.time[mine], touches.member[mine]),
            Conversions(*(each[theirs] for each in vars(conversions).values())),
            20 * DAY,
        )
        parts.append(partial_sums(batch, 9, 2))
    found = attribute(merge(parts, 9, 2))
    np.testing.assert_allclose(found.conversions, whole.conversions, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.value, whole.value, rtol=1e-9, atol=1e-12)
    assert (found.totals.journeys, found.totals.touchpoints) == (whole.totals.journeys, 600)
    assert found.totals.outside == whole.totals.outside > 0


def test_seconds_and_microseconds_give_the_same() -> None:
    touches, conversions = generated(1)
    found = attribute(partial_sums(split(touches, conversions, 9 * DAY), 9))
    exact = attribute(
        partial_sums(
            split(
                replace(touches, time=(touches.time * 1e6).astype(np.int64)),
                replace(conversions, time=(conversions.time * 1e6).astype(np.int64)),
                9 * DAY,
            ),
            9,
        )
    )
    np.testing.assert_allclose(exact.conversions, found.conversions, rtol=1e-12, atol=1e-12)


def test_markov_shares_by_hand() -> None:
    """Removal effects 1/2, 1, 1 (see test_markov): of one order of 90 a fifth, twice two fifths;
    an order without touches doesn't change that."""
    rows = [((0, 1, 2), 1, 90, 0), ((0,), 0, 0, 1), ((1, 2), 0, 0, 1), ((), 4, 7, 0)]
    found = attribute(partial_sums(paths_of(*rows), 3))
    row = found.row("markov_1")
    np.testing.assert_allclose(found.conversions[row], [0.2, 0.4, 0.4], rtol=1e-12)
    np.testing.assert_allclose(found.value[row], [18, 36, 36], rtol=1e-12)


def test_models_that_need_times_are_left_out_where_there_are_none() -> None:
    """Unknown is not zero; one batch without times is enough."""
    rows = some_rows(np.random.default_rng(2), 3, 20)
    untimed = partial_sums(paths_of(*rows), 3)
    timed = partial_sums(paths_of(((0,), 1, 1, 0), time=((1,),), converted_at=(2,)), 3)
    for sums in (untimed, untimed + timed):
        found = attribute(sums)
        assert found.left_out == ("time_decay", "u_shaped")
        assert found.models == ("first", "last", "linear", "position", "shapley", "markov_1")
        known = found.totals.conversions - found.totals.unattributed
        np.testing.assert_allclose(found.conversions.sum(axis=1), known, rtol=1e-9)
    assert attribute(timed).left_out == ()


def test_orders_without_value_have_credits_without_value() -> None:
    found = attribute(partial_sums(paths_of(((0, 1), 2, 0, 1), ((1,), 0, 0, 1)), 2, 3))
    np.testing.assert_allclose(found.conversions.sum(axis=1), 2)
    assert not found.value.any()


def test_nothing_converts() -> None:
    found = attribute(partial_sums(paths_of(((0, 1), 0, 0, 3)), 2, 2))
    assert not found.conversions.any() and not np.isnan(found.conversions).any()
    assert found.paths.tolist() == [3, 3]


def test_order_0_makes_no_chain() -> None:
    found = attribute(partial_sums(paths_of(((0,), 1, 1, 0)), 1, order=0))
    assert not [model for model in found.models if model.startswith("markov")]


def test_a_model_that_is_not_there() -> None:
    found = attribute(partial_sums(paths_of(((0,), 1, 1, 0)), 1))
    with pytest.raises(InputError, match=r"No credits by model 'lost'; models are: first, last, "):
        found.row("lost")
