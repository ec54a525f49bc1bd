"""Who is told about money: the room it is for. Registered once, by the wiring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.law.money import Money

from ..models import LineKind, Payment, Renewal


class Settled(Protocol):
    def __call__(self, payment: Payment, *, on: date) -> None: ...


class Declined(Protocol):
    def __call__(self, payment: Payment, renewal: Renewal, *, next_try_on: date | None, on: date) -> None: ...


class Moved(Protocol):
    def __call__(self, payment: Payment, *, amount: Money, dues: Money, cause: str, on: date) -> None: ...


class Failed(Protocol):
    def __call__(self, payment: Payment, *, on: date) -> None: ...


@dataclass(frozen=True)
class Room:
    """What a room does when money for it moves, each in the transaction that learns of it.

    `settled`: it has come. `declined`: a renewal's charge was refused, once a try. `moved`: `amount` of it, of which `dues`,
    was taken back (negative) or came again, once a `cause`. `failed`: a debit that was on its way did not come. `takes`: what
    its renewals take money for.
    """

    settled: Settled
    declined: Declined
    moved: Moved
    failed: Failed
    takes: LineKind = LineKind.DUES


_rooms: dict[str, Room] = {}


def listen(purpose: str, room: Room) -> None:
    """Have `room` told about the money that is for `purpose`."""
    _rooms[purpose] = room


def room_for(purpose: str) -> Room:
    return _rooms[purpose]
