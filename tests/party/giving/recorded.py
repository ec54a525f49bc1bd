"""Donations as officers write them down, by the verbs themselves."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.donations import Form, Ties
from app.law.money import Money
from app.party.giving import services
from app.party.giving.models import Behind, Channel, Donation, Duty, Who
from app.party.giving.services import Noted
from app.party.payments.models import LedgerLine

MERE = Who("Mere Kingi", "9 Tōtara Road, Gisborne 4010", "mere@people.example", Ties(lives_here=True))
HANS = Who("Hans Vogel", "Lindenstr. 4, Berlin", "hans@abroad.example", Ties())
PETRA = Who("Petra Klein", "Gartenweg 1, Wien", "", Ties())
BY = f"person:{UUID(int=1)}"


def noted(who: Who | None, dollars: int, **more: Any) -> Noted:
    """Cash of today, unless said otherwise."""
    said: dict[str, Any] = {
        "key": new_id(), "form": Form.MONEY, "channel": Channel.CASH, "on": clock.today(), "amount": Money(dollars * 100),
    }  # fmt: skip
    return Noted(**{**said, "who": who, **more})


def in_kind(who: Who, worth: int, **more: Any) -> Noted:
    said = {"form": Form.GOODS, "channel": Channel.KIND, "amount": Money(0), "worth": Money(worth * 100), "what": "Chairs"}
    return noted(who, 0, **{**said, **more})


def record(said: Noted, *, by: str = BY) -> Donation:
    with transaction():
        donation = services.record(said, by=by, on=clock.today())
    session.remove()
    return session.get_one(Donation, donation.id)


def open_duties() -> list[Duty]:
    session.remove()
    return list(session.scalars(select(Duty).where(Duty.closed_at.is_(None)).order_by(Duty.id)))


def all_duties() -> list[Duty]:
    session.remove()
    return list(session.scalars(select(Duty).order_by(Duty.id)))


def balance(account: str) -> int:
    return sum(session.scalars(select(LedgerLine.cents).where(LedgerLine.account == account)))


def behind(who: Who, dollars: int, *, overseas: bool) -> Behind:
    return Behind(who, Money(dollars * 100), overseas)


def at_noon(day: date) -> Any:
    from datetime import time

    return clock.standing_at(clock.start_of(day, time(12)))
