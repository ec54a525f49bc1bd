"""What counts as a number in a text, in digits or in words, and what it says; and what only looks like one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
UNITS = (
    r"%|×|per ?cent|percentage points|dollars|cents|euros|pounds|[TGMk]b(?:ps|it)|[TGM]B|km\b|m\b|[kMGT]?Wh\b|[kMG]?Hz\b"
    r"|gigabytes?|terabytes?|megabits?|kilometres|tonnes|times|seconds|minutes|hours|days|people|members|votes"
    r"|homes|households|connections|premises|customers|users|farms|towers|cables|countries|an? (?:hour|day|week|month|year|GB)"
)
_YEAR = re.compile(r"(?<![\d.,$€£¥#−-])(?:1[89]|20)\d\d(?:s\b)?(?:\s?[–/-]\s?(?:1[89]|20)?\d\d)?(?![\w%]|[.,/–-]\d)")
# What stands before a year, whatever follows; what does unless a plural is counted after it: “in 2000 farms”.
_BEFORE = frozenset([*"since until till during between mid early late end year years".split(), *MONTHS.lower().split("|")])
_BEFORE_EITHER = frozenset(
    "in from before after the this that its our their his every each last next at as then of for to by and or than with "
    "against".split()
)
_OWNER = re.compile(r"(?<!^it)(?<!^that)(?<!^there)(?<!^here)(?<!^what)[’']s$", re.IGNORECASE)
_SPAN = re.compile(r"\b(?:from|between) (?:1[89]|20)\d\d (?:and|to|until)$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s+(?:to|and|or|was|is|saw|had|until|brought|began)\b")
_VERB = "say|stand|show|give|count|make|mean|begin|start|ask|hold|come|go|end|rise|fall|remain|rest|find|need|put|set"
_MANY_OF = (
    rf"(?:(?!(?:was|is|as|its|this|has|does|goes|us|less|always|perhaps|(?:{_VERB})s)\b)[a-z-]+(?<![isu])s"
    r"|staff|people|men|women|children|sheep|cattle|police)\b"
)
_PLURAL = re.compile(rf"\s+{_MANY_OF}")
# With a word between, which is no article: “2000 new farms”.
_PLURAL_SOON = re.compile(
    rf"\s+(?:(?!(?:the|an?|it|he|she|we|they|there|this|that|these|those|our|its|their|his|her|no|all|some|most|many|and|or)\b)"
    rf"[a-z-]+\s+)?{_MANY_OF}"
)
_UNIT = re.compile(rf"\s*(?:{UNITS})", re.IGNORECASE)
# What is a share or is counted is no reference: “Section 79 of homes”.
_NOT_COUNTED = (
    rf"(?![\d%])(?!\s?(?i:{UNITS}))"
    r"(?! (?:out )?of (?:(?:all|the|our|their|its|rural|every) ){0,2}(?:them|those|these|(?!this\b|its\b)[a-z-]+s)\b)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
# Days, versions, references, sections and parts of an Act, 4G; and names with digits in them: IPv6, Wi-Fi 6, 24/7.
_NO_NUMBER = re.compile(
    rf"(?<![\d.,$€£¥]){_DAY}(?:[–-]{_DAY})? (?:{MONTHS})\b|\b(?:1[89]|20)\d\d-(?:0[1-9]|1[0-2])-{_DAY}\b"
    rf"|(?:\b(?:[A-Z]{{1,6}}|Covid)-\d{{1,3}}\b|\b[Vv]ersion \d{{1,3}}\b|\bv\d{{1,2}}\b"
    r"|(?<![’'\w])(?:ss?\.? ?|[Ss]ections? |Part )\d{1,3}[A-Z]*(?:\([0-9A-Za-z]+\))*(?: (?:and|to) \d{1,3}[A-Z]*)?"
    r"|\b(?!(?:[KTGM]B|NZD?|USD?|AUD?|GBP|EUR|PPP)\d)[A-Z]{1,3}[a-z]?\d{1,2}[A-Z]?\b|\bWi-?Fi [4-7]E?\b"
    rf"|(?<![\d.,/])24/7\b(?!/)){_NOT_COUNTED}"
    r"|\b[2-6]G\b(?! of\b)|\bFY\d{4}\b|\b\d{1,2}(?:st|nd|rd|th)[ -]century\b"
    r"|(?<![\d.,$€£¥])[48]K(?= (?:videos?|films?|streams?|streaming|televisions?|TVs?|pictures?|screens?)\b)"
    r"|(?<=\bin )[48]K\b(?! \w)"
)
_POWERS = {"hundred": 2, "thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9, "bn": 9, "trillion": 12}
_DIGITS = re.compile(
    r"(?P<before>NZ\$|US\$|PPP\$|AU?\$|[$€£¥])?\s?"
    r"(?P<digits>(?<![\d.,])\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s?(?P<power>{'|'.join(_POWERS)})\b)?"
    rf"(?:\s?(?P<unit>{UNITS}))?",
    re.IGNORECASE,
)
_UNITS_OF_TEN = "one|two|three|four|five|six|seven|eight|nine"
_MANY = (
    "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    rf"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_UNITS_OF_TEN}))?"
)
_FEW = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PART = "third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth"
_WORDS = re.compile(
    rf"\b(?:one|{_FEW}|{_MANY})(?: [a-z]+){{0,2}} (?:in|out of|of) (?:every )?(?:{_FEW}|{_MANY})\b"
    rf"|\b(?:{_FEW})[ -](?:{_PART})s\b|\bone-(?:{_PART})\b|\b(?:a|one) (?:{_PART})(?= (?:of|less|more|as)\b)"
    rf"|\b(?:by|about|almost|nearly|over|under|than|only) (?:a|one) (?:{_PART})\b"
    r"|(?<!first )(?<!second )\bhalf\b(?!-year)"
    r"|\btwice (?:as|the|what|that|its|our|their)\b|\b(?:doubl|halv|trebl|tripl|quadrupl)(?:ed|es|ing)\b"
    r"|\b(?:double|treble|triple|quadruple) (?:as|the|what|that|its|our|their|those)\b"
    r"|\b(?:will|would|could|may|might|can|should|must|nearly|almost|about|over|than|is|are|was|were)"
    r" (?:double|halve|treble|triple|quadruple)\b"
    rf"|\bevery (?:second|{_PART}) (?!hour|day|week|month|year|time)[a-z]+"
    rf"|\b(?:{_FEW}|{_MANY}) times\b(?! a (?:day|week|month|year)\b)|\b(?:{_FEW}|{_MANY}|hundred|thousand)-?fold\b"
    rf"|\b(?:{_FEW}|one per ?cent|one %)(?:[ -][a-z]+)? (?:{UNITS})"
    rf"|\b(?:{_MANY})\b|\b(?:hundred|thousand|million|billion|trillion|dozen)s?\b|\bone per ?cent\b",
    re.IGNORECASE,
)
NEAR = 40  # how many letters around a number say what it is
# Letters nobody sees, which could stand inside a number or turn it round.
UNSEEN = re.compile("[\x00\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Number:
    """A number, where it stands in its text, and what is written around it. In words it has no value here."""

    start: int
    end: int
    written: str
    value: Decimal | None = None
    currency: str = ""
    unit: str = ""
    below_zero: bool = False


def normal(text: str) -> str:
    """The words as they are read: superscripts, fractions and wide digits as plain ones, one kind of space, nothing unseen."""
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def numbers(text: str) -> list[Number]:
    """The numbers in words that went through `normal`, in order. Days, years, versions and references are none."""
    taken = bytearray(len(text))  # letter by letter, so that many numbers cost no more than many letters
    for first, last in [*(match.span() for match in _NO_NUMBER.finditer(text)), *_years(text)]:
        taken[first:last] = b"\1" * (last - first)
    digits = [_number(text, match) for match in _DIGITS.finditer(text) if not any(taken[slice(*match.span("digits"))])]
    taken = bytearray(len(text))
    for one in digits:
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
    words = [Number(*match.span(), match[0]) for match in _WORDS.finditer(text) if not any(taken[slice(*match.span())])]
    return sorted([*digits, *words], key=lambda one: one.start)


def _number(text: str, match: re.Match[str]) -> Number:
    power = _POWERS[match["power"].lower()] if match["power"] else 0
    before = text[max(0, match.start() - NEAR) : match.start()].rstrip("$€£ ")
    return Number(
        start=match.start("before") if match["before"] else match.start("digits"),
        end=match.end("power" if match["power"] else "digits"),
        written=match[0].strip(),
        value=Decimal(match["digits"].replace(",", "").replace(" ", "")).scaleb(power).normalize(),
        currency=(match["before"] or "").upper(),
        unit=(match["unit"] or "").lower(),
        below_zero=bool(re.search(r"(?:^|[\s(])(?:[−–-]|minus|negative)$", before)),
    )


def _years(text: str) -> Iterator[tuple[int, int]]:
    """Where four digits are a year: by what stands before them and after them."""
    for match in _YEAR.finditer(text):
        before = text[max(0, match.start() - NEAR) : match.start()].rstrip()
        after = text[match.end() : match.end() + NEAR]
        word = re.search(r"[^\W\d_]+(?:[’'][^\W\d_]+)?$", before)
        if _UNIT.match(after):
            continue
        said = word[0].lower() if word else ""
        round_number = match[0].endswith("00")  # more often a count than a year
        if word is None:
            is_year = not re.match(r"\s+\w", after) or bool(_GOES_ON.match(after))
        elif _SPAN.search(before) or "/" in match[0]:  # the second of “between 2011 and 2016”, “2013/14”
            is_year = True
        elif said in _BEFORE or _OWNER.search(word[0]):
            is_year = not (round_number and _PLURAL_SOON.match(after))
        elif said in _BEFORE_EITHER:
            is_year = not (_PLURAL_SOON if round_number else _PLURAL).match(after)
        else:  # a name: “ISP Survey 2013”, but not the first word of a sentence: “Some 1900 …”
            first = not before[: word.start()].rstrip() or before[: word.start()].rstrip()[-1] in ".!?:|"
            is_year = word[0][0].isupper() and not first and not re.match(r"(?:\s+[a-z-]+)?" + _PLURAL.pattern, after)
        if is_year:
            yield match.span()
