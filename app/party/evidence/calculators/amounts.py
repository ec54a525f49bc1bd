"""Numbers as people type them, read strictly, and numbers as we print them, rounded half up once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from flask_babel import gettext as _

NONE = "unlimited"  # how “no cap” is written in an address
LONGEST, PLACES = 40, 9
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:[, ]\d{3})+|\d+)(\.\d+)?|([+-]?)(\.\d+)", re.ASCII)
_COMMA = re.compile(r"\d[\d. ]*,\d+|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)  # as elsewhere in the world: 1.234,56 or 1.234.567
_MONEY = re.compile(r"^(?:NZ)?\$\s*", re.IGNORECASE)
_OTHER_MONEY = re.compile(r"^[A-Z]{1,3}\$|[€£¥]|(?:USD|AUD|EUR|GBP)$", re.IGNORECASE)
_BYTES = re.compile(r"B(?i:/s|ps)$")  # a capital B is eight bits
_BITS = re.compile(r"[\d ](?:[KMGT]b(?i:/s|ps)?|(?i:(?:k|m|g|t|kilo|mega|giga|tera)bits?(?:/s|ps)?))$")  # “gb” is typed for GB
_MULTIPLES = {"thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6}
_NO_CAP = {"", NONE, "none", "no cap", "uncapped"}


class Misread(ValueError):
    """What was typed cannot be used; a sentence that says what to type."""


@dataclass(frozen=True)
class Unit:
    """What a number counts: how it is written after it, and what else people write, as multiples of it."""

    name: str
    also: dict[str, Fraction]


def _unit(name: str, **also: str) -> Unit:
    return Unit(name, {spelling.replace("_", "/"): Fraction(times) for spelling, times in also.items()})


GB = _unit("GB", gb="1", tb="1000", mb="1/1000", gigabytes="1", gigabyte="1")
MB = _unit("MB", mb="1", gb="1000", kb="1/1000", megabytes="1", megabyte="1")
MBPS = _unit("Mbps", mbps="1", mb_s="1", mbit_s="1", gbps="1000", gbit_s="1000", kbps="1/1000", kbit_s="1/1000")
KBITS = _unit("kbit/s", kbit_s="1", kbps="1", mbps="1000", mbit_s="1000")
DOLLARS = _unit("$", dollars="1", nzd="1")
MILLIONS = _unit("$ million", million="1", m="1", billion="1000")
HOURS = _unit("hours", hours="1", hour="1", h="1", min="1/60", minutes="1/60")
PERCENT = Unit("%", {"%": Fraction(1), "per cent": Fraction(1), "percent": Fraction(1)})
YEARS = _unit("years", years="1", year="1", y="1")
COUNT = Unit("", {name: Fraction(times) for name, times in _MULTIPLES.items()})


@dataclass(frozen=True)
class Number:
    """A question whose answer is a number: what it is called in a sentence, its unit, an example and its limits."""

    key: str
    label: str
    named: str  # “the speed”
    unit: Unit
    like: str
    preset: str
    most: int
    hint: str = ""
    above_zero: bool = False
    whole: bool = False
    empty: str = "refused"  # or “none” (no cap), or “absent” (the question was optional)


def read(text: str, asked: Number) -> Fraction | None:
    """The number somebody typed, in the question’s unit; None for no cap or no answer. Raises Misread."""
    if len(text) > LONGEST or any(unicodedata.category(char) == "No" for char in text):
        raise Misread(_like(asked))  # “10³” is not 103
    plain = " ".join(latin(unicodedata.normalize("NFKC", text)).replace("−", "-").replace("’", ",").split())
    if asked.empty == "none" and plain.casefold() in _NO_CAP:
        return None
    if asked.empty == "absent" and not plain:
        return None
    _check_not_another(plain, asked)
    number, times = _split(_MONEY.sub("", plain) if asked.unit in (DOLLARS, MILLIONS) else plain, asked.unit)
    found = _NUMBER.fullmatch(number)
    if found is None:
        if _COMMA.fullmatch(number):
            said = _("Write %(what)s with a decimal point, like 1.5. A comma only separates thousands, as in 1,000.")
            raise Misread(said % {"what": asked.named})
        raise Misread(_like(asked))
    sign, whole, part = found[1] or found[4], (found[2] or "0").replace(",", "").replace(" ", ""), found[3] or found[5] or ""
    if len(part) > PLACES + 1:
        raise Misread(_("Write %(what)s with at most nine decimal places.", what=asked.named))
    value = Fraction(half_up(Fraction(f"{whole}{part}") * times * 10**PLACES), 10**PLACES)  # a GB to nine places is a byte
    if sign == "-" and value:
        raise Misread(_("%(What)s cannot be less than 0.", What=_begin(asked.named)))
    if asked.above_zero and not value:
        raise Misread(_("%(What)s must be more than 0.", What=_begin(asked.named)))
    if value > asked.most:
        most = printed(Fraction(asked.most), unit=asked.unit.name)
        raise Misread(_("%(What)s can be at most %(most)s.", What=_begin(asked.named), most=most))
    if asked.whole and value.denominator != 1:
        raise Misread(_("%(What)s must be a whole number, like %(like)s.", What=_begin(asked.named), like=asked.like))
    return value


def _check_not_another(typed: str, asked: Number) -> None:
    """Raises Misread for what would be read and mean something else: bits for bytes, bytes for bits, other money."""
    unit, said = asked.unit, ""
    if unit in (MBPS, KBITS) and _BYTES.search(typed):
        said = _("Write %(what)s in bits, like %(like)s %(unit)s. With a capital B it is bytes, and a byte is eight bits.")
    elif unit in (GB, MB) and _BITS.search(typed):
        said = _(
            "Write %(what)s in bytes, like %(like)s %(unit)s. With a small b, as in %(bits)s, it is bits. Eight are a byte."
        )
    elif unit in (DOLLARS, MILLIONS) and _OTHER_MONEY.search(typed) and not _MONEY.search(typed):
        said = _("Write %(what)s in New Zealand dollars, like %(like)s. Other money is not converted.")
    if said:
        raise Misread(said % {"what": asked.named, "like": asked.like, "unit": unit.name, "bits": unit.name.replace("B", "b")})


def latin(text: str) -> str:
    """A text with its digits, of whatever script, as 0 to 9, and the Arabic point and comma as ours."""
    digits = "".join(str(unicodedata.decimal(char, char)) for char in text)
    return digits.replace("٫", ".").replace("٬", ",")


def _split(text: str, unit: Unit) -> tuple[str, Fraction]:
    """A number and what its unit multiplies it by: “1 TB” is (“1”, 1000) where GB are asked for."""
    lowered = text.casefold()
    for spelling in sorted(unit.also, key=len, reverse=True):
        if lowered.endswith(spelling) and lowered[: -len(spelling)].strip():
            return text[: -len(spelling)].strip(), unit.also[spelling]
    return text, Fraction(1)


def _like(asked: Number) -> str:
    return str(_("Enter %(what)s as a number, like %(like)s.", what=asked.named, like=asked.like))


def _begin(words: str) -> str:
    return words[:1].upper() + words[1:]


def plain(value: Fraction) -> str:
    """A number as it stands in an address: no commas, no unit, no more digits than it has; at most nine places."""
    digits, places = value, 0
    while digits.denominator != 1 and places < PLACES:
        digits, places = digits * 10, places + 1
    whole = str(half_up(digits))
    if not places:
        return whole
    whole = whole.rjust(places + 1, "0")
    return f"{whole[:-places]}.{whole[-places:]}".rstrip("0").rstrip(".")


def half_up(value: Fraction) -> int:
    """To the nearest whole number; halves away from zero."""
    return floor(abs(value) + Fraction(1, 2)) * (-1 if value < 0 else 1)


def fixed(value: Fraction, places: int = 0) -> str:
    """“1,207.6”: thousands with a comma, that many decimal places, rounded half up."""
    scaled = half_up(value * 10**places)
    sign, digits = ("−" if scaled < 0 else ""), str(abs(scaled)).rjust(places + 1, "0")
    whole, part = (digits[:-places], "." + digits[-places:]) if places else (digits, "")
    return f"{sign}{int(whole):,}{part}"


def money(value: Fraction) -> str:
    """“$1,120.47”."""
    return f"−${fixed(-value, 2)}" if half_up(value * 100) < 0 else f"${fixed(value, 2)}"


def percent(value: Fraction, places: int = 1) -> str:
    """A share as “1.7%”."""
    return f"{fixed(value * 100, places)}%"


def printed(value: Fraction, *, unit: str = "", most_places: int = 3) -> str:
    """A number with as many places as it needs up to three, and its unit: “0.7 GB”, “$2.50”, “$492 million”."""
    if unit == "$":
        return money(value) if value.denominator != 1 else f"${fixed(value)}"
    text = fixed(value, most_places).rstrip("0").rstrip(".") if value.denominator != 1 else fixed(value)
    if unit.startswith("$"):
        return f"${text}{unit[1:]}"
    return text + unit if unit == "%" else f"{text} {unit}".strip()


def duration(seconds: Fraction) -> str:
    """“2 h 13 min 20 s”, to the second; days from 48 hours on, to a tenth; a part of a second to three places."""
    if seconds < 1:
        return f"{fixed(seconds, 3).rstrip('0').rstrip('.')} s"
    whole = half_up(seconds)
    if whole >= 48 * 3600:
        return str(_("%(days)s days", days=fixed(seconds / 86400, 1)))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(part for part in parts if part)


def ordinal(day: int) -> str:
    """“the 4th”."""
    ending = "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
