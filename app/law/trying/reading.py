"""Reading cases strictly: every mistake is told with its place, and reading goes on to find the next."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from app.law.money import Money

Choice = TypeVar("Choice", bound=enum.Enum)

FIRST, LAST = date(1993, 8, 17), date(2052, 12, 31)
_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{2}))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Mistakes(Exception):
    """What is wrong with the cases, a sentence each, with its place: “cases[0].donations[2].amount: …”."""

    def __init__(self, sentences: Iterable[str]):
        self.sentences = list(sentences)
        super().__init__("\n".join(self.sentences))


def parse(text: str) -> Any:
    """JSON, with no key twice in one object and no NaN. Raises Mistakes."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            raise ValueError(f"the key “{next(name for name in names if names.count(name) > 1)}” is there twice in one object")
        return found

    def no(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=no)
    except RecursionError:
        raise Mistakes(["(file): not readable as JSON: too deeply nested"]) from None
    except ValueError as reason:
        raise Mistakes([f"(file): not readable as JSON: {reason}"]) from None


class Fields:
    """One JSON object while it is read. A key that nobody asks for is a mistake, told by `done`; a field that is wrong is told,
    and something harmless is handed on in its place."""

    def __init__(self, value: Any, path: str, mistakes: list[str]):
        self.path, self.mistakes, self.asked = path, mistakes, set[str]()
        if not isinstance(value, dict):
            self.wrong("", f"must be an object, not {_kind(value)}")
            value, self.asked = {}, {"*"}
        self.value: dict[str, Any] = value

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if key and self.path else key or self.path or "(file)"

    def wrong(self, key: str, sentence: str) -> None:
        self.mistakes.append(f"{self.at(key)}: {sentence}")

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return self.value.get(key) is not None

    def _get(self, key: str, *, needed: bool, what: str, fits: Callable[[Any], bool]) -> Any:
        if not self.has(key):
            if needed and "*" not in self.asked:
                self.wrong(key, f"is missing: {what}")
            return None
        value = self.value[key]
        if fits(value):
            return value
        self.wrong(key, f"must be {what}, not {_kind(value)}")
        return None

    def text(self, key: str, *, needed: bool = True) -> str | None:
        found = self._get(key, needed=needed, what="text", fits=lambda value: isinstance(value, str) and bool(value.strip()))
        return None if found is None else str(found)

    def name(self, key: str) -> str:
        return self.text(key) or "?"

    def flag(self, key: str, default: bool = False) -> bool:
        found = self._get(key, needed=False, what="true or false", fits=lambda value: isinstance(value, bool))
        return default if found is None else bool(found)

    def whole(self, key: str, least: int, most: int, *, needed: bool = True) -> int | None:
        what = f"a whole number from {least} to {most}"
        found = self._get(key, needed=needed, what=what, fits=lambda value: type(value) is int and least <= value <= most)
        return None if found is None else int(found)

    def find_day(self, key: str, *, needed: bool = False, first: date = FIRST) -> date | None:
        what = f"a day like 2026-11-28, from {first} to {LAST}"
        found = self._get(key, needed=needed, what=what, fits=lambda value: _day(value, first) is not None)
        return None if found is None else _day(found, first)

    def day(self, key: str, *, first: date = FIRST) -> date:
        return self.find_day(key, needed=True, first=first) or LAST

    def find_money(self, key: str, currency: str, *, needed: bool = False, least: int = 0) -> Money | None:
        sign = "more than 0" if least == 1 else "0 or more" if least == 0 else "any amount"
        what = f"an amount as text, like “1500.00” ({sign})"
        found = self._get(
            key, needed=needed, what=what, fits=lambda value: (cents := _cents(value)) is not None and cents >= least
        )
        return None if found is None else Money(_cents(found) or 0, currency)

    def money(self, key: str, currency: str, *, least: int = 1) -> Money:
        return self.find_money(key, currency, needed=True, least=least) or Money(max(least, 0), currency)

    def choice(self, key: str, choices: type[Choice], *, default: Choice | None = None) -> Choice:
        words = [str(choice.value) for choice in choices]
        what = "one of " + ", ".join(f"“{word}”" for word in words)
        found = self._get(key, needed=default is None, what=what, fits=lambda value: isinstance(value, str) and value in words)
        return choices(found) if found is not None else default or next(iter(choices))

    def texts(self, key: str) -> tuple[str, ...]:
        what = "a list of text"
        found = self._get(
            key, needed=False, what=what, fits=lambda v: isinstance(v, list) and all(isinstance(item, str) for item in v)
        )
        return tuple(found or ())

    def days(self, key: str) -> list[date]:
        """One day or a list of them."""
        what = f"a day like 2026-11-28, from {FIRST} to {LAST}, or a list of such days"
        found = self._get(
            key,
            needed=True,
            what=what,
            fits=lambda v: (
                all(_day(item, FIRST) for item in v) and bool(v) if isinstance(v, list) else _day(v, FIRST) is not None
            ),
        )
        those = found if isinstance(found, list) else [found]
        return [day for item in those if (day := _day(item, FIRST)) is not None]

    def years(self, key: str) -> list[int] | None:
        """A list of years from 2011, or None where it is not said."""
        found = self._get(
            key,
            needed=False,
            what="a list of years from 2011 to 2052",
            fits=lambda v: isinstance(v, list) and all(type(item) is int and 2011 <= item <= 2052 for item in v),
        )
        return None if found is None else sorted(set(found))

    def each(self, key: str, *, unique: str | None = None) -> list[Fields]:
        """The objects of a list; no two with the same `unique`."""
        found = self._get(key, needed=False, what="a list", fits=lambda value: isinstance(value, list)) or []
        fields = [Fields(item, f"{self.at(key)}[{place}]", self.mistakes) for place, item in enumerate(found)]
        seen: set[str] = set()
        for field in fields:
            own = field.value.get(unique) if unique else None
            if isinstance(own, str):
                if own in seen:
                    field.wrong(unique or "", f"“{own}” is the {unique} of an earlier one")
                seen.add(own)
        return fields

    def one(self, key: str) -> Fields | None:
        return Fields(self.value[key], self.at(key), self.mistakes) if self.has(key) else None

    def done(self) -> None:
        """Tell of keys that mean nothing here."""
        if "*" not in self.asked:
            for key in self.value:
                if key not in self.asked:
                    self.wrong(key, "is not a key that is known here; known are " + ", ".join(sorted(self.asked)))


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    shown = repr(value) if isinstance(value, int | float) else f"“{value}”"
    return shown if len(shown) <= 60 else shown[:59] + "…"


def _day(value: Any, first: date) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if first <= day <= LAST else None


def _cents(value: Any) -> int | None:
    found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    sign, whole, part = found.groups()
    cents = int(whole) * 100 + int(part or 0)
    return -cents if sign else cents
