"""A year of donations of every kind, for scale: by COPY, in the application’s own role, so that each wall of the database is
tried on each row. Nobody real is meant. What they come to follows from the seed: the same count gives the same year.

Each donation of money has its payment and its entry in the ledger; what went back has both sides too. The audit log is not
told of them: they are weight.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import psycopg

from app.ground import clock
from app.ground.ids import new_id
from app.ground.seal import Seal
from app.ground.settings import APP_ROLE
from app.party.payments.models import Account, LineKind
from app.seeding_many.making import NULL
from app.seeding_many.names import ENGLISH_FAMILY, ENGLISH_GIVEN, KINDS, MAORI_FAMILY, MAORI_GIVEN, STREETS, TOWNS

GIVEN, FAMILY = ENGLISH_GIVEN + MAORI_GIVEN, ENGLISH_FAMILY + MAORI_FAMILY

CHUNK = 20_000
A_DONOR = 8  # donations, about
TABLES = {
    "donors": "id, kind, person_id, email_index, identity_index, sealed, made_at",
    "payments": "id, purpose, purpose_id, cents, currency, method, begun_at, settled_at, told_at, paid_on, rail, attempts",
    "payment_lines": "payment_id, position, kind, cents",
    "ledger_entries": "id, source, external_id, kind, day, posted_at, payment_id",
    "ledger_lines": "entry_id, position, account, cents, currency",
    "donations": "id, donor_id, payment_id, form, channel, above, overseas, cents, currency, offered_on, offered_at, "
    "offered_by, received_on, told_on, sealed",
    "contributions": "id, donation_id, position, cents, currency, overseas, told_on, identity_index, sealed",
    "donation_moves": 'id, donation_id, kind, cents, currency, "on", at, by, cause',
    "loans": "id, lender_id, cents, currency, entered_on, from_bank, recorded_at, recorded_by, sealed",
    "loan_repayments": 'id, loan_id, cents, currency, "on", at, by',
}
# How often a kind comes among a thousand. The rest are small gifts of donors in New Zealand.
EVERY_KIND = {
    "anonymous": 40, "anonymous_large": 2, "anonymous_overseas": 2, "overseas": 6, "overseas_large": 2, "middle": 30,
    "large": 4, "goods": 6, "services": 3, "under price": 2, "over price": 2, "credit": 1, "contributed": 3,
    "contributed_overseas": 1, "given_back": 4, "taken_back": 2, "taken_back_and_again": 1, "above": 60, "protected": 2,
}  # fmt: skip


def fill(count: int, year: int, *, seal: Seal, url: str, say: Callable[[str], object] = lambda _line: None) -> None:
    """Add `count` donations received in `year`, at least one of every kind, and a few loans."""
    maker = _Maker(seal, year)
    kinds = [kind for kind, weight in EVERY_KIND.items() for _ in range(weight)]
    made = 0
    with psycopg.connect(url, options=f"-c role={APP_ROLE} -c timezone=UTC") as connection:
        maker.loans()
        while made < count:
            for _ in range(min(CHUNK, count - made)):
                place = maker.luck.randrange(1000)
                first = list(EVERY_KIND)[made] if made < len(EVERY_KIND) else None
                maker.donation(first or (kinds[place] if place < len(kinds) else "small"))
                made += 1
            for table, columns in TABLES.items():
                if maker.rows[table]:
                    with connection.cursor().copy(f"copy {table} ({columns}) from stdin") as copy:
                        copy.write("\n".join(maker.rows.pop(table)) + "\n")
            connection.commit()
            say(f"{made} of {count} donations")


@dataclass
class _Maker:
    seal: Seal
    year: int
    luck: random.Random = field(default_factory=lambda: random.Random(2014))
    rows: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    donors: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def write(self, table: str, *values: object) -> None:
        self.rows[table].append("\t".join(NULL if value is None else str(value) for value in values))

    def day(self) -> date:
        return date(self.year, 1, 1) + timedelta(days=self.luck.randrange(365))

    @staticmethod
    def at(day: date) -> str:
        return clock.start_of(day, time(12)).isoformat()

    def sealed(self, facts: dict[str, Any], table: str, row: str) -> str:
        return r"\\x" + self.seal.close(facts, table=table, row=UUID(row)).hex()

    def index(self, who: dict[str, Any]) -> str:
        return r"\\x" + self.seal.index("donor", f"{who['name']}|{who['address']}".casefold()).hex()

    def who(self, *, overseas: bool = False) -> dict[str, Any]:
        luck = self.luck
        name = f"{luck.choice(GIVEN)} {luck.choice(FAMILY)}"
        street = f"{luck.randint(1, 280)} {luck.choice(STREETS)} {luck.choice(KINDS)}"
        address = f"{street}, Sydney 2000, Australia" if overseas else f"{street}, {luck.choice(TOWNS)}"
        ties = {
            "kind": "individual", "lives_here": not overseas, "citizen": not overseas, "elector": not overseas,
            "incorporated_here": False, "based_here": False,
        }  # fmt: skip
        return {"name": name, "address": address, "email": "", "ties": ties}

    def donor(self, *, overseas: bool = False, new: bool = False) -> tuple[str, dict[str, Any]]:
        """Somebody who gave before, or somebody new."""
        theirs = (
            None if new or overseas or not self.donors or not self.luck.randrange(A_DONOR) else self.luck.choice(self.donors)
        )
        if theirs is None:
            theirs = (str(new_id()), self.who(overseas=overseas))
            mailbox = r"\\x" + self.seal.index("email", theirs[0]).hex()
            sealed = self.sealed(theirs[1], "donors", theirs[0])
            made_at = self.at(date(self.year, 1, 1))
            self.write("donors", theirs[0], "individual", None, mailbox, self.index(theirs[1]), sealed, made_at)
            if not overseas:
                self.donors.append(theirs)
        return theirs

    def donation(self, kind: str) -> None:
        getattr(self, f"_{kind.replace(' ', '_')}", self._in_kind)(kind)

    def _small(self, _kind: str) -> None:
        donor, who = self.donor()
        self.money(self.luck.choice((500, 1000, 2000, 2500, 5000, 10_000, 25_000)), donor, who)

    def _middle(self, _kind: str) -> None:
        donor, who = self.donor(new=True)
        self.money(self.luck.randrange(150_001, 590_000), donor, who)

    def _large(self, _kind: str) -> None:
        donor, who = self.donor(new=True)
        self.money(self.luck.randrange(600_001, 3_500_000), donor, who)
        self.money(self.luck.randrange(5_000, 500_000), donor, who)

    def _anonymous(self, _kind: str) -> None:
        self.money(self.luck.randrange(100, 4_900), None, None, channel="cash")

    def _anonymous_large(self, _kind: str) -> None:
        cents = self.luck.randrange(150_001, 900_000)
        self.leave(*self.money(cents, None, None, channel="cash"), cents - 150_000, "paid over")

    def _anonymous_overseas(self, _kind: str) -> None:
        cents = self.luck.randrange(5_001, 90_000)
        self.leave(*self.money(cents, None, None, channel="bank", overseas=True), cents - 5_000, "paid over")

    def _overseas(self, _kind: str) -> None:
        donor, who = self.donor(overseas=True)
        self.money(self.luck.randrange(500, 5_001), donor, who, overseas=True)

    def _overseas_large(self, _kind: str) -> None:
        donor, who = self.donor(overseas=True)
        cents = self.luck.randrange(5_001, 400_000)
        self.leave(*self.money(cents, donor, who, overseas=True), cents - 5_000, "given back")

    def _given_back(self, _kind: str) -> None:
        donor, who = self.donor()
        cents = self.luck.randrange(1_000, 300_000)
        self.leave(*self.money(cents, donor, who), cents, "given back")

    def _taken_back(self, _kind: str) -> None:
        donor, who = self.donor()
        self.leave(*self.money(5_000, donor, who), 5_000, "taken back")

    def _taken_back_and_again(self, _kind: str) -> None:
        donor, who = self.donor()
        told, cause = self.money(7_500, donor, who), f"dispute:{new_id()}"
        self.leave(*told, 7_500, "taken back", cause=cause)
        self.leave(*told, -7_500, "came again", cause=f"{cause}:won")

    def _contributed(self, _kind: str) -> None:
        donor, who = self.donor(new=True)
        donation, _payment, on = self.money(2_000_000, donor, who)
        for place, cents in enumerate((700_000, 160_000, 650_001), 1):
            self.contribution(donation, place, cents, on)

    def _contributed_overseas(self, _kind: str) -> None:
        donor, who = self.donor(new=True)
        told = self.money(800_000, donor, who)
        self.contribution(told[0], 1, 610_000, told[2])
        self.contribution(told[0], 2, 6_000, told[2], overseas=True)
        self.leave(*told, 800_000, "given back")

    def _protected(self, _kind: str) -> None:
        self.money(self.luck.randrange(200_000, 4_000_000), None, None, channel="protected", interest=1_234)

    def _above(self, _kind: str) -> None:
        donor, who = self.donor()
        self.money(self.luck.choice((500, 1000, 2000)), donor, who, channel="cash", above=True)

    def _over_price(self, kind: str) -> None:
        donor, who = self.donor()
        self.money(self.luck.randrange(1_000, 50_000), donor, who, channel="cash", form=kind)

    def _in_kind(self, kind: str) -> None:
        donor, who = self.donor()
        id, on = str(new_id()), self.day()
        self.row(id, donor, None, kind, "kind", on, self.luck.randrange(150_001, 500_000), who)

    def money(
        self, cents: int, donor: str | None, who: dict[str, Any] | None, *, channel: str = "card", overseas: bool = False,
        above: bool = False, interest: int = 0, form: str = "money",
    ) -> tuple[str, str, date]:  # fmt: skip
        """Write a donation of money with its payment and its entry in the ledger. Returns it, its payment and its day."""
        id, payment, on = str(new_id()), str(new_id()), self.day()
        at, dues = self.at(on), 2_000 if above else 0
        rail = channel if channel in ("card", "debit", "bank", "cash") else "bank"
        whole = cents + dues
        purpose = ("dues", str(new_id())) if above else ("giving", id)
        self.write("payments", payment, *purpose, whole, "NZD", rail, at, at, at, on, rail, 0)
        parts = [(LineKind.DUES, Account.DUES, dues)] if above else []
        parts.append((LineKind.ABOVE, Account.ABOVE_DUES, cents) if above else (LineKind.DONATION, Account.DONATIONS, cents))
        for place, (kind, _account, part) in enumerate(parts, 1):
            self.write("payment_lines", payment, place, kind, part)
        self.post(payment, payment, "payment", on, [(Account.BANK, whole), *((account, -part) for _, account, part in parts)])
        self.row(id, donor, payment, form, channel, on, cents, who, overseas=overseas, above=above, interest=interest)
        return id, payment, on

    def row(
        self, id: str, donor: str | None, payment: str | None, form: str, channel: str, on: date, cents: int,
        who: dict[str, Any] | None, *, overseas: bool = False, above: bool = False, interest: int = 0,
    ) -> None:  # fmt: skip
        said = {"donor": who, "cents": cents, "cover_cents": 0, "monthly": False, "behind": [], "interest_cents": interest}
        self.write(
            "donations", id, donor, payment, form, channel, "t" if above else "f", "t" if overseas else "f", cents, "NZD", on,
            self.at(on), "system", on, None, self.sealed(said, "donations", id),
        )  # fmt: skip

    def contribution(self, donation: str, place: int, cents: int, on: date, *, overseas: bool = False) -> None:
        id, who = str(new_id()), self.who(overseas=overseas)
        sealed = self.sealed({"who": who, "ties": who["ties"]}, "contributions", id)
        self.write("contributions", id, donation, place, cents, "NZD", "t" if overseas else "f", on, self.index(who), sealed)

    def leave(self, donation: str, payment: str, on: date, cents: int, kind: str, *, cause: str = "") -> None:
        """A part of a donation leaves some days later, or (negative) comes again; never after the year."""
        day = min(on + timedelta(days=5), date(self.year, 12, 31))
        cause = cause or f"refund:{new_id()}"
        self.write("donation_moves", new_id(), donation, kind, -cents, "NZD", day, self.at(day), "system", cause)
        self.post(payment, cause, "refund", day, [(Account.DONATIONS, cents), (Account.BANK, -cents)])

    def post(self, payment: str, external: str, kind: str, on: date, lines: list[tuple[Account, int]]) -> None:
        entry = str(new_id())
        self.write("ledger_entries", entry, "bank", external, kind, on, self.at(on), payment)
        for place, (account, cents) in enumerate(lines, 1):
            self.write("ledger_lines", entry, place, account, cents, "NZD")

    def loans(self) -> None:
        """One of every kind: told in detail, small ones that are so together, counted, a bank’s, an old one half repaid."""
        small, _ = self.donor(new=True)
        for cents, lender, year, from_bank in (
            (4_000_000, None, self.year, False), (900_000, small, self.year, False), (800_000, small, self.year, False),
            (200_000, None, self.year, False), (5_000_000, None, self.year, True), (3_500_000, None, self.year - 2, False),
        ):  # fmt: skip
            id, on = str(new_id()), date(year, 3, 2)
            at = self.at(on)
            sealed = self.sealed({"terms": "7 % a year, repaid within five years"}, "loans", id)
            whose = lender or self.donor(new=True)[0]
            self.write("loans", id, whose, cents, "NZD", on, "t" if from_bank else "f", at, "system", sealed)
            if year < self.year:
                self.write("loan_repayments", new_id(), id, 1_000_000, "NZD", date(year + 1, 3, 2), at, "system")
