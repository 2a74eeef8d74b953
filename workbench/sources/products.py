"""Reader of product profiles."""

import re
from pathlib import Path

from pydantic import ValidationError

from workbench.domain.errors import InputError
from workbench.domain.product import METRICS, Product
from workbench.domain.reference import Reference
from workbench.domain.validation import first_problem
from workbench.sources.files import read_mapping
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
        Where given, industry, needs and provider are checked against its tables.

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
        place, value, rule = first_problem(error)
        raise InputError(
            "The product file {path}, at {place}: {value!r} is not allowed ({rule}).",
            path=path,
            place=place,
            value=value,
            rule=rule,
        ) from error
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


def _check(product: Product, path: Path, reference: Reference) -> None:
    measured = {
        name
        for figures in (product.technology.default, *product.technology.regions.values())
        for name in figures
    }
    chosen = {product.provider} if product.provider else set()
    for place, found, known in (
        ("industry", {product.industry}, set(reference.industries["industry"])),
        ("strengths", set(product.strengths), set(reference.needs["need"])),
        ("provider", chosen, set(reference.providers["provider"])),
        ("technology", measured, set(METRICS)),
        (
            "technology.regions",
            set(product.technology.regions),
            set(reference.markets["subregion"]),
        ),
    ):
        if found - known:
            raise InputError(
                "The product file {path}, at {place}: unknown {value!r}; known are: {known}.",
                path=path,
                place=place,
                value=min(found - known),
                known=", ".join(sorted(known)),
            )
