"""Keeps the catalogues in step with the code: ``python -m workbench.locale.extraction``."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
KEYWORDS = {
    name: None
    for name in ("t", "T_", "_", "WorkbenchError", "InputError", "TableError", "ReadOnlyError")
}
METHODS = [("assets/templates/**.j2", "jinja2"), ("**.py", "python")]


def messages() -> set[str]:
    """Every message that code and templates show."""
    found = extract_from_dir(str(PACKAGE), method_map=METHODS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def catalogue_path(lang: str) -> Path:
    """The ``.po`` file of a language."""
    return PACKAGE / "locale" / lang / "LC_MESSAGES" / "workbench.po"


def update(lang: str) -> tuple[list[str], list[str]]:
    """Bring a catalogue up to date: new messages empty, those that are gone removed.

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
    known = {str(message.id): str(message.string) for message in old if message.id}
    new = Catalog(
        locale=lang,
        project="Channel Workbench",
        charset="utf-8",
        header_comment=f"# Channel Workbench, {lang}",
    )
    for message in sorted(wanted):
        new.add(message, message if lang == "en" else known.get(message, ""))
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
    return sorted(wanted - set(known)), sorted(set(known) - wanted)


if __name__ == "__main__":
    import sys

    for language in ("zh", "en"):
        added, removed = update(language)
        sys.stdout.write(f"{language}: {len(added)} new, {len(removed)} removed\n")
        sys.stdout.writelines(f"  + {message}\n" for message in added if language == "zh")
