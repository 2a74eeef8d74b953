"""From a plan to a portfolio: what the plan names is read, or named as missing."""

import pytest

from workbench.domain.errors import InputError
from workbench.domain.plan import Plan
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder

REGISTER = (
    "market,competitor,industry,channel,cpa_usd,return_ratio,spend_share_pct,source,"
    "as_of,confidence,note_en,note_zh\n"
)


def test_without_a_product_nothing_is_known_of_competitors_or_strengths():
    portfolio = open_portfolio(Plan())
    assert portfolio.product is None and portfolio.strengths is None
    assert portfolio.reference.competitors.empty
    assert len(portfolio.codes) >= 200


def test_an_example_product_brings_the_example_register():
    portfolio = open_portfolio(Plan(product="live_show"))
    assert portfolio.product.product == "live_show"
    assert (portfolio.reference.competitors["note_en"].str.startswith("Invented figure")).all()
    assert len(portfolio.reference.competitors) > 20


def own_product(folder, **change):
    text = (data_folder() / "examples" / "live_show.yaml").read_text(encoding="utf-8")
    for old, new in {"example: true": "example: false", **change}.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_product_of_ones_own_does_not_get_invented_competitors(tmp_path):
    portfolio = open_portfolio(Plan(product=own_product(tmp_path)))
    assert not portfolio.product.example
    assert portfolio.reference.competitors.empty


def test_a_named_register_is_read_with_any_product(tmp_path):
    path = tmp_path / "rivals.csv"
    path.write_text(
        REGISTER + "ID,Ours,live_show,kol,1,2,,survey,2025-06-30,high,,\n", encoding="utf-8"
    )
    for product in (None, "live_show", own_product(tmp_path)):
        portfolio = open_portfolio(Plan(product=product, competitors=str(path)))
        assert portfolio.reference.competitors["competitor"].tolist() == ["Ours"]
    # An edited register is read anew.
    path.write_text(REGISTER, encoding="utf-8")
    assert open_portfolio(Plan(competitors=str(path))).reference.competitors.empty


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; it needs a header line"),
        ("market,competitor\nID,A\n", "rivals.csv lacks the column industry; its columns must"),
        (REGISTER.replace("\n", ",extra\n"), "rivals.csv has an unknown column extra"),
        (
            REGISTER + "ID,A,live_show,kol,cheap,1,,s,2025-06-30,high,,\n",
            "row 2, column cpa_usd: 'cheap' is not allowed; a number is expected",
        ),
        (
            REGISTER + "Indonesia,A,live_show,kol,1,1,,s,2025-06-30,high,,\n",
            "row 2, column market: 'Indonesia' is not allowed",
        ),
    ],
)
def test_a_bad_register_is_named_with_column_value_and_rule(tmp_path, text, message):
    path = tmp_path / "rivals.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        open_portfolio(Plan(competitors=str(path)))


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"product": "nope.yaml"}, r"There is no file nope\.yaml; check the path"),
        ({"product": "nope"}, "Unknown product 'nope'; examples are: cleaner_tool, "),
        ({"competitors": "nope.csv"}, r"There is no file nope\.csv; check the path"),
        ({"industry": "farming"}, "Unknown industry 'farming'; industries are: .*live_show"),
        ({"market": "XX"}, "Unknown market 'XX': a market is a two-letter ISO 3166-1 code"),
        ({"markets": ("ID", "QQ")}, "Unknown market 'QQ'"),
    ],
)
def test_what_does_not_exist_is_named_with_the_remedy(plan, message):
    with pytest.raises(InputError, match=message):
        open_portfolio(Plan(**plan))


def test_a_product_is_checked_against_the_tables(tmp_path):
    path = own_product(tmp_path, **{"provider: agora": "provider: acme"})
    with pytest.raises(InputError, match=r"own\.yaml, at provider: unknown 'acme'; known are: ag"):
        open_portfolio(Plan(product=path))
