"""Keeps the catalogues in step with the code: ``python -m workbench.locale.extraction``."""

import ast
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from workbench.domain import errors

PACKAGE = Path(__file__).resolve().parents[1]
COUNTING = ("n", "N_")
"""Calls whose first two arguments are the wording for one and the one for any other number."""
KEYWORDS = {
    **dict.fromkeys(("t", "T_", "_")),
    **{name: None for name in vars(errors) if name.endswith("Error")},
    **dict.fromkeys(COUNTING, (1, 2)),
}
Message = str | tuple[str, str]
"""A message, or the two wordings of one that counts."""


Found = Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]


def _from_template(
    file: IO[bytes], keywords: Iterable[str], *_others: Any, **_options: Any
) -> Found:
    """Calls of markers in a Jinja template; Jinja's own extractor overlooks ``t.n(...)``."""
    for call in Environment().parse(file.read().decode()).find_all(nodes.Call):
        name = getattr(call.node, "attr", getattr(call.node, "name", ""))
        if name in keywords:
            yield call.lineno, name, _literals(call.args, nodes.Const), []


def _from_module(file: IO[bytes], keywords: Iterable[str], *_others: Any, **_options: Any) -> Found:
    """Calls of markers in a module; Babel's own extractor trips over ``t`` as an argument."""
    for call in ast.walk(ast.parse(file.read())):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in keywords:
                yield call.lineno, name, _literals(call.args, ast.Constant), []


def _literals(arguments: Sequence[Any], kind: Any) -> tuple[str | None, ...]:
    values = [each.value if isinstance(each, kind) else None for each in arguments]
    return tuple(value if isinstance(value, str) else None for value in values) or (None,)


METHODS: list[tuple[str, Any]] = [
    ("assets/templates/**.j2", _from_template),
    ("**.py", _from_module),
]


def messages() -> set[Message]:
    """Every message that code and templates show."""
    found = extract_from_dir(str(PACKAGE), method_map=METHODS, keywords=KEYWORDS)
    return {_key(message) for _, _, message, _, _ in found}


def _key(message: str | Sequence[str]) -> Message:
    return message if isinstance(message, str) else (message[0], message[1])


def _one(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def catalogue_path(lang: str) -> Path:
    """The ``.po`` file of a language."""
    return PACKAGE / "locale" / lang / "LC_MESSAGES" / "workbench.po"


def update(
    lang: str, given: Mapping[str, str] | None = None
) -> tuple[list[Message], list[Message]]:
    """Bring a catalogue up to date: new messages empty, those that are gone removed.

    Parameters
    ----------
    given
        Message -> translation, put over what the catalogue has; of a message that counts, the
        wording for one stands for it. Not for English, which says what the code says.

    Returns
    -------
    added, removed
        Messages, sorted.
    """
    path = catalogue_path(lang)
    old = Catalog(locale=lang)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=lang)
    wanted = messages()
    known: dict[Message, Any] = {_key(message.id): message.string for message in old if message.id}
    new = Catalog(
        locale=lang,
        project="Channel Workbench",
        charset="utf-8",
        header_comment=f"# Channel Workbench, {lang}",
    )
    for message in sorted(wanted, key=str):
        text = (given or {}).get(_one(message)) or known.get(message, "")
        if isinstance(message, tuple) and isinstance(text, str):
            text = (text,)  # Chinese has one form
        new.add(message, message if lang == "en" else text)
    buffer = io.BytesIO()
    write_po(buffer, new, width=100, omit_header=False, sort_output=True, no_location=True)
    text = "\n".join(
        line
        for line in buffer.getvalue().decode().splitlines()
        if not line.startswith(
            ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator')
        )
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rstrip() + "\n", encoding="utf-8")
    return sorted(wanted - set(known), key=str), sorted(set(known) - wanted, key=str)


if __name__ == "__main__":
    import json
    import sys

    # python -m workbench.locale.extraction [zh.json ...]: files of message -> Chinese
    files = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    translations = {msgid: text for texts in files for msgid, text in texts.items()}
    for language in ("zh", "en"):
        added, removed = update(language, translations)
        sys.stdout.write(f"{language}: {len(added)} new, {len(removed)} removed\n")
        sys.stdout.writelines(f"  + {message}\n" for message in added if language == "zh")
