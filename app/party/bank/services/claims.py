"""Who may say of money on a statement: it is for us. This room asks; it knows no member, no dues and no donation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.law.money import Money

from ..rules.reading import Read


@dataclass(frozen=True)
class Incoming:
    """A line on which money came, for whoever may know it."""

    on: date
    amount: Money
    words: Read


@dataclass(frozen=True)
class Guess:
    """Whose money it may be: the reference it would be recorded with, and why that is thought, in words that name nobody.

    `sure`: its reference stands in the line and the amount is what that asks for; it may be confirmed together with others.
    `purposes`: what payments of it are for, so that one recorded by hand before is noticed.
    """

    reference: str
    why: str
    sure: bool = False
    purposes: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Part:
    """What of a line is recorded with one reference. `above`: of it more than dues, None if that was not said."""

    reference: str
    amount: Money
    above: Money | None
    on: date
    key: UUID


@dataclass(frozen=True)
class Seen:
    """Whose a part is and what recording it would do: whose name, who that is, what it pays, what to think of."""

    name: str | None
    who: str
    pays: list[tuple[str, Money]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Claim:
    """What a room that takes money answers about a line.

    reads(reference) – whether that is a reference of this room’s.
    quoted(line) – whose the references are that stand in the line. Names nobody; asked of many lines at once.
    by_amount(line) – without a reference: what waits for such an amount. Names nobody, and is never sure.
    by_name(line, by=) – by who paid; writes down every look that takes. Never sure.
    look(part, by=, on=) – what recording would do, as a Seen; a look at a person, which it writes down.
    record(part, by=, on=) – does it, once for part.key, through `payments.record_payment`, and returns the payment’s id.
    The last two raise a Refusal, whose field is `reference`, `amount`, `above` or None.
    """

    reads: Callable[[str], bool]
    quoted: Callable[[Incoming], list[Guess]]
    by_amount: Callable[[Incoming], list[Guess]]
    by_name: Callable[..., list[Guess]]
    look: Callable[..., Seen]
    record: Callable[..., UUID]


HandBack = Callable[..., None]
_claims: dict[str, Claim] = {}
_hand_back: list[HandBack] = []


def let_claim(name: str, claim: Claim) -> None:
    """From now on ask this room, too. The first that is introduced answers for what nobody knows."""
    _claims[name] = claim


def hand_back_through(verb: HandBack) -> None:
    """The verb that notes a refund as paid out: verb(payment_id, refund_id, on=, by=). Raises a Refusal."""
    _hand_back[:] = [verb]


def claims() -> list[Claim]:
    return list(_claims.values())


def claim_for(reference: str) -> Claim:
    """The room whose reference it is."""
    known = claims()
    return next((claim for claim in known if claim.reads(reference)), known[0])


def note_handed_back(payment_id: UUID, refund_id: UUID, *, on: date, by: str) -> None:
    _hand_back[0](payment_id, refund_id, on=on, by=by)
