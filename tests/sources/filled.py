"""A workspace with every table filled and the texts that files tend to break."""

from workbench.domain.changes import COMMENTS, Cell, cells_of
from workbench.domain.exchange import known_ids
from workbench.domain.plan import make_plan
from workbench.sources.reference import load_reference

KNOWN = known_ids(load_reference())
HOSTILE = (
    '=HYPERLINK("http://x")', "=1+1", "{=1+1}", "+1", "-2", "@x", "<img src=x>", "]]>", "&amp;",
    " leading", "trailing ", " ", "a\nb", "a\r\nb", "a\rb", "\ttab", "_x000D_", "_x005F_", "\x07",
    "\x00", "\x1b[31m", "\x85", "\u2028", "\ufeffx", "😀", "中文，“引号”", "'text", '"', "2026",
    "NO", "null", "~", "true", "1e5", "0x1F", "2026-01-31", "12:30", "- a", "a: b", "# no", "{a}",
    "[a]", "*a", "&a", "!a", "%a", "|", ">", "?", "", "x" * 2000, "#N/A", "http://x.org",
)  # fmt: skip
NEEDS, CHECKS = KNOWN["need"], KNOWN["check"]
PLAN = make_plan(
    {
        "industry": "games",
        "product": "=1+1.yaml",
        "competitors": " ../a b.csv",
        "markets": ["NO", "ID", "NA"],
        "top": 5,
        "samples": 500,
        "seed": 2**31,
        "weights": {"reach": 0.1 + 0.2, "privacy": 0},
        "channel_weights": {"kol": 5},
        "floors": {"seo": 1 / 3},
        "caps": {"kol": 100},
        "advert": {"zh": "=高清\n直播", "en": ""},
        "levels": [
            {
                "market": market,
                "need": NEEDS[place % len(NEEDS)],
                "level": (None, 1, 4.5)[place % 3],
                "reason": text or "empty",
                "evidence": text,
                "confidence": ("high", "medium", "low")[place % 3],
                "who": text,
                "when": (None, "2026-01-31", "1900-01-31", "0001-01-01", "9999-12-31")[place % 5],
            }
            for place, (market, text) in enumerate(zip(KNOWN["market"], HOSTILE, strict=False))
        ],
        "answers": [
            {
                "market": market,
                "check": CHECKS[place % len(CHECKS)],
                "status": (None, "ready", "blocked")[place % 3],
                "evidence": text if place % 3 == 0 or text.strip() else "lab",
                "owner": text,
                "due": "2026-12-31",
                "expiry": (None, "2027-02-28")[place % 2],
            }
            for place, (market, text) in enumerate(zip(KNOWN["market"], HOSTILE, strict=False))
        ],
    }
)
CELLS = cells_of(PLAN) | {
    Cell(COMMENTS, f"levels ID/privacy#{number}"): {"text": text.strip(), "who": "li"}
    for number, text in enumerate(filter(str.strip, HOSTILE), start=1)
}
