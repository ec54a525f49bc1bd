"""For the tests of letters to many: the cast, two branches, and letters that are drafted, confirmed and sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from app.ground import clock, mail
from app.ground.db import session, transaction
from app.ground.mail import Kind, Letter, Opened, open_letter
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.branches.scope import Scope, looking_as, of_offices
from app.party.mailing import errands, queries, rules, services
from app.party.mailing.queries import Written
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.roster.rules import Asked, read_asked
from tests import cast as faces

HELLO = Written("News for {name}", "Kia ora {name},\n\nwe meet on **Friday**. [Come](https://party.example/meet).")


@pytest.fixture
def ids(cast) -> Callable[[str], UUID]:
    def of(key: str) -> UUID:
        found = people.find_by_email(f"{key}@people.example").id
        session.remove()
        return found

    return of


@pytest.fixture
def mangere(cast, ids) -> UUID:
    """Aroha and Tama are of Māngere; Grace is of Napier; Olive and Wiremu are of no branch; Lin is a supporter."""
    olive, there = ids("olive"), {}
    for name, keys in (("Napier", ["grace"]), ("Māngere", ["aroha", "tama"])):
        with transaction():
            branch = branches.find_branch(name) or branch_services.add_branch(name, by="system", on=clock.today())
        there[name] = branch.id
        for key in keys:
            who = ids(key)
            with transaction():
                branch_services.place(who, branch, by=f"person:{olive}", on=clock.today())
    return there["Māngere"]


@pytest.fixture
def allow(ids) -> Callable[..., None]:
    """Have some say yes (or no) to news."""

    def say(*keys: str, given: bool = True) -> None:
        for key in keys:
            who = ids(key)
            with transaction():
                person_services.change_consent(who, kind="news", given=given, source="a test", by=f"person:{who}")

    return say


class Officer:
    """One of the cast who writes letters: does what the doors do, as whom they look."""

    def __init__(self, person_id: UUID):
        self.person_id, self.by = person_id, f"person:{person_id}"

    def _held(self):
        with transaction():
            return branches.held_by(self.person_id, on=clock.today())

    @property
    def offices(self) -> list[str]:
        return [held.office for held in self._held()]

    @property
    def scope(self) -> Scope:
        return of_offices(self._held(), right="write letters")

    def draft(self, kind: Kind = Kind.CAMPAIGN, asked: Asked | None = None, said: Written = HELLO) -> UUID:
        scope, offices = self.scope, self.offices
        with looking_as(scope), transaction():
            return services.draft(kind, asked or Asked(), said, scope, by=self.by, offices=offices).id

    def does(self, mailing: UUID, verb: Callable, **how: object):
        with looking_as(self.scope), transaction():
            return verb(queries.find(mailing), by=self.by, **how)

    def count(self, mailing: UUID) -> int:
        with looking_as(self.scope), transaction():
            found = queries.find(mailing)
            scope = queries.scope_of_mailing(found)
            return queries.number_of(Kind(found.kind), read_asked(found.asked), scope, on=clock.today())

    def confirm(self, mailing: UUID, *, shown: int | None = None, rate: int = 600) -> None:
        shown, offices = self.count(mailing) if shown is None else shown, self.offices
        with looking_as(self.scope), transaction():
            found = queries.find(mailing)
            services.confirm(
                found, queries.scope_of_mailing(found), shown=shown, rate=rate, seen=rules.stamp_of(found.changed_at),
                vouched=True, by=self.by, offices=offices, on=clock.today(),
            )  # fmt: skip

    def writes(self, kind: Kind = Kind.CAMPAIGN, asked: Asked | None = None, said: Written = HELLO, **how: int) -> UUID:
        """Drafted and confirmed."""
        made = self.draft(kind, asked, said)
        self.confirm(made, **how)
        return made


@pytest.fixture
def olive(ids) -> Officer:
    return Officer(ids("olive"))


@pytest.fixture
def tama(ids, mangere) -> Officer:
    return Officer(ids("tama"))


@pytest.fixture
def send(app) -> Callable[..., None]:
    """Turns of a mailing as the worker takes them, until none is due now, or so many."""

    def turn(mailing: UUID, turns: int = 2) -> None:
        for _ in range(turns):
            session.remove()
            errands.send(mailing)
        session.remove()

    return turn


@pytest.fixture
def progress(app) -> Callable[[UUID], queries.Progress]:
    def of(mailing: UUID) -> queries.Progress:
        with transaction():
            return queries.progress(queries.find(mailing))

    return of


@pytest.fixture
def state(app) -> Callable[[UUID], str]:
    def of(mailing: UUID) -> str:
        session.remove()
        with transaction():
            return queries.find(mailing).state

    return of


@pytest.fixture
def letters(app) -> Callable[..., list[Opened]]:
    """The letters of a mailing, in the order they were written; `sent`: only those that were handed over."""

    def of(mailing: UUID, *, sent: bool = True) -> list[Opened]:
        session.remove()
        with transaction():
            theirs = select(Letter).where(Letter.key.startswith(f"mailing:{mailing}:"), Letter.sealed.is_not(None))
            rows = [open_letter(row) for row in session.scalars(theirs.order_by(Letter.id))]
        return [row for row in rows if row.sent_at or not sent]

    return of


@pytest.fixture
def reached(letters) -> Callable[[UUID], list[str]]:
    """Whom it was handed over to, by their names in the cast."""

    def of(mailing: UUID) -> list[str]:
        return sorted(letter.to.partition("@")[0] for letter in letters(mailing))

    return of


def another(key: str, **parts: object) -> faces.Face:
    """One more of the cast."""
    return replace(faces.CAST[0], key=key, name=f"Rere {key.title()}", email=f"{key}@people.example", **parts)


class Carrying:
    """A mail server in this process: what it does with each letter is the test’s."""

    def __init__(self, does: Callable[[Opened], object]):
        self.does, self.taken = does, []

    def deliver(self, letter: Opened) -> None:
        self.does(letter)
        self.taken.append(letter)

    @contextmanager
    def on_a_round(self) -> Iterator[Carrying]:
        yield self


@pytest.fixture
def carrying(app) -> Callable[..., AbstractContextManager[Carrying]]:
    """Letters are handed to `does`, which may raise what a mail server raises."""

    @contextmanager
    def hired(does: Callable[[Opened], object]) -> Iterator[Carrying]:
        ours = mail.office()
        carrier = Carrying(does)
        mail.hire(replace(ours, postman=carrier))
        try:
            yield carrier
        finally:
            mail.hire(ours)

    return hired
