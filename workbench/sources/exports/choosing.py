"""Which mapping the columns of a file fit, and which sheets of a workbook are of one kind."""

from collections.abc import Sequence

from workbench.domain.errors import InputError
from workbench.sources.exports.mapping import Mapping


def best(mappings: dict[str, Mapping], names: Sequence[str], file: str) -> str:
    """The id of the mapping that these columns fit.

    Raises
    ------
    InputError
        If none can fill a table, with what the nearest lacks; or two fit alike.
    """
    scored = sorted(
        ((not one.missing(names), one.fits(names), name) for name, one in mappings.items()),
        reverse=True,
    )
    able, fits, name = scored[0]
    if not able:
        lacking = mappings[name].missing(names)
        column, columns = next(iter(lacking.items()))
        raise InputError(
            "The columns of {file} fit no mapping; the nearest, {mapping}, lacks {column}: one of "
            "{columns}. The file has: {found}.",
            file=file,
            mapping=name,
            column=column,
            columns=", ".join(columns),
            found=", ".join(names) or "-",
        )
    if len(scored) > 1 and scored[1][:2] == (able, fits):
        raise InputError(
            "The columns of {file} fit {one} and {other} alike; name one of them in place of the "
            "export.",
            file=file,
            one=name,
            other=scored[1][2],
        )
    return name


def alike(mappings: dict[str, Mapping], head: Sequence[str], other: Sequence[str]) -> bool:
    """Whether columns of two heads fit the same mapping, and both fill its table.

    That is the first table that the first head can fill; others of the mapping, as clicks beside
    orders, may be there or not.
    """
    try:
        chosen = best(mappings, head, "")
        if best(mappings, other, "") != chosen:
            return False
    except InputError:
        return False
    table = mappings[chosen].first_filled(head)
    return table is not None and mappings[chosen].fills(table, other)
