"""What the cells of a row say, read one by one: each gives what it means, or a sentence that says what to mend."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from app.ground.encodings import JOINERS, UNSEEN
from app.ground.ids import read_id
from app.law.membership import CanEnrol
from app.party.belonging.rules import EARLIEST_BIRTH, NotAPhone, read_phone
from app.party.casework.rules import MOST_TAG
from app.party.casework.rules import key as tag_key
from app.party.people.models import Details

from . import columns
from .days import SLASHED, Order

MOST_LETTERS = {"name": 120, "email": 254, "address": 250}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", re.ASCII)
_NO_PEOPLE = {"organization", "organisation", "household", "1"}  # CiviCRM’s words; NationBuilder’s number
_YES = {"yes", "y", "true", "t", "1", "x", "on", "subscribed", "ae", "āe"}
_NO = {
    "no",
    "n",
    "false",
    "f",
    "0",
    "off",
    "unsubscribed",
    "bouncing",
    "bounced",
    "spam complaint",
    "never subscribed",
    "kāo",
    "kao",
}
_ASK_AGAIN = {"", "unknown", "null", "none", "n/a"}
# What our own export writes before a cell that a spreadsheet would run.
_GUARDED = re.compile("''*[=+\\-@\t\r\n |%＝＋－＠]")

_PLAIN = re.compile(r"[a-z0-9_+\-]+(?:\.[a-z0-9_+\-]+)*", re.ASCII | re.IGNORECASE)
_RUNS = ("=", "@", "＝", "＠", "+", "＋")


class Unreadable(ValueError):
    """A cell that is not what its column says. The sentence says what to do."""


@dataclass(frozen=True)
class Says:
    """What a row says; empty is nothing said. `electorate`: set and code. `news`: whether they let us write."""

    person: UUID | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    born_on: date | None = None
    can_enrol: str = ""
    electorate: tuple[str, str] | None = None
    news: bool | None = None
    tags: tuple[str, ...] = ()

    @property
    def tag_keys(self) -> set[str]:
        """By what the tags it says are known."""
        return {tag_key(name) for name in self.tags}

    @property
    def details(self) -> Details:
        """What names and reaches whom this says."""
        return Details(self.name, self.email, self.address, self.phone, self.born_on)

    def as_json(self) -> dict[str, Any]:
        said = {
            "person": str(self.person) if self.person else None,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "address": self.address,
            "born_on": self.born_on.isoformat() if self.born_on else None,
            "can_enrol": self.can_enrol,
            "electorate": self.electorate,
            "news": self.news,
            "tags": self.tags,
        }
        return {name: value for name, value in said.items() if value not in (None, "", ())}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Says:
        read = dict(kept)
        if "person" in read:
            read["person"] = UUID(read["person"])
        if "born_on" in read:
            read["born_on"] = date.fromisoformat(read["born_on"])
        if "electorate" in read:
            set_code, code = read["electorate"]
            read["electorate"] = (set_code, code)
        if "tags" in read:
            read["tags"] = tuple(read["tags"])
        return cls(**read)


@dataclass(frozen=True)
class Reader:
    """How the rows of one file are read. `month_first`: some day of it can only be read with the month first. `order`: which
    the officer says comes first."""

    mapping: Sequence[str]
    system: str
    today: date
    seats: Collection[tuple[str, str]]
    set_code: str
    month_first: bool = False
    order: Order = Order.SHOWN
    at: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        at: dict[str, list[int]] = {}
        for place, name in enumerate(self.mapping):
            if name:
                at.setdefault(name, []).append(place)
        object.__setattr__(self, "at", at)

    def read(self, row: Sequence[str]) -> tuple[Says, list[str]]:
        """What a row says, and a sentence for everything that is wrong with it."""
        faults: list[str] = []

        def take(read: Any, *given: Any) -> Any:
            try:
                return read(*given)
            except Unreadable as wrong:
                faults.append(str(wrong))
                return None

        cell = self._cells(row, take)
        whole = cell("name") or " ".join(filter(None, map(cell, ("first", "middle", "last"))))
        name = take(self._words, whole, "name") or ""
        says = Says(
            person=take(self._person, cell("person")),
            name=name,
            email=take(_email, cell("email")) or "",
            phone=take(_phone, cell("phone") or cell("phone2")) or "",
            address=take(self._words, cell("address") or self._address(cell), "address") or "",
            born_on=take(self._day, cell("born_on")),
            can_enrol=take(_can_enrol, cell("can_enrol")) or "",
            electorate=take(self._electorate, cell("electorate"), cell("electorate_set")),
            news=take(self._news, cell, row),
            tags=take(self.tags, cell("tags")) or () if "tags" in self.at else (),
        )
        if cell("kind").casefold() in _NO_PEOPLE:
            faults.append("This is an organisation or a household, and nobody in person. Take the row out.")
        if not faults and not says.name and not says.email:
            faults.append(
                "There is neither a name nor an email in this row, so it is nobody. Fill one in, or take the row out."
            )
        return says, faults

    def _cells(self, row: Sequence[str], take: Any) -> Any:
        read: dict[str, str] = {}

        def cell(name: str) -> str:
            if name not in read:
                places = self.at.get(name, ())
                raw = row[places[0]] if places else ""
                # What is broken is told as it is: the signs that would be tidied away are part of the letters.
                broken = not raw.isascii() and mended_letters(raw)
                read[name] = raw.strip() if broken else tidy(raw, ours=self.system == columns.OURS)
            return read[name]

        return cell

    def _person(self, typed: str) -> UUID | None:
        if not typed:
            return None
        if self.system != columns.OURS:
            raise Unreadable("Only a file that we exported says who somebody is by our own id. Pass that column over.")
        found = read_id(typed)
        if found is None:
            raise Unreadable(f"“{shown(typed)}” is no id of ours. Leave the column as it was exported.")
        return found

    def _words(self, text: str, name: str) -> str:
        if text.startswith(_RUNS) and self.system != columns.OURS:
            raise Unreadable(f"“{shown(text)}” begins as a formula does. Take that sign off, or take the row out.")
        return _words(text, name)

    @staticmethod
    def _address(cell: Any) -> str:
        """The parts as one; a postcode alone, which is all that some lists ask for, is no address and no fault either."""
        if not (cell("street") or cell("street2") or cell("city")):
            return ""
        town = " ".join(filter(None, (cell("city"), cell("postcode"))))
        return ", ".join(filter(None, (cell("street"), cell("street2"), town)))

    def _day(self, typed: str) -> date | None:
        if typed.casefold() in _ASK_AGAIN:
            return None
        if found := _YEAR_FIRST.fullmatch(typed):
            year, month, day = map(int, found.groups())
        elif found := SLASHED.fullmatch(typed):
            first, second, year = map(int, found.groups())
            day, month = self._in_order(typed, first, second, year)
        elif _SHORT_YEAR.fullmatch(typed):
            raise Unreadable(f"“{shown(typed)}” does not say the century. Write the whole year: 9/03/1988 or 1988-03-09.")
        else:
            raise Unreadable(f"“{shown(typed)}” is no day we can read. Write it as 9/03/1988 or 1988-03-09.")
        try:
            read = date(year, month, day)
        except ValueError:
            raise Unreadable(f"There is no day “{shown(typed)}”. Write it as 9/03/1988 or 1988-03-09.") from None
        if not EARLIEST_BIRTH <= read <= self.today:
            raise Unreadable(f"“{shown(typed)}” is no date of birth: it must lie between 1900 and today.")
        return read

    def _in_order(self, typed: str, first: int, second: int, year: int) -> tuple[int, int]:
        """The day and the month. Raises Unreadable where it is not sure which number is the month."""
        or_say = "" if self.order else " Or say, with the columns, which comes first."
        if self.order is Order.MONTH:
            if first > 12 >= second:
                raise Unreadable(
                    f"“{shown(typed)}” has no month {first}: you said that the month comes first. Write it as "
                    f"{year}-{second:02}-{first:02}."
                )
            return second, first
        if second > 12 >= first:
            raise Unreadable(
                f"“{shown(typed)}” has no month {second}: days come first here. Write it as {year}-{first:02}-{second:02}."
                + or_say
            )
        if not self.order and (self.month_first or self.system in columns.AMERICAN) and first != second and first <= 12:
            raise Unreadable(
                f"“{shown(typed)}” can be read two ways, as other days of this file have the month first. Write the year "
                f"first: {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02}." + or_say
            )
        return first, second

    def _electorate(self, code: str, set_code: str) -> tuple[str, str] | None:
        if not code:
            return None
        found = (set_code or self.set_code, code)
        if found not in self.seats:
            raise Unreadable(
                f"“{shown(code)}” is no code of an electorate"
                + (f" of the set {shown(set_code)}" if set_code else " in force")
                + ". Electorates are not guessed by their names: write the code, or pass the column over."
            )
        return found

    def tags(self, cell: str) -> tuple[str, ...]:
        """The tags of a cell, each once: with semicolons between them if there is one, or if we exported it; else with commas.
        Raises Unreadable."""
        if mended := mended_letters(cell):
            raise Unreadable(
                f"The letters of the tags are broken: “{shown(cell)}” is likely “{shown(mended)}”. Save as CSV UTF-8."
            )
        sign = ";" if ";" in cell or self.system == columns.OURS else ","
        found = {tag_key(name): name for one in reversed(cell.split(sign)) if (name := one.strip())}
        for name in found.values():
            if len(name) > MOST_TAG:
                raise Unreadable(f"The tag “{shown(name)}…” has {len(name)} letters; {MOST_TAG} is the most. Shorten it.")
            if name.startswith(_RUNS) and self.system != columns.OURS:
                raise Unreadable(f"The tag “{shown(name)}” begins as a formula does. Take that sign off.")
        return tuple(reversed(found.values()))

    def _news(self, cell: Any, row: Sequence[str]) -> bool | None:
        """A no of any column counts; then a yes."""
        for place in self.at.get("opt_out", ()):
            if _yes_or_no(tidy(row[place], ours=False), "opt_out"):
                return False
        if "opt_in" in self.at:
            said = _yes_or_no(cell("opt_in"), "opt_in")
            if said is not None:
                return said
        if "news" in {one.strip().casefold() for one in cell("consents").split(";")}:
            return True
        return None


def tidy(text: str, *, ours: bool) -> str:
    """One line as meant: NFC, nothing unseen, single spaces; of our own export, without the apostrophe it put before a cell."""
    if not text:
        return ""
    if ours and _GUARDED.match(text):
        text = text[1:]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(UNSEEN.sub("", text).split()).strip(JOINERS)


def shown(text: str) -> str:
    """A cell as it may stand in a sentence: short, and without straight quotation marks."""
    return tidy(text, ours=False)[:40].replace('"', "”").replace("'", "’").replace("`", "’")


def _words(text: str, name: str) -> str:
    if not text:
        return ""
    what = "name" if name == "name" else "address"
    if mended := mended_letters(text):
        raise Unreadable(
            f"The letters of the {what} are broken: “{shown(text)}” is likely “{shown(mended)}”. Save the file as CSV UTF-8, "
            "and send that."
        )
    if "�" in text or ("?" in text and re.search(r"[^\W\d_]\?[^\W\d_]", text)):
        raise Unreadable(
            f"A letter of the {what} “{shown(text)}” is lost, likely one with a macron. Save the file as CSV UTF-8, and send "
            "that."
        )
    if not any(sign.isalpha() for sign in text):
        raise Unreadable(f"“{shown(text)}” is no {what}: there is no letter in it.")
    if len(text) > MOST_LETTERS[name]:
        raise Unreadable(f"The {what} has {len(text)} letters; {MOST_LETTERS[name]} is the most. Shorten it.")
    return text


def mended_letters(text: str) -> str:
    """The text as it was before UTF-8 was taken for another code (“MÄori” was “Māori”); empty where it was not."""
    if text.isascii():
        return ""
    raw = bytearray()
    for sign in text:
        try:
            raw += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return ""
            raw.append(ord(sign))
    try:
        found = raw.decode()
    except UnicodeDecodeError:
        return ""
    return found if found != text else ""


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """How a domain is written. Raises EmailNotValidError."""
    return validate_email(f"a@{domain}", check_deliverability=False).domain


def _email(text: str) -> str:
    if not text:
        return ""
    local, _, domain = text.rpartition("@")
    try:
        # One domain has many mailboxes, and reading it is most of the work.
        if _PLAIN.fullmatch(local) and len(local) <= 64 and len(text) <= MOST_LETTERS["email"]:
            return f"{local}@{_domain(domain)}"
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Unreadable(f"“{shown(text)}” is no email address, like name@example.nz. Mend it, or empty the cell.") from None


def _phone(text: str) -> str:
    try:
        return read_phone(text)
    except NotAPhone:
        raise Unreadable(
            f"“{shown(text)}” is no phone number with its area code, like 021 555 0141. Mend it, or empty the cell."
        ) from None


def _can_enrol(text: str) -> str:
    said = text.casefold()
    if said in _ASK_AGAIN:
        return ""
    if said in ("unsure", "not sure", "maybe"):
        return CanEnrol.UNSURE.value
    if said in _YES or said in _NO:
        return (CanEnrol.YES if said in _YES else CanEnrol.NO).value
    raise Unreadable(f"“{shown(text)}” does not say whether they can enrol: write yes, no or unsure.")


def _yes_or_no(text: str, what: str) -> bool | None:
    said = text.casefold()
    if said in _ASK_AGAIN:
        return None
    if said in _YES or said in _NO:
        return said in _YES
    question = "whether they must not be written to" if what == "opt_out" else "whether they let us write"
    raise Unreadable(f"“{shown(text)}” does not say {question}: write yes or no, or empty the cell.")
