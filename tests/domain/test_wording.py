"""How copy is read: plain letters of the same length, and words that deny a phrase."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.wording import denied, plain, plain_pattern


def split(marked: str) -> tuple[str, str]:
    """What stands before and behind the phrase in square brackets."""
    before, _, after = re.split(r"[\[\]]", marked)
    return plain(before), plain(after)


# ---- Plain letters ----


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＨＤ　１０８０Ｐ", "HD 1080P"),  # full width, ideographic space
        ("７＊２４，１００％", "7*24,100%"),
        ("𝐇𝐃", "HD"),  # mathematical bold, as in posts
        ("Ultra\u00a0HD", "Ultra HD"),  # no-break space
        ("HD™ HD² HD①", "HD™ HD² HD①"),  # beside the word, not part of it
        ("高清 no lag", "高清 no lag"),
    ],
)
def test_full_width_and_fancy_letters_are_read_as_the_plain_ones(written, read):
    assert plain(written) == read


@given(st.text())
def test_the_plain_text_is_as_long_as_the_original_and_stays_itself(text):
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E)))
def test_every_full_width_sign_becomes_what_nfkc_makes_of_it(text):
    assert plain(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("ＨＤ|高清", "HD"),
        ("（推荐）", "(推荐)"),  # literal brackets stay literal
        (r"\（推荐\）", "(推荐)"),
        ("[，。]快", ",快"),
        (r"\bHD\b", "HD"),
        (r"\\ＨＤ", "\\HD"),
    ],
)
def test_a_pattern_is_made_plain_and_keeps_its_meaning(pattern, text):
    assert re.fullmatch(plain_pattern(pattern), text)


# ---- Denials ----


@pytest.mark.parametrize(
    "marked",
    [
        "not [HD]",
        "NOT [HD]",
        "no [HD]",
        "This isn't [HD]",
        "This isn’t [HD]",
        "non-[HD] video",
        "without [HD]",
        "never [HD]",
        "neither [HD] nor more",
        "not in [HD]",
        "not a [real-time] app",
        "we do not promise [HD]",
        "You don't need [HD].",
        "no need for [HD]",
        "not “[HD]”",
        "ｎｏｔ　[HD]",
        "Fast. Not [HD].",
        "不是[高清]",
        "并不是[高清]",
        "而不是[高清]",
        "非[高清]画面",
        "并非[高清]",
        "无需[高清]",
        "无需 [HD]",
        "无须[高清]",
        "不需要[高清]",
        "不用[高清]就能聊",
        "不必[高清]",
        "没有[高清]，省流量",
        "不支持[高清]",
        "不是“[高清]”",
        "无需[高清]，不卡顿",
        "不[随时打断]",
    ],
)
def test_a_phrase_right_behind_a_denial_is_denied(marked):
    assert denied(*split(marked))


@pytest.mark.parametrize(
    "marked",
    [
        "[HD]",
        "not only [HD]",
        "not just [HD]",
        "We don't only promise [HD]",
        "nothing but [HD]",
        "no less than [HD]",
        "Worries? No. [HD] for all",
        "No\n[HD] pictures",
        "No, [HD]!",
        "casino [HD]",  # no is part of a word
        "piano [HD]",
        "Why not [HD]?",
        "If it is not [HD], it's free",
        "不仅[高清]",
        "不仅是[高清]",
        "不仅仅是[高清]",
        "不只[高清]",
        "不只是[高清]",
        "不止[高清]",
        "不光[高清]",
        "不但[高清]",
        "不，[高清]",
        "非常[丝滑]",
        "除非[高清]",
        "无非[高清]",
        "无不[丝滑]",
        "是不是[高清]？",
        "有没有[高清]？",
        "需不需要[高清]？",
        "有无[高清]？",
        "为什么不是[高清]？",
        "如果不是[高清]，全额退款",
        "非[高清]不播",
        "不[秒开]，退款",
        "不[秒开]就退款",
    ],
)
def test_other_words_before_a_phrase_deny_nothing(marked):
    assert not denied(*split(marked))
