"""The ids that a plan, a product file and a register may name, with their names."""

from typing import get_args

import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.product import METRICS
from workbench.domain.readiness import Status
from workbench.domain.reference import Reference
from workbench.locale import Translator, translator, word
from workbench.sources.products import example_products, load_product
from workbench.sources.reference import load_reference


def id_rows(kinds: list[str], reference: Reference | None = None) -> list[list[str]]:
    """Kind, id, Chinese name and English name of every id, or of those of some kinds.

    Raises
    ------
    InputError
        For a kind that there is not.
    """
    found = _ids(reference or load_reference())
    for kind in kinds:
        if kind not in found:
            raise InputError(
                "There are no ids of kind {kind!r}; kinds are: {known}.",
                kind=kind,
                known=", ".join(found),
            )
    return [
        [kind, *row] for kind, rows in found.items() if not kinds or kind in kinds for row in rows
    ]


def _ids(reference: Reference) -> dict[str, list[list[str]]]:
    zh, en = translator("zh"), translator("en")
    products = {name: load_product(name).name for name in example_products()}
    regions = sorted(set(reference.markets["subregion"]))
    return {
        "industry": _named(reference.industries),
        "product": [[name, text.zh, text.en] for name, text in products.items()],
        "need": _named(reference.needs),
        "criterion": _named(reference.criteria),
        "channel": _named(reference.channels),
        "check": _named(reference.checks),
        "status": _words("status", get_args(Status), zh, en),
        "provider": _named(reference.providers),
        "metric": _words("metric", METRICS, zh, en),
        "region": [[code, zh.region(code), en.region(code)] for code in regions],
    }


def _named(table: pd.DataFrame) -> list[list[str]]:
    """The id stands in the first column."""
    return table[[table.columns[0], "name_zh", "name_en"]].to_numpy().tolist()


def _words(kind: str, keys: tuple[str, ...], zh: Translator, en: Translator) -> list[list[str]]:
    return [[key, word(zh, kind, key), word(en, kind, key)] for key in keys]
