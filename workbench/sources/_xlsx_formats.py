"""Which styles of an .xlsx file show a number as a percentage.

Excel keeps 30% as the number 0.3 in such a style; only the style tells it from 0.3 (ECMA-376,
part 1, 18.8.30 ``numFmt`` and 18.8.10 ``cellXfs``).
"""

import re
from collections.abc import Mapping

from workbench.sources._xlsx import Parts, parse, relations_of

_BUILT_IN = {9: "0%", 10: "0.00%"}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # shown as it is, or not shown
_SECTIONS = ("numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")


def percent_styles(parts: Parts) -> frozenset[int]:
    """The numbers of the styles that cells refer to; raises one of ``BROKEN_XML`` if broken."""
    codes = dict(_BUILT_IN)
    used: list[int] = []
    section = ""

    def start(name: str, given: Mapping[str, str]) -> None:
        nonlocal section
        if name in _SECTIONS:
            section = name
        elif name == "numFmt" and section == "numFmts":  # those of dxfs are of no cell
            codes[int(given["numFmtId"])] = given["formatCode"]
        elif name == "xf" and section == "cellXfs":
            used.append(int(given.get("numFmtId", 0)))

    for one in relations_of(parts):
        if one.kind == "styles":
            parse(parts[one.part], start)
    return frozenset(n for n, code in enumerate(used) if is_percent(codes.get(code, "")))


def is_percent(code: str) -> bool:
    """Whether a number format multiplies by 100: ``0%`` does, ``0"%"`` only shows the sign."""
    return "%" in _LITERAL.sub("", code)
