"""Kinds of partners as data: what exports call them, and a user's own."""

import pandas as pd
import pyarrow as pa
import pytest

from workbench.domain.errors import InputError, TableError
from workbench.domain.programme.partner_types import canonical, folded, spellings, with_own
from workbench.sources.partner_types import load_partner_types, typed

TYPES = pd.DataFrame(
    [
        ("coupon", "Coupon", "优惠券", "Discount Code;Coupon/Deal"),
        ("creator", "Creator", "达人", "Influencer"),
    ],
    columns=["type", "name_en", "name_zh", "aliases"],
)


def test_names_are_compared_by_letters_and_digits():
    assert folded("Coupon / Deal") == folded("coupon-deal") == "coupondeal"
    words = ["DISCOUNT CODE", "优惠券", "influencer", "Drone show", "", None]
    assert canonical(words, TYPES) == ["coupon", "coupon", "creator", "Drone show", None, None]


def test_a_name_of_two_types_is_refused():
    doubled = TYPES.assign(aliases=["Deal", "deal"])
    with pytest.raises(TableError, match="coupon and creator both have the name 'deal'"):
        spellings(doubled)


def test_a_type_of_ones_own_replaces_ours():
    own = pd.DataFrame([("coupon", "Codes", "码", "")], columns=TYPES.columns)
    found = with_own(TYPES, own)
    assert found["type"].tolist() == ["creator", "coupon"]
    assert canonical(["Discount Code", "codes"], found) == ["Discount Code", "coupon"]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Content / Reviews", "content"),
        ("Deal/Coupon", "coupon"),
        ("Loyalty/Rewards", "loyalty"),
        ("Discount Code", "coupon"),
        ("Cashback", "cashback"),
        ("Comparison Engine", "comparison"),
        ("Sub Network", "sub_network"),
        ("Card Linked Offer", "card_linked"),
        ("In-Game", "in_game"),
        ("Behavioural Retargeting", "retargeting"),
        ("达人与红人", "creator"),
    ],
)
def test_words_of_networks_are_known(word, kind):
    assert canonical([word], load_partner_types()) == [kind]


def test_the_kinds_that_the_specification_names_are_there():
    named = {"content", "coupon", "cashback", "creator", "sub_network", "app", "card_linked"}
    named |= {"in_game", "comparison", "email", "media_buying", "b2b_referral", "loyalty"}
    assert named <= set(load_partner_types()["type"])


def test_a_file_of_ones_own_needs_only_names(tmp_path):
    path = tmp_path / "types.csv"
    path.write_text("type,name_en,name_zh,aliases\ndrone,Drone show,无人机秀,Sky show\n")
    types = load_partner_types(path)
    people = pa.table({"partner": ["a", "b"], "type": ["sky show", "Blog"]})
    assert typed(people, types)["type"].to_pylist() == ["drone", "content"]
    assert typed(people.select(["partner"]), types).column_names == ["partner"]
    path.write_text("type,name_en\ndrone,Drone show\n")
    with pytest.raises(InputError, match="lacks the column name_zh"):
        load_partner_types(path)
