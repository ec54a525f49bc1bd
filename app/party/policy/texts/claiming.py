"""What words say of a figure besides its number: in what, how often, of whom, when and where; held to what the figure says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.party.evidence.models import Figure

from .numbers import Number, normal, numbers

# What is measured or counted, and the words for the same thing.
_SAME = (
    {"%", "per cent", "percent"},
    {"gb", "gigabyte", "gigabytes"},
    {"tb", "terabyte", "terabytes"},
    {"mbps", "mbit", "megabit", "megabits"},
    {"km", "kilometre", "kilometres"},
    {"households", "homes"},
    {"people", "population"},
    {"times", "×", "ratio"},
)
_KINDS = (
    r"%|per ?cent|percentage points|cents|euros|pence|sterling|yen|francs|[TGMk]b(?:ps|it)|[TGM]B|km|gigabytes?|terabytes?"
    r"|megabits?|kilometres|tonnes|times|seconds|minutes|hours|days|weeks|months|years|people|members|votes|voters|homes"
    r"|households|connections|premises|customers|users|farms|schools|towers|cables|countries|villages|towns"
)
_KIND = re.compile(rf"(?<![a-z])(?:{_KINDS})(?![a-z])", re.IGNORECASE)
_AFTER = re.compile(rf"\s*(?P<of>of )?(?:[a-z-]+ )?(?P<kind>{_KINDS})(?![a-z])", re.IGNORECASE)
_OF_MANY = re.compile(r"\s*%?\s*of (?:(?:all|the|our|their|every|rural|urban) )*(?P<kind>(?!this\b|its\b|us\b)[a-z]+s)\b")
_EVERY = r"hour|day|night|week|fortnight|month|quarter|year|GB|MB|TB|gigabyte"
_PERIOD = re.compile(rf"(?:(?P<of>[a-z]+) )?(?:(?:\ban?|\bper|\beach|\bevery) |/ ?)(?P<period>{_EVERY})\b", re.IGNORECASE)
_LY = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "fortnightly": "fortnight",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_DOLLARS = re.compile(
    r"\b(?:(?P<whose>US|American|Australian|Canadian|Singapore|PPP|New Zealand|NZ) )?(?:dollars|bucks)\b", re.IGNORECASE
)
_WHOSE = {"us": "USD", "american": "USD", "australian": "AUD", "ppp": "PPP$", "": "NZD", "new zealand": "NZD", "nz": "NZD"}
_CODE = re.compile(r"\b(?:NZD|USD|AUD|GBP|EUR|CAD)\b")
_YEAR = re.compile(r"(?<![\d.,$£€])(?:1[89]|20)\d\d(?![\d%]|[.,]\d)")
_COUNTRIES = {
    "NZL": r"New Zealand\w*|NZ(?![$D])|Kiwis?|Aotearoa", "AUS": "Australia[a-z]*|Aussies?", "OECD": "OECD",
    "USA": r"US(?![$D])|USA|United States|America[a-z]*", "GBR": "UK|Britain|British|England|English|United Kingdom",
    "CAN": "Canad[a-z]+", "SGP": "Singapore[a-z]*", "FRA": "France|French", "JPN": "Japan[a-z]*", "CHE": "Switzerland|Swiss",
    "DEU": "German[a-z]*", "DNK": "Denmark|Danish", "EST": "Estonia[a-z]*", "IRL": "Ireland|Irish", "ISL": "Iceland[a-z]*",
    "KOR": "Korea[a-z]*", "NLD": "Netherlands|Dutch", "SWE": "Sweden|Swedish", "FIN": "Finland|Finnish",
}  # fmt: skip


def claimed(words: str, same: list[Number], figure: Figure) -> Iterator[str]:
    """What a link’s words say of its figure that the figure does not say. `same`: the numbers in them that are the figure’s."""
    told = normal(f"{figure.about} {figure.unit}")
    words = normal(words)
    values = {one.value for one in same}
    said = numbers(words)
    for at, one in enumerate(said):
        rest = words[one.end : said[at + 1].start if at + 1 < len(said) else len(words)]
        yield from _kind(rest, told)
        yield from _period(rest, told, whole=one.value in values)
    yield from _money(words, figure)
    yield from _time_and_place(words, told, figure)


def is_told(kind: str, told: str) -> bool:
    """Whether a figure’s description says a unit or what is counted, by that word or one for the same."""
    alike = next((same for same in _SAME if kind.lower() in same), {kind.lower()})
    return any(re.search(rf"(?<![a-z]){re.escape(one)}(?![a-z])", told, re.IGNORECASE) for one in alike)


def _kind(rest: str, told: str) -> Iterator[str]:
    found = [match["kind"] for match in (_AFTER.match(rest), _OF_MANY.match(rest)) if match]
    unit = _KIND.match(rest.lstrip())
    for kind in dict.fromkeys([*([unit[0]] if unit else []), *found]):
        if not is_told(kind, told):
            yield kind


def _period(rest: str, told: str, *, whole: bool) -> Iterator[str]:
    """How often. Of another number it may be another: “with 60 calls a month”."""
    ours = {match["period"].lower() for match in _PERIOD.finditer(told)}
    for match in _PERIOD.finditer(rest):
        others = not whole and match["of"] and not _KIND.fullmatch(match["of"]) and match["of"].lower() in told.lower()
        if match["period"].lower() not in ours and not others:
            yield f"{match['period']} by {match['period']}"
    for word, period in _LY.items():
        if re.search(rf"\b{word}\b", rest, re.IGNORECASE) and period not in ours:
            yield word


def _money(words: str, figure: Figure) -> Iterator[str]:
    for match in _DOLLARS.finditer(words):
        if _WHOSE.get((match["whose"] or "").lower(), "") != figure.currency:
            yield match[0]
    for match in _CODE.finditer(words):
        if match[0] != figure.currency:
            yield match[0]
    if figure.currency != "GBP" and (pounds := re.search(r"\bpounds\b", words)):
        yield pounds[0]


def _time_and_place(words: str, told: str, figure: Figure) -> Iterator[str]:
    for match in _YEAR.finditer(words):
        if match[0] not in (str(figure.year), str(figure.value.normalize())) and match[0] not in told:
            yield match[0]
    for code, names in _COUNTRIES.items():
        name = re.compile(rf"\b(?:{names})(?!\w)")
        named = None if code == figure.country else name.search(words)
        if named and not name.search(told) and not _DOLLARS.search(words):
            yield named[0]
