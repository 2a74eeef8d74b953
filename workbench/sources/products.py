"""Reader of product profiles."""

import difflib
import re
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pandas as pd
from babel.core import get_global
from pydantic import ValidationError

from workbench.domain.errors import InputError
from workbench.domain.payment_names import CARD_WORDS, ELSEWHERE, spelling
from workbench.domain.product import METRICS, Product
from workbench.domain.reference import Reference
from workbench.domain.text import T_, Text
from workbench.domain.validation import first_problem
from workbench.sources.files import read_mapping
from workbench.sources.language_tags import is_known, meant
from workbench.sources.paths import data_folder


def example_products() -> dict[str, Path]:
    """Id -> file of the example products."""
    return {
        path.stem: path
        for path in sorted((data_folder() / "examples").glob("*.yaml"))
        if not path.stem.startswith("plan")
    }


def load_product(named: str, reference: Reference | None = None) -> Product:
    """A product by example id or by the path of its YAML or JSON file.

    Parameters
    ----------
    reference
        Where given, everything that the file names is looked up in its tables: industry, needs,
        provider, regions, languages, payment methods and the markets where data is kept.

    Raises
    ------
    InputError
        If there is no such product, or the file breaks a rule (named with its place).
    """
    path = product_path(named)
    content = read_mapping(path)
    try:
        product = Product.model_validate(content)
    except ValidationError as error:
        found = first_problem(error, Product)
        if found.rule is None:
            raise InputError(
                "The product file {path}: {place} is missing; add it.",
                path=path,
                place=found.place,
            ) from error
        raise InputError(
            "The product file {path}, at {place}: {value!r} is not allowed ({rule}).",
            path=path,
            place=found.place,
            value=found.value,
            rule=found.rule,
        ) from error
    _check_shares(product, path)
    if reference is not None:
        _check(product, path, reference)
    return product


def product_path(named: str) -> Path:
    """The file of a product named by example id or by path; it need not exist.

    Raises
    ------
    InputError
        If there is no such example.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", named):
        return Path(named)
    examples = example_products()
    if named not in examples:
        raise InputError(
            "Unknown product {product!r}; examples are: {known}; for your own "
            "give the path of its file.",
            product=named,
            known=", ".join(examples),
        )
    return examples[named]


def _check_shares(product: Product, path: Path) -> None:
    """A share of time or of packets is a percentage."""
    technology = product.technology
    for place, figures in (
        ("default", technology.default),
        *((f"regions.{region}", figures) for region, figures in technology.regions.items()),
    ):
        for name, value in figures.items():
            if name.endswith("_pct") and value > 100:
                raise InputError(
                    "The product file {path}, at {place}: {value!r} is not allowed ({rule}).",
                    path=path,
                    place=f"technology.{place}.{name}",
                    value=int(value) if value.is_integer() else value,
                    rule=T_("it must be at most {high}", high="100"),
                )


def _check(product: Product, path: Path, reference: Reference) -> None:
    """Everything that the product names is in the tables."""
    technology, markets = product.technology, reference.markets
    measured = [*technology.default, *chain.from_iterable(technology.regions.values())]
    for place, found, known in (
        ("industry", [product.industry], reference.industries["industry"]),
        ("strengths", product.strengths, reference.needs["need"]),
        ("provider", [product.provider or ""], ["", *reference.providers["provider"]]),
        ("technology", measured, METRICS),
        ("technology.regions", technology.regions, markets["subregion"]),
    ):
        for name in found:
            if name not in set(known):
                names = sorted(set(known) - {""})
                raise InputError(
                    "The product file {path}, at {place}: unknown {value!r}{hint}; known are: "
                    "{known}.",
                    path=path,
                    place=place,
                    value=name,
                    hint=_hint(_near(name, {each: each for each in names})),
                    known=", ".join(names),
                )
    _check_languages(product, path, reference.languages)
    _check_payment(product, path, reference.platforms)
    _check_hosting(product, path, markets)


def _check_languages(product: Product, path: Path, languages: pd.DataFrame) -> None:
    for tag in product.languages:
        if not is_known(tag, languages):
            raise InputError(
                "The product file {path}, at {place}: unknown language {value!r}{hint}; write a "
                "language tag such as en, pt-BR or zh-Hant.",
                path=path,
                place="languages",
                value=tag,
                hint=_hint(meant(tag, languages)),
            )


def _check_payment(product: Product, path: Path, platforms: pd.DataFrame) -> None:
    local = platforms.loc[platforms["kind"] == "payment", "platform"]
    names = {spelling(name): name for name in (*CARD_WORDS, *ELSEWHERE, *local)}
    for method in product.payment_methods:
        if spelling(method) not in names:
            raise InputError(
                "The product file {path}, at {place}: unknown payment method {value!r}{hint}; "
                "write a name of kind payment in platforms.csv, such as {some}, or a card brand.",
                path=path,
                place="payment_methods",
                value=method,
                hint=_hint(_near(spelling(method), names)),
                some=", ".join(local.value_counts().index[:3]),
            )


def _check_hosting(product: Product, path: Path, markets: pd.DataFrame) -> None:
    codes = set(markets["market"])
    names = {
        name.casefold(): code
        for column in ("name_en", "iso3", "market")
        for name, code in zip(markets[column], markets["market"], strict=True)
    }
    for field in ("regions_hosted", "local_storage_available"):
        for code in getattr(product.compliance, field):
            if code not in codes:
                renamed = get_global("territory_aliases").get(code.upper(), ())  # UK -> GB
                raise InputError(
                    "The product file {path}, at {place}: {value!r} is not a market{hint}; write "
                    "the code of each country where data is kept, such as SG.",
                    path=path,
                    place=f"compliance.{field}",
                    value=code,
                    hint=_hint(renamed[0] if len(renamed) == 1 else _near(code.casefold(), names)),
                )


def _near(value: str, names: Mapping[str, str]) -> str | None:
    """The name whose key begins with the value, is nearest to it, or holds it; in that order."""
    if value in names:
        return names[value]
    if len(value) < 3:  # nearly any two letters are near some others
        return None
    found = [
        *(key for key in names if key.startswith(value)),
        *difflib.get_close_matches(value, names, n=1, cutoff=0.8),
        *(key for key in names if value in key),
    ]
    return names[found[0]] if found else None


def _hint(close: str | None) -> Text | str:
    return T_(" (did you mean {close!r}?)", close=close) if close else ""
