"""What Chromium leaves undone in a PDF: characters that can be searched for, the same bytes.

Chromium tells of each glyph one character that has it. A Chinese font draws 入 and the radical ⼊
with one glyph, and Chromium names the radical, as it comes first: the text looks right, but nobody
finds or copies it. Here the ideograph is put in its place, and two letters for a ligature.
"""

import io
import re
import unicodedata
from datetime import date

_FORMS = (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0xFB00, 0xFB07))
"""Radicals, compatibility ideographs, Latin ligatures."""
_OTHERWISE = dict(
    zip(
        "⼾⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⺁⺎⺒⺓⺜⺝⺠⺦⺧⺩⺫⺬⺮⺶⺼⻊⻗",
        "户虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙厂兀巳幺日月民丬牛王目示竹羊肉足雨",
        strict=True,
    )
)
"""Where Unicode has no simple equivalent, or another than simplified Chinese (UAX 44,
``EquivalentUnifiedIdeograph``)."""
_NODES = re.compile(rb"\(node(\d{8})\)")
_CHARS = re.compile(r"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(r"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = 100
"""Entries in one list, at most (Adobe Technical Note 5014)."""


def plain(letter: str) -> str:
    """The character that a reader would type for a radical or ligature; any other as it is."""
    if ord(letter) not in _FORMS:
        return letter
    return _OTHERWISE.get(letter) or unicodedata.normalize("NFKC", letter)


def finished(content: bytes, day: date) -> bytes:
    """The file with text that can be searched, and the day for its dates.

    The names of its tagged elements are numbered anew, too: Chromium numbers them as it happens to
    make them. The new ones stand in the same order, so that lists sorted by them stay sorted.
    """
    import pypdf
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    names = {name: place for place, name in enumerate(sorted(set(_NODES.findall(content))), 1)}
    content = _NODES.sub(lambda found: b"(node%08d)" % names[found[1]], content)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    done: set[int] = set()
    for each in writer._objects:
        table = each.get("/ToUnicode") if isinstance(each, DictionaryObject) else None
        stream = table.get_object() if table is not None else None
        if isinstance(stream, StreamObject) and id(stream) not in done:
            done.add(id(stream))
            text = stream.get_data().decode("ascii")
            mended = mended_table(text)
            if mended != text:
                stream.set_data(mended.encode("ascii"))
    stamp = f"D:{day:%Y%m%d}000000+00'00'"
    title = (writer.metadata and writer.metadata.title) or ""
    writer.metadata = {
        NameObject("/Title"): title,
        NameObject("/Producer"): "Chromium",
        NameObject("/CreationDate"): stamp,
        NameObject("/ModDate"): stamp,
    }
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def mended_table(table: str) -> str:
    """A font's table of characters with plain ones; as it is where there is nothing to mend."""
    found: dict[str, str] = {}
    for block in _CHARS.findall(table):
        found.update(_PAIR.findall(block))
    for block in _RANGES.findall(table):
        for first, last, text in _TRIPLE.findall(block):
            for place in range(int(last, 16) - int(first, 16) + 1):
                code = f"{int(first, 16) + place:0{len(first)}X}"
                found[code] = f"{int(text, 16) + place:0{len(text)}X}"
    plainly = {
        code: "".join(map(plain, bytes.fromhex(text).decode("utf-16-be"))).encode("utf-16-be").hex()
        for code, text in found.items()
    }
    if all(plainly[code].upper() == text.upper() for code, text in found.items()):
        return table
    entries = [f"<{code}> <{text.upper()}>" for code, text in sorted(plainly.items())]
    blocks = [
        "\n".join([f"{len(part)} beginbfchar", *part, "endbfchar"])
        for part in (entries[at : at + _BLOCK] for at in range(0, len(entries), _BLOCK))
    ]
    head, _, rest = table.partition("endcodespacerange")
    tail = rest[rest.rindex("endcmap") :]
    return "\n".join([head + "endcodespacerange", *blocks, tail])
