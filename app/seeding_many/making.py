"""Rows of people who do not exist, as COPY reads them: a chunk of them at a time, from a seed of its own.

The same number of people, begun on the same day over as many who were there, are the same people with the same ids and
histories. What seals them is drawn anew each time: a nonce that comes twice under one key opens both.
"""

# ruff: noqa: S311  (chance makes people here, no secrets)
from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import accumulate

from app.ground.seal import Seal, digest, fold
from app.law.membership import CanEnrol
from app.party.joining import rules as joining
from app.party.payments.models import Account, LineKind
from app.party.people.models import Details
from app.party.people.queries import likeness
from app.party.people.rules import wording_of

from . import names
from .lives import RATES, Life, Term, lives
from .names import pick

NULL = r"\N"
SINCE, BENT = 1300, 1.25  # days ago that the first joined; how much denser they come later
EPOCH = date(1970, 1, 1).toordinal()
# From one in the morning on, UTC: afternoon in New Zealand, in winter and in summer.
SECONDS = [f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}+00" for second in range(3600, 36_000)]

TABLES = {  # in the order in which they can point at one another
    "people": "id, sealed, email_index, can_enrol, created_at, email_confirmed_at, erased_at",
    "people_name_buckets": "person_id, buckets",
    "people_likenesses": "person_id, name_born, phone, mailbox, home",
    "memberships": "id, person_id, own_application, opened_on, ended_on",
    "membership_moves": 'id, membership_id, "on", "to", by, at',
    "dues_charges": "id, membership_id, since, until, payable_on, rate, cents, currency, cites, raised_at, withdrawn_at, "
    "rhythm, met_on",
    "payments": "id, purpose, purpose_id, cents, currency, method, begun_at, settled_at, told_at, paid_on, rail, attempts",
    "payment_lines": "payment_id, position, kind, cents",
    "ledger_entries": "id, source, external_id, kind, day, posted_at, payment_id",
    "ledger_lines": "entry_id, position, account, cents, currency",
    "dues_paid": 'id, charge_id, payment_id, "on", cents, at, cause',
    "residences": "id, person_id, set_code, electorate_code, said_at",
    "branch_moves": 'id, membership_id, branch_id, "on", because, by, at',
    "consents": "id, person_id, kind, given, wording, source, at",
    "declarations": "id, person_id, membership_id, payment_id, wording, signed_at, admitted_at, sealed, digest",
}

Places = list[tuple[str, str, str]]  # set and code of an electorate, and the branch it falls to


@dataclass(frozen=True)
class Party:
    """What a chunk must know of the installation. `before`: how many people were there; `count`: how many are to come."""

    keys: Mapping[int, bytes]
    index_key: bytes | None
    name: str
    today: date
    before: int
    count: int
    places: Places
    numbers: int | None = None  # the last member’s number before these; None where the database counts


def columns(table: str, party: Party) -> str:
    """The columns of a table’s rows, in order."""
    return TABLES[table] + (", number" if table == "memberships" and party.numbers is not None else "")


class Words:
    """Words of names as they are searched for, each worked out once: few words make many names."""

    def __init__(self, party: Party):
        self.seal = Seal(party.keys, index_key=party.index_key)
        self.of = lru_cache(maxsize=200_000)(self._of)

    def _of(self, word: str) -> tuple[str, list[int]]:
        return fold(word).replace(" ", "."), self.seal.name_buckets(word)


@dataclass
class Maker:
    """Makes people `first` up to `last` (excluded), in the order in which they joined."""

    party: Party
    words: Words
    first: int
    last: int
    rows: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        party = self.party
        self.luck = random.Random(f"{party.before}:{party.count}:{self.first}:{self.last}")
        self.seal = self.words.seal
        # Fewer memberships than people: some are supporters, and fewer come back. What is left over stays unused.
        self.number = None if party.numbers is None else party.numbers + 1 + self.first
        weights = random.Random(len(party.places))
        self.upto = list(accumulate(1 + 3 * weights.random() for _ in party.places))  # branches are not of one size
        self.sentences = joining.CURRENT.sentences(party=party.name)

    def make(self) -> Mapping[str, list[str]]:
        """The rows by table, each with its line end."""
        for number in range(self.first, self.last):
            self._person(number)
        return self.rows

    def _person(self, number: int) -> None:
        luck, today, rows = self.luck, self.party.today, self.rows
        part = 1 - (number + luck.random()) / self.party.count
        joined = today - timedelta(days=1 + int(part**BENT * SINCE))
        person, at = self._moment(joined)
        details = self._details(number)
        supporter = luck.random() < 0.08
        can_enrol = CanEnrol.YES
        if (chance := luck.random()) > 0.95:
            can_enrol = CanEnrol.NO if chance < 0.98 else CanEnrol.UNSURE
        sealed = self.seal.close(details, table="people", row=person)  # type: ignore[arg-type]  # spelt as a UUID is
        rows["people"].append(
            f"{person}\t\\\\x{sealed.hex()}\t\\\\x{self.seal.index('email', details['email'] or '').hex()}\t"
            f"{NULL if supporter else can_enrol}\t{at}\t{at}\t{NULL}\n"
        )
        self._buckets(person, details)
        lived = [] if supporter else lives(luck, joined, today=today)
        made = [(life, self._membership(person, life)) for life in lived]
        rate = RATES[luck.random() < 0.25]
        for life, membership in made:
            if luck.random() < 0.25:
                self._declare(person, membership, life, details, can_enrol=can_enrol, rate=rate)
            else:
                self._pays(membership, life, rate, "dues", membership)
        self._lives_in(person, joined, made)
        if supporter or luck.random() < 0.45:
            self._consents(person, joined, source="support page" if supporter else "own page")

    def _details(self, number: int) -> dict[str, str | None]:
        luck = self.luck
        name = names.name(luck)
        born = f"{1930 + int(luck.random() * 78)}-{1 + int(luck.random() * 12):02}-{1 + int(luck.random() * 28):02}"
        folded = ".".join(self.words.of(word)[0] for word in name.split(" "))
        return {
            "name": name,
            "email": f"{folded}.{self.party.before + number}@people.example",
            "address": names.address(luck),
            "phone": names.phone(luck),
            "born_on": born if luck.random() < 0.5 else None,
        }

    def _buckets(self, person: str, details: Mapping[str, str | None]) -> None:
        found = {bucket for word in str(details["name"]).split(" ") for bucket in self.words.of(word)[1]}
        if details["phone"]:
            found.add(self.seal.phone_bucket(details["phone"]))
        self.rows["people_name_buckets"].append(f"{person}\t{{{','.join(map(str, sorted(found)))}}}\n")
        like = likeness(Details.from_json(dict(details)), self.seal).values()
        told = "\t".join(NULL if value is None else str(value) for value in like)
        self.rows["people_likenesses"].append(f"{person}\t{told}\n")

    def _membership(self, person: str, life: Life) -> str:
        membership, _at = self._moment(life.joined)
        number = "" if self.number is None else f"\t{self.number}"
        self.rows["memberships"].append(f"{membership}\t{person}\tt\t{life.joined}\t{life.ended_on or NULL}{number}\n")
        self.number = self.number + 1 if self.number is not None else None
        for on, to in life.moves:
            move, at = self._moment(on)
            self.rows["membership_moves"].append(f"{move}\t{membership}\t{on}\t{to}\tsystem\t{at}\n")
        return membership

    def _pays(self, membership: str, life: Life, rate: str, purpose: str, purpose_id: str) -> str:
        """Each term’s charge, and what was paid of it. `purpose`: what the first payment was for, which it names."""
        first = ""
        for term, paid in life.charges:
            charge, raised = self._moment(term.raised_on)
            cents = term.cents[rate]
            self.rows["dues_charges"].append(
                f"{charge}\t{membership}\t{_spelt(term, rate)}\t{raised}\t{NULL}\t{term.rhythm}\t{paid or NULL}\n"
            )
            if paid:
                payment = self._pay(*(("dues", membership) if first else (purpose, purpose_id)), charge, cents, paid)
                first = first or payment
        return first

    def _pay(self, purpose: str, purpose_id: str, charge: str, dues: int, on: date) -> str:
        """Cash: what Stripe and the bank hold is asked of them."""
        (payment, at), (entry, _at), (met, _) = self._moment(on), self._moment(on), self._moment(on)
        above = pick(self.luck, (500, 1000, 2000, 5000)) if self.luck.random() < 0.08 else 0
        whole, rows = dues + above, self.rows
        rows["payments"].append(f"{payment}\t{purpose}\t{purpose_id}\t{whole}\tNZD\tcash\t{at}\t{at}\t{at}\t{on}\tcash\t0\n")
        rows["ledger_entries"].append(f"{entry}\tcash\t{payment}\tpayment\t{on}\t{at}\t{payment}\n")
        rows["payment_lines"].append(f"{payment}\t1\t{LineKind.DUES}\t{dues}\n")
        rows["ledger_lines"].append(f"{entry}\t1\t{Account.CASH}\t{whole}\tNZD\n{entry}\t2\t{Account.DUES}\t{-dues}\tNZD\n")
        if above:
            rows["payment_lines"].append(f"{payment}\t2\t{LineKind.ABOVE}\t{above}\n")
            rows["ledger_lines"].append(f"{entry}\t3\t{Account.ABOVE_DUES}\t{-above}\tNZD\n")
        rows["dues_paid"].append(f"{met}\t{charge}\t{payment}\t{on}\t{dues}\t{at}\tpayment:{payment}\n")
        return payment

    def _lives_in(self, person: str, joined: date, made: list[tuple[Life, str]]) -> None:
        """In an electorate, of whose branch they are while they are members; some have moved house since."""
        luck, places = self.luck, self.party.places
        if not places or luck.random() > 0.85:
            return
        moves = [joined]
        if luck.random() < 0.05 and (days := (self.party.today - joined).days) > 2:
            moves.append(joined + timedelta(days=1 + int(luck.random() * (days - 1))))
        for moved in moves:
            set_code, electorate, branch = luck.choices(places, cum_weights=self.upto)[0]
            residence, at = self._moment(moved)
            self.rows["residences"].append(f"{residence}\t{person}\t{set_code}\t{electorate}\t{at}\n")
            for life, membership in made:
                on = max(moved, life.joined)
                if life.ended_on is None or on < life.ended_on:
                    move, moved_at = self._moment(on)
                    self.rows["branch_moves"].append(f"{move}\t{membership}\t{branch}\t{on}\telectorate\tsystem\t{moved_at}\n")

    def _consents(self, person: str, on: date, *, source: str) -> None:
        wording = wording_of("news")[0]
        consent, at = self._moment(on)
        self.rows["consents"].append(f"{consent}\t{person}\tnews\tt\t{wording}\t{source}\t{at}\n")
        if self.luck.random() < 0.07 and (days := (self.party.today - on).days) > 2:
            consent, at = self._moment(on + timedelta(days=1 + int(self.luck.random() * (days - 1))))
            self.rows["consents"].append(f"{consent}\t{person}\tnews\tf\t{wording}\town page\t{at}\n")

    def _declare(
        self, person: str, membership: str, life: Life, details: Mapping[str, str | None], *, can_enrol: CanEnrol, rate: str
    ) -> None:
        """What was signed on joining and paid with it. One in four has it: the others came before it was asked for."""
        wording, first = joining.CURRENT, life.charges[0][0]
        declaration, at = self._moment(life.joined)
        payment = self._pays(membership, life, rate, "joining", declaration)
        evidence = {
            "name": details["name"], "email": details["email"], "address": details["address"], "can_enrol": can_enrol,
            "signature": details["name"], "drawing": "", "wording": wording.version, "answer": wording.answers[can_enrol],
            "sentences": self.sentences, "signed_at": f"{at[:10]}T{at[11:19]}+00:00", "signed_on": str(life.joined),
            "rate": rate, "rhythm": first.rhythm, "renews": False, "dues_cents": first.cents[rate], "above_cents": 0,
            "currency": "NZD", "method": "cash", "salt": f"{self.luck.getrandbits(128):032x}",
        }  # fmt: skip
        sealed = self.seal.close(evidence, table="declarations", row=declaration)  # type: ignore[arg-type]  # the same
        self.rows["declarations"].append(
            f"{declaration}\t{person}\t{membership}\t{payment}\t{wording.version}\t{at}\t{at}\t\\\\x{sealed.hex()}\t"
            f"{digest(evidence)}\n"
        )

    def _moment(self, day: date) -> tuple[str, str]:
        """An id (version 7) that was made on a day, in UTC and in New Zealand, and a moment of it."""
        bits = self.luck.getrandbits(72)
        start, spelt = _start_of(day)
        drawn = f"{bits:018x}"
        return f"{start}{drawn[:3]}-a{drawn[3:6]}-{drawn[6:]}", spelt + SECONDS[bits % len(SECONDS)]


@cache
def _start_of(day: date) -> tuple[str, str]:
    """How ids and moments of a day begin."""
    millis = f"{(day.toordinal() - EPOCH) * 86_400_000 + 3_600_000:012x}"
    return f"{millis[:8]}-{millis[8:]}-7", f"{day} "


@cache
def _spelt(term: Term, rate: str) -> str:
    """A term’s dues as their row has them: the same for all who joined on one day."""
    return f"{term.since}\t{term.until}\t{term.payable_on}\t{rate}\t{term.cents[rate]}\tNZD\t{term.cites}"
