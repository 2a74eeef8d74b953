"""Payment methods: one spelling, and card brands counted as cards."""

import pytest

from workbench.domain.payment_names import CARD_WORDS, CARDS, ELSEWHERE, counted_as, spelling
from workbench.sources.reference import load_reference

PLATFORMS = load_reference().platforms
LOCAL = PLATFORMS.loc[PLATFORMS["kind"] == "payment", "platform"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KakaoPay", "kakao pay"),
        ("M-Pesa", "MPESA"),
        ("Ｐｉｘ", "pix"),
        ("SINPE Móvil", "SINPE MÓVIL"),
    ],
)
def test_case_spaces_and_signs_make_no_other_method(one, other):
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize("brand", ["Visa", "mastercard", "Master Card", "AMEX", "信用卡", "Cards"])
def test_a_card_brand_counts_as_cards(brand):
    assert counted_as(brand) == spelling(CARDS)


@pytest.mark.parametrize("method", ["Apple Pay", "PayPal", "mada", "支付宝"])
def test_any_other_method_counts_as_itself(method):
    assert counted_as(method) == spelling(method)


def test_the_table_knows_cards_by_their_name_and_no_two_names_are_spelt_alike():
    assert CARDS in set(LOCAL)
    names = {*CARD_WORDS, *ELSEWHERE, *LOCAL}
    assert len({spelling(name) for name in names}) == len(names)
    assert all(spelling(name) for name in names)
