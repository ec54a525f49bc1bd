"""Years in minutes: the house and Stripe stand at the same time, and go on together, night by night where something is due."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from app import wiring
from app.ground import clock, db, mail
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.membership import CanEnrol
from app.law.money import Money
from app.law.party_rules import Rhythm
from app.party.dues import jobs as chores
from app.party.dues import queries
from app.party.dues.models import Charge
from app.party.joining import services as joining
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import errands
from app.party.payments import queries as payments
from app.party.payments.models import Payment, Renewal
from app.party.people import queries as people
from stripe_sim import Simulator
from tests.working import do_what_waits

EMAIL = "ina@people.example"
GOOD = "4242424242424242"
Deliver = Callable[[list[dict[str, Any]]], None]


@dataclass
class Years:
    """One story over years. `deliver` gives the house what Stripe has told; a test may hold back, repeat or shuffle it."""

    app: Flask
    stripe: Simulator
    url: str
    hear: Callable[[dict[str, Any]], Any]
    heard: set[str] = field(default_factory=set)
    deliver: Deliver | None = None
    sweeps: bool = False

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.stripe.account.time(), UTC)

    @property
    def today(self) -> date:
        return clock.day_of(self.moment)

    def now(self) -> AbstractContextManager[None]:
        return clock.standing_at(self.moment)

    # -- time ----------------------------------------------------------------------------------------------

    def begin(self, day: date, at: time = time(10)) -> None:
        """Go to the day on which the story begins, be it after the wall's day or before: nothing is there yet to happen on the
        way, so that a story of fixed days is the same whenever it is run."""
        self.stripe.move((clock.start_of(day, at) - self.moment).total_seconds())

    def go_to(self, day: date, *, every: int = 1) -> None:
        """Let time pass until `day`, ten in the morning, with a night's chores each `every` days."""
        while self.today < day:
            following = min(self.today + timedelta(days=every), day)
            self.stripe.advance((clock.start_of(following, time(10)) - self.moment).total_seconds())
            self.settle()
            self.night()
            self.settle()

    def night(self) -> None:
        """What the timetable does by itself. `sweeps`: also what it does every ten minutes, to hear what no webhook told."""
        with self.now():
            if self.sweeps:
                errands.sweep(hours=72)
            chores.raise_charges()
            chores.remind()
            chores.lapse()

    def settle(self) -> None:
        """Hear what Stripe has told since, and do every job that waits, until nothing moves any more."""
        for _ in range(12):
            assert self.stripe.settle()
            fresh = self._fresh()
            with self.now():
                (self.deliver or self._in_order)(fresh)
            worked = self.work()
            if not fresh and not worked:
                return
        raise AssertionError("it does not come to rest")

    def _fresh(self) -> list[dict[str, Any]]:
        """What Stripe has told since the last time, oldest first."""
        with self.stripe.account.lock:
            events = takewhile(lambda event: event.id not in self.heard, self.stripe.account.store.all("event"))
            fresh = [copy.deepcopy(event.body) for event in events][::-1]
        self.heard |= {event["id"] for event in fresh}
        return fresh

    def _in_order(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            assert self.hear(event).status_code == 200

    def work(self) -> bool:
        """Do the jobs that wait, with the real worker, at the story's time. False if there were none."""
        db.session.remove()
        waiting = session.scalar(text("select count(*) from procrastinate_jobs where status = 'todo' and scheduled_at is null"))
        db.session.remove()
        if not waiting:
            return False

        @contextmanager
        def around() -> Iterator[None]:
            with ExitStack() as held:
                held.enter_context(self.app.app_context())
                held.enter_context(self.now())
                yield

        do_what_waits(self.url, wiring.chores(), around)
        return True

    # -- the member ----------------------------------------------------------------------------------------

    def join(self, **how: Any) -> Membership:
        """Somebody joins today and pays at the checkout: they are a member at once."""
        self.apply(**how)
        return self.membership(how.get("email", EMAIL))

    def apply(
        self,
        *,
        rhythm: Rhythm = Rhythm.YEARLY,
        renews: bool = True,
        card: str = GOOD,
        authenticate: bool | None = None,
        rate: str = "standard",
        above: int = 0,
        email: str = EMAIL,
        **pays: Any,
    ) -> None:
        """Somebody fills in the form for joining today, and pays at the checkout."""
        answers = joining.Answers(
            name="Ina Ten-Years", email=email, address="1 Anniversary Road, Ross 7812", can_enrol=CanEnrol.YES, rate=rate,
            above=Money(above), signature="Ina Ten-Years", rhythm=rhythm, renews=renews,
        )  # fmt: skip
        with self.now():
            with transaction():
                payment = joining.join(answers, key=new_id(), party="The Open Line Party", on=self.today)
            errands.open_checkout(payment)
        self.pay(payment.id, card=card, authenticate=authenticate, **pays)
        self.settle()

    def pay(self, payment_id: UUID, card: str = GOOD, authenticate: bool | None = None, **pays: Any) -> Any:
        """Pay an attempt at the page that was opened for it."""
        session.remove()
        checkout = session.get_one(Payment, payment_id).checkout_id
        session.remove()
        return self.stripe.pay(checkout, card, authenticate=authenticate, **pays)

    def membership(self, email: str = EMAIL) -> Membership:
        session.remove()
        person = people.find_by_email(email)
        assert person is not None
        found = memberships.current_of(person.id) or memberships.memberships_of(person.id)[-1]
        return found

    @contextmanager
    def as_member(self, email: str = EMAIL) -> Iterator[Membership]:
        """A transaction at the story's time, with the membership in it."""
        held = self.membership(email).id
        session.remove()
        with self.now(), transaction():
            yield session.get_one(Membership, held)

    def charges(self, email: str = EMAIL) -> list[Charge]:
        return queries.charges_of(self.membership(email))

    def renewal(self, email: str = EMAIL) -> Renewal | None:
        membership = self.membership(email)
        return payments.renewal_of("dues", membership.id)

    def letters(self, about: str = "") -> list[mail.Opened]:
        """Letters whose subject has `about` in it, oldest first."""
        session.remove()
        found = [letter for letter in reversed(mail.newest(2000)) if about in letter.subject]
        session.remove()
        return found
