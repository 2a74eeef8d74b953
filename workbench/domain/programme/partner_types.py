"""Kinds of partners as data (A13): what networks call them, and what that is here."""

from collections.abc import Iterable

import pandas as pd

from workbench.domain.errors import TableError


def folded(name: str) -> str:
    """A name as it is compared: letters and digits alone, without case."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def with_own(types: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The taxonomy with a user's types added; one of the same id replaces ours.

    Both have the columns of the table ``partner_types`` in the schema.
    """
    kept = types[~types["type"].isin(own["type"])]
    return pd.concat([kept, own], ignore_index=True)


def spellings(types: pd.DataFrame) -> dict[str, str]:
    """Folded id, name or alias -> id of the type.

    Raises
    ------
    TableError
        If two types claim the same name.
    """
    found: dict[str, str] = {}
    columns = ["type", "name_en", "name_zh", "aliases"]
    for kind, english, chinese, aliases in types[columns].to_numpy(object).tolist():
        for name in (kind, english, chinese, *aliases.split(";")):
            key = folded(name)
            if not key:
                continue
            if found.setdefault(key, kind) != kind:
                raise TableError(
                    "The partner types {first} and {second} both have the name {name!r}; leave it "
                    "to one of them.",
                    first=found[key],
                    second=kind,
                    name=name,
                )
    return found


def canonical(words: Iterable[str | None], types: pd.DataFrame) -> list[str | None]:
    """Each word as the id of its type; a word that no type has stays as it is, unknown too."""
    known = spellings(types)
    return [
        known.get(folded(word), word) if isinstance(word, str) and word else None for word in words
    ]
