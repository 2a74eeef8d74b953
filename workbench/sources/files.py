"""Reading text, YAML and CSV with errors a user can act on, and writing without tearing."""

import csv
import io
import json
import os
import re
import secrets
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from workbench.domain.errors import InputError
from workbench.domain.text import N_, T_
from workbench.sources._reasons import parser_reason, system_reason

MAX_BYTES = 64 * 1024 * 1024


_KINDS = {
    type(None): T_("nothing"),
    list: T_("a list"),
    bool: T_("true or false"),
    int: T_("a number"),
    float: T_("a number"),
}


class _Loader(yaml.SafeLoader):
    """YAML whose ``NO`` is Norway, not false, and whose dates stay text for the model to check.

    ``035`` is a region's code, not 29 in octal, and ``12:30`` is a time, not 750: a whole number
    is written with decimal digits that don't start with 0; what only looks like one stays text.
    A key that stands twice is an error: the second would silently replace the first. So is an
    alias: a few lines of them stand for more values than memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The node that comes next; see the class."""
        if self.check_event(yaml.AliasEvent) and self.peek_event().anchor in self.anchors:
            raise yaml.composer.ComposerError(
                problem=T_("a * stands for a value from elsewhere; write the value out"),  # type: ignore[arg-type]
                problem_mark=self.peek_event().start_mark,
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node; see the class."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=T_("the key {key} stands twice", key=key),  # type: ignore[arg-type]
                    problem_mark=key_node.start_mark,
                )
            if isinstance(key, str):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


_OTHERWISE = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OTHERWISE]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys stand once each."""
    seen = dict(pairs)
    if len(seen) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(T_("the key {key} stands twice", key=twice))
    return seen


def read_text(path: Path) -> str:
    """The file's text (UTF-8, a byte-order mark is dropped).

    Raises
    ------
    InputError
        If the file is missing, a folder, too large, or not UTF-8.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError("{path} is not a file; name a text file.", path=path)
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                "The file {path} is larger than {most} MB; split it.",
                path=path,
                most=MAX_BYTES // 1024**2,
            )
        return path.read_text(encoding="utf-8-sig")
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError("There is no file {path}; check the path.", path=path) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "The file {path} is not UTF-8 text (byte {byte}); save it as UTF-8.",
            path=path,
            byte=error.start,
        ) from error
    except OSError as error:
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=system_reason(error)
        ) from error
    except ValueError as error:  # a null byte in the path
        raise InputError(
            "The file {path} can't be read: {why}.", path=repr(str(path)), why=parser_reason(error)
        ) from error


@lru_cache(maxsize=16)
def _parsed(text: str, suffix: str) -> Any:
    """JSON or YAML; kept, since the briefs of a batch read one plan (18 ms) again and again."""
    if suffix == ".json":
        return json.loads(text, object_pairs_hook=_once)
    return yaml.load(text, Loader=_Loader)  # a SafeLoader


def read_mapping(path: Path) -> dict[str, Any]:
    """A JSON or YAML file that holds one mapping.

    Raises
    ------
    InputError
        If it can't be read, is broken (with the line), or holds something else.
    """
    text = read_text(path)
    try:
        content = deepcopy(_parsed(text, path.suffix))
    except json.JSONDecodeError as error:
        raise InputError(
            "The file {path} is not valid JSON, line {line}: {why}.",
            path=path,
            line=error.lineno,
            why=parser_reason(error),
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            "The file {path} is not valid YAML, line {line}: {why}.",
            path=path,
            line=mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1,
            why=parser_reason(error),
        ) from error
    except (RecursionError, ValueError) as error:  # nested too deep, a number too long
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=parser_reason(error)
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            "The file {path} must hold a mapping of names to values; it holds {kind}.",
            path=path,
            kind=_KINDS.get(type(content), T_("a text")),
        )
    return content


Fingerprint = tuple[tuple[str, int, int, int], ...]


def fingerprint(*paths: Path) -> Fingerprint:
    """Path, inode, time of change and size of each file: equal as long as none was touched."""
    found = []
    for path in paths:
        try:
            seen = path.stat()
            found.append((str(path.absolute()), seen.st_ino, seen.st_mtime_ns, seen.st_size))
        except (OSError, ValueError):  # ValueError: a null byte in the path
            found.append((str(path.absolute()), 0, 0, -1))
    return tuple(found)


def read_table(path: Path) -> pd.DataFrame:
    """A CSV file as strings; empty cells stay empty strings ("NA" is Namibia, not missing)."""
    text = read_text(path)
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:  # mostly a quote that is never closed
        raise InputError(
            "The file {path} can't be read: {why}.", path=path, why=parser_reason(error)
        ) from error
    if not rows:
        raise InputError("The table {path} is empty; it needs a header line.", path=path)
    header, body = rows[0], [row for row in rows[1:] if row]
    for number, row in enumerate(rows[1:], start=2):
        if row and len(row) != len(header):
            raise InputError(
                "The table {path}, row {row}, has {found} where the header has "
                "{wanted}; a comma inside a cell needs quotes.",
                path=path,
                row=number,
                found=N_("{count} cell", "{count} cells", len(row)),
                wanted=len(header),
            )
    return pd.DataFrame(body, columns=header, dtype=object)


def write_text(path: Path, text: str) -> None:
    """Write the whole file as UTF-8 or nothing; raises as :func:`write_bytes` does."""
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            "The file {path} can't be written: {why}; the old one is unchanged.",
            path=path,
            why=T_("the text holds half a character, {code}", code=repr(text[error.start])),
        ) from error
    write_bytes(path, content)


def write_bytes(path: Path, content: bytes) -> None:
    """Write the whole file or nothing: aside, flushed to disk, then put in place.

    It has the rights that the user's mask (umask) gives to any new file.

    Raises
    ------
    InputError
        If the folder is missing or the disk refuses; the old file is then still there.
    """
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        place = path.parent / f".{path.name}.{secrets.token_hex(4)}"
        with place.open("xb") as file:  # not mkstemp, which leaves the mask unheard
            aside = place
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        if aside:
            aside.unlink(missing_ok=True)
        raise InputError(
            "The file {path} can't be written: {why}; the old one is unchanged.",
            path=path,
            why=system_reason(error),
        ) from error
