"""How the wording of an advert is read: plain letters, and phrases that are denied.

The rules are few and lean to one side: in doubt a phrase counts as promised, since a promise that
is overlooked costs more than one that is looked at twice.
"""

import re
import unicodedata

_MARKS = ("<super>", "<sub>", "<circle>")
"""Kinds of sign that stand beside a word, such as a footnote's (HD²): they stay what they are."""

_OPENING = r"[ \t]*[\"'“‘「『]?$"
_DENIED_EN = re.compile(
    r"(?<![a-z])(?:not|no|non|nor|neither|never|without|cannot|[a-z]+n['’]t)"
    r"(?:[ \t-]+(?:be|have|need|require|support|offer|promise|guarantee))?"
    r"(?:[ \t]+(?:in|for|an?|any|the))*"
    rf"[ \t-]{_OPENING}",
    re.IGNORECASE,
)
_UNLESS_EN = re.compile(r"\b(?:if|unless|until|why)\b[^.!?,;:\n]*$", re.IGNORECASE)
"""Why not HD? If it's not HD, it's free."""

_NEEDLESS_ZH = re.compile(rf"(?:无需|无须|不需要?|不必|不用){_OPENING}")
_DENIED_ZH = re.compile(
    r"(?:不是|不算|不支持|不提供|不承诺|不保证|不能|不要|无法|没有?|并非"
    rf"|(?<![除莫无是])非|(?<!有)无|(?<![无莫得要能会有])不){_OPENING}"
)
_UNLESS_ZH = re.compile(
    r"(?:如果|若|要是|假如|除非|为什么|为何|任何|何不|怎|岂|难道|谁说|哪)[^。.!?,;:、\n]*$"
)
"""为什么不是高清？如果不是高清，全额退款。"""
_QUESTION_ZH = re.compile(rf"(\w)[不没]\1\w?{_OPENING}")
"""是不是高清、有没有高清、需不需要高清。"""
_ELSE_ZH = re.compile(r"[^。.!?,;:、\n]{0,6}(?:不|就|则|莫|勿)|[^。.!?;\n]{0,6}(?:退|赔|免单)")
"""非高清不播、不秒开就退款：说的其实是承诺。"""


def plain(text: str) -> str:
    """The text with full-width and fancy letters, digits and signs made plain (NFKC).

    It is as long as the original, character for character, so that a position in the one is that
    in the other: a character that would become several, and a footnote's mark, stay as they are.
    """
    return "".join(map(_plain, text))


def plain_pattern(pattern: str) -> str:
    """A regular expression made plain; a sign such as （ keeps its literal meaning."""
    return re.sub(r"\\?.", _plain_token, pattern, flags=re.DOTALL)


def denied(before: str, after: str = "") -> bool:
    """Whether a phrase is denied by the words that stand directly before it.

    ``not HD``, ``no need for HD``, ``不是高清``, ``非高清`` and ``无需高清`` are; ``not only HD``
    and ``不仅高清`` are not, nor are questions and conditions (``Why not HD?``, ``非高清不播``).

    Parameters
    ----------
    before, after
        What stands before and behind the phrase, made :func:`plain`.
    """
    if _DENIED_EN.search(before):
        return not _UNLESS_EN.search(before)
    if _QUESTION_ZH.search(before) or _UNLESS_ZH.search(before):
        return False
    if _NEEDLESS_ZH.search(before):
        return True
    return bool(_DENIED_ZH.search(before)) and not _ELSE_ZH.match(after)


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    found = unicodedata.normalize("NFKC", sign)
    mark = unicodedata.decomposition(sign).startswith(_MARKS)
    return found if len(found) == 1 and not mark else sign


def _plain_token(match: re.Match[str]) -> str:
    sign = match[0][-1]
    found = _plain(sign)
    return match[0] if found == sign else re.escape(found)
