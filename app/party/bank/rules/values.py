"""How a bank writes a day, an amount and words. Each reads one cell, or says what is wrong with it and what to do."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

MOST_LETTERS = 500
_FIRST_YEAR = 1990
_MONTHS = {name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_LONG = "january february march april may june july august september october november december".split()
_MONTHS |= {name: place for place, name in enumerate(_LONG, 1)} | {"sept": 9}
_AT = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m|Z)?)?"  # some banks add an hour; the day is what counts
_DAY_FIRST = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_AT}", re.ASCII | re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.\-])(\d{{1,2}})\2(\d{{1,2}}){_AT}", re.ASCII | re.IGNORECASE)
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_IN_WORDS = re.compile(rf"(\d{{1,2}})[ \-]([A-Za-z]{{3,9}})\.?[ \-](\d{{4}}|\d{{2}}){_AT}", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})?(?:\.(\d{1,2}))?", re.ASCII)
_MINUS = "-−–"  # as typed, as set, and as a word processor makes it
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


class Unreadable(ValueError):
    """A cell that is not what its column says. The sentence says what to do."""


def read_day(text: str, *, today: date) -> date:
    """A day as a New Zealand bank writes it: day, month, year; or year first; or `12 Nov 2026`. Raises Unreadable."""
    typed = text.strip()
    if found := _DAY_FIRST.fullmatch(typed):
        day, month, year = int(found[1]), int(found[3]), found[4]
        if month > 12 >= day:
            raise Unreadable(f"“{shown(typed)}” has no month {month}: days come first here. Export it with days first.")
    elif found := _YEAR_FIRST.fullmatch(typed):
        day, month, year = int(found[4]), int(found[3]), found[1]
    elif found := _TOGETHER.fullmatch(typed):
        day, month, year = int(found[3]), int(found[2]), found[1]
    elif (found := _IN_WORDS.fullmatch(typed)) and found[2].lower() in _MONTHS:
        day, month, year = int(found[1]), _MONTHS[found[2].lower()], found[3]
    else:
        raise Unreadable(f"“{shown(typed)}” is no day. Write it as 28/11/2026, or mend that line.")
    try:
        read = date(int(year) + 2000 if len(year) == 2 else int(year), month, day)
    except ValueError:
        raise Unreadable(f"There is no day “{shown(typed)}”. Look at the statement, and mend that line.") from None
    if read > today:
        raise Unreadable(f"“{shown(typed)}” is still to come. Are days and months swapped? Leave out what has not been booked.")
    if read.year < _FIRST_YEAR:
        raise Unreadable(f"“{shown(typed)}” is too long ago to be meant. Mend the year.")
    return read


def read_cents(text: str) -> int:
    """An amount in cents: `1,234.50`, `-5.00`, `(5.00)`, `5.00-`, `$5.00 DR`. Raises Unreadable."""
    typed = "".join(text.split()).upper()
    rest, minus = typed, 0
    if rest.startswith("(") and rest.endswith(")"):
        rest, minus = rest[1:-1], minus + 1
    for ending in ("DR", "CR"):
        if rest.endswith(ending):
            rest, minus = rest.removesuffix(ending), minus + (ending == "DR")
    if rest[:1] and rest[0] in _MINUS + "+":
        rest, minus = rest[1:], minus + (rest[0] != "+")
    rest = rest.removeprefix("NZD").removeprefix("NZ").removeprefix("$")
    if rest[:1] and rest[0] in _MINUS:
        rest, minus = rest[1:], minus + 1
    if rest[-1:] and rest[-1] in _MINUS:
        rest, minus = rest[:-1], minus + 1
    found = _NUMBER.fullmatch(rest)
    if not found or not rest or minus > 1:
        raise Unreadable(f"“{shown(text.strip())}” is no amount in dollars and cents, such as 1,234.50 or -5.00.")
    cents = int((found[1] or "0").replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    return -cents if minus else cents


def tidy(text: str) -> str:
    """Words on one line as they were meant: macrons as one sign, nothing unseen, single spaces. Raises Unreadable for more
    than a bank’s field holds."""
    seen = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in unicodedata.normalize("NFC", text))
    words = " ".join(seen.split())
    if len(words) > MOST_LETTERS:
        raise Unreadable(f"A field of {len(words)} letters is no bank’s. Is a quotation mark missing? Mend that line.")
    return words


def shown(text: str) -> str:
    """A cell as it may stand in a sentence: short, and without straight quotation marks."""
    words = " ".join("".join(c if unicodedata.category(c) not in _UNSEEN else " " for c in text[:60]).split())
    return words.replace('"', "”").replace("'", "’").replace("`", "’")[:30]


def account_key(text: str) -> str:
    """One spelling of a bank account: `02-0500-0123456-00`, `020500012345600` and `02-0500-123456-000` are the same."""
    groups = re.findall(r"\d+", text)
    if len(groups) == 1 and len(groups[0]) in (15, 16):
        whole = groups[0]
        groups = [whole[:2], whole[2:6], whole[6:13], whole[13:]]
    if len(groups) == 4 and all(len(group) <= 8 for group in groups):
        return "-".join(str(int(group)).zfill(width) for group, width in zip(groups, (2, 4, 7, 2), strict=True))
    return " ".join(text.split()).casefold()
