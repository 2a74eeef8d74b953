"""The promise check (M5): what the copy promises against what the technology keeps.

Phrases are data: each maps to one or more measurable requirements with a public source. A
promise is *kept* if the product's figure in the region meets the requirement, *blocked* with the
shortfall if it doesn't, *unknown* if the product states no such figure. How the copy is read, and
when a phrase is denied rather than promised, says :mod:`workbench.domain.wording`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.rows import records, tuples
from workbench.domain.text import T_
from workbench.domain.wording import denied, plain, plain_pattern

COLUMNS = [
    "phrase",
    "lang",
    "promise",
    "requirement",
    "metric",
    "comparison",
    "required",
    "unit",
    "available",
    "verdict",
    "shortfall",
    "start",
    "end",
    "honest_en",
    "honest_zh",
    "source",
    "source_url",
]

READ_IN = {"zh": ("zh", "en"), "en": ("en",)}
"""Language of a copy -> languages of the phrases that are looked for in it."""

HARDSHIPS = ("weak_network_ok", "low_end_ok")
"""Their phrases may name the hardship alone (tunnel, old phone), so that a "no" before one denies
nothing: "no tunnel too long"."""

WEAK_NETWORK_LEVEL = 4
WEAK_NETWORK_PROMISES = ("smooth", "works_anywhere", "weak_network_ok")
WEAK_NETWORK_REQUIREMENT = "loss_weak_20"
"""Where the market's weak-network need is 4 or more, these promises are made to users on lossy
mobile networks, so that they ask for this requirement too."""


@dataclass(frozen=True)
class PromiseCheck:
    """Promises found and how each fares.

    Attributes
    ----------
    table
        Columns :data:`COLUMNS`, one row per phrase found and requirement; ``start`` and ``end``
        are character positions in the copy; ``shortfall`` is in the requirement's unit, NaN
        where nothing is short or known; ``honest_*`` is wording that would be honest, empty
        where the promise is kept.
    copy
        Language -> the text that was read.
    """

    table: pd.DataFrame
    copy: dict[str, str]

    @property
    def verdict(self) -> str:
        """``none`` (no promise found), ``kept``, ``blocked`` or ``unknown``; blocked wins."""
        found = set(self.table["verdict"])
        for verdict in ("blocked", "unknown", "kept"):
            if verdict in found:
                return verdict
        return "none"

    @property
    def fates(self) -> pd.Series:
        """Phrase -> its verdict, the worst over all that it asks for."""
        order = ("blocked", "unknown", "kept")
        worst: dict[str, str] = {}
        for phrase, verdict in zip(self.table["phrase"], self.table["verdict"], strict=True):
            worst[phrase] = min(worst.get(phrase, "kept"), verdict, key=order.index)
        index = pd.Index(list(worst), name="phrase")
        return pd.Series(list(worst.values()), index, dtype=object, name="verdict")


def find(copy: dict[str, str], phrases: pd.DataFrame) -> pd.DataFrame:
    """Phrases found in the copy: the rows of ``phrases`` plus ``start, end, found``.

    A phrase inside a longer one that promises the same (高清 in 超高清) counts once, for the
    longer. Chinese copy is read for English phrases too (HD画质); ``lang`` is that of the copy.
    A phrase that is denied (not HD), or lies inside a denied one, does not count. ``found`` is in
    the letters of the copy (ＨＤ).
    """
    hits = []
    for lang, original in copy.items():
        text = plain(original)
        spans: list[tuple[int, int, int]] = []
        denials: list[tuple[int, int]] = []
        for place, phrase in enumerate(tuples(phrases)):
            if phrase.lang not in READ_IN[lang]:
                continue
            for match in _pattern(phrase.phrase, phrase.match, phrase.lang).finditer(text):
                start, end = match.span()
                spans.append((start, end, place))
                if phrase.promise not in HARDSHIPS and denied(text[:start], text[end:]):
                    denials.append((start, end))
        for start, end, place in spans:
            inside = any(
                s <= start
                and end <= e
                and (e - s) > (end - start)
                and phrases.iloc[p]["promise"] == phrases.iloc[place]["promise"]
                for s, e, p in spans
            )
            if not inside and not any(s <= start and end <= e for s, e in denials):
                hits.append(
                    {
                        **phrases.iloc[place].to_dict(),
                        "lang": lang,
                        "start": start,
                        "end": end,
                        "found": original[start:end],
                    }
                )
    return pd.DataFrame(hits, columns=[*phrases.columns, "start", "end", "found"])


@lru_cache(maxsize=1024)
def _pattern(phrase: str, kind: str, lang: str) -> re.Pattern[str]:
    # In English phrases a Chinese character ends a word: HD画质 holds the word HD.
    flags = re.IGNORECASE | re.ASCII if lang == "en" else re.IGNORECASE
    if kind == "regex":
        try:
            return re.compile(plain_pattern(phrase), flags)
        except re.error as error:
            raise InputError(
                "The phrase {phrase!r} is not a regular expression: {why}; mend it "
                "or set match to literal.",
                phrase=phrase,
                why=T_("it breaks off at character {place}", place=(error.pos or 0) + 1),
            ) from error
    edge = r"\b" if lang == "en" else ""
    return re.compile(edge + re.escape(plain(phrase)) + edge, flags)


def check(
    copy: dict[str, str],
    technology: dict[str, float],
    phrases: pd.DataFrame,
    requirements: pd.DataFrame,
    weak_network: bool | None = False,
    found: pd.DataFrame | None = None,
) -> PromiseCheck:
    """Hold every promise in the copy against the technology profile of one region.

    Parameters
    ----------
    copy
        Language (``zh``, ``en``) -> text.
    technology
        Metric -> figure in the metric's unit; a metric that is not there is unknown.
    phrases
        Columns ``phrase, lang, promise, requirement, match, honest_en, honest_zh``.
    requirements
        Columns ``requirement, metric, comparison, threshold, unit, source, source_url``.
    weak_network
        Whether the market's need for smoothness on weak networks reaches
        :data:`WEAK_NETWORK_LEVEL`; None: unknown. Then a promise that would be blocked if it did
        is *unknown*, since nobody knows whether it is made to users on lossy networks.
    found
        What :func:`find` gives for this copy, the same in every region; None: it is read here.
    """
    hits = records(find(copy, phrases) if found is None else found)
    sure = len(hits)
    if weak_network is not False:
        hits += _on_weak_networks(hits, phrases)
    rules = {rule["requirement"]: rule for rule in records(requirements)}
    rows: dict[tuple[Any, ...], list[Any]] = {}
    for place, hit in enumerate(hits):
        once = (hit["lang"], hit["start"], hit["promise"], hit["requirement"])
        if hit["requirement"] not in rules:
            raise InputError(
                "The phrase {phrase!r} asks for the unknown requirement "
                "{requirement!r}; requirements are: {known}.",
                phrase=hit["phrase"],
                requirement=hit["requirement"],
                known=", ".join(rules),
            )
        rule = rules[hit["requirement"]]
        available = float(technology.get(rule["metric"], np.nan))
        verdict, shortfall = compare(available, float(rule["threshold"]), rule["comparison"])
        if weak_network is None and place >= sure and verdict == "blocked":
            verdict, shortfall = "unknown", np.nan
        honest = {
            lang: ""
            if verdict != "blocked"
            else _worded(
                hit[f"honest_{lang}"],
                hit["phrase"],
                value=f"{available:g}",
                unit=rule["unit"],
                metric=rule["metric"],
            )
            for lang in ("en", "zh")
        }
        row = [
            hit["found"],
            hit["lang"],
            hit["promise"],
            hit["requirement"],
            rule["metric"],
            rule["comparison"],
            float(rule["threshold"]),
            rule["unit"],
            available,
            verdict,
            shortfall,
            hit["start"],
            hit["end"],
            honest["en"],
            honest["zh"],
            rule["source"],
            rule["source_url"],
        ]
        rows.setdefault(once, row)
    order = sorted(rows, key=lambda once: (once[0], once[1], once[3]))
    return PromiseCheck(pd.DataFrame([rows[once] for once in order], columns=COLUMNS), dict(copy))


def _worded(wording: str, phrase: str, **values: str) -> str:
    try:
        return wording.format(**values)
    except (AttributeError, LookupError, ValueError) as error:
        raise InputError(
            "The honest wording {wording!r} of the phrase {phrase!r} can't be filled "
            "in; its placeholders are {names}.",
            wording=wording,
            phrase=phrase,
            names=", ".join(f"{{{name}}}" for name in values),
        ) from error


def compare(available: float, threshold: float, comparison: str) -> tuple[str, float]:
    """Verdict and shortfall of one figure: ``max`` means at most, ``min`` at least."""
    if np.isnan(available):
        return "unknown", np.nan
    short = available - threshold if comparison == "max" else threshold - available
    return ("blocked", float(short)) if short > 0 else ("kept", np.nan)


def _on_weak_networks(hits: list[dict[str, Any]], phrases: pd.DataFrame) -> list[dict[str, Any]]:
    """What promises to users on lossy networks ask for beside the rest."""
    wording = phrases[phrases["requirement"] == WEAK_NETWORK_REQUIREMENT]
    if wording.empty:
        return []
    honest = wording.iloc[0]
    made: dict[tuple[str, int], dict[str, Any]] = {}
    for hit in hits:
        if hit["promise"] in WEAK_NETWORK_PROMISES:
            made.setdefault((hit["lang"], hit["start"]), hit)
    asked = {
        "requirement": WEAK_NETWORK_REQUIREMENT,
        "honest_en": honest["honest_en"],
        "honest_zh": honest["honest_zh"],
    }
    return [{**hit, **asked} for hit in made.values()]
