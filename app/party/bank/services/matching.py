"""Verbs: a line is matched. Money is recorded by the one verb there is for it, once for a line, whoever presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import attempt, lock_for_now, session
from app.ground.ids import new_id
from app.law.clauses import Refusal
from app.law.money import Money
from app.party.payments import services as payments
from app.party.payments.models import Account, LedgerEntry, Method, Payment, Refund

from .. import queries, rules
from ..models import BankLine, BankMatch
from .claims import Guess, Incoming, Part, Seen, claim_for, claims, note_handed_back
from .lines import close_work, hold, subject_of


@dataclass(frozen=True)
class Wish:
    """What of a line somebody says is whose."""

    reference: str
    amount: Money
    above: Money | None = None


class PartRefused(Exception):
    """One part cannot be recorded, so none is. `place`: which, from 1."""

    def __init__(self, place: int, refusal: Refusal):
        self.place, self.refusal = place, refusal
        super().__init__(str(refusal))


@dataclass(frozen=True)
class Suggestions:
    """What a line may be, the likeliest first; payments of the amount that somebody has recorded by hand already; and
    payouts of it that have left Stripe."""

    guesses: list[Guess]
    by_hand: list[Payment]
    payouts: list[LedgerEntry]

    @property
    def sure(self) -> Guess | None:
        """The only one that is sure, if nothing that was recorded by hand may be the same money."""
        found = [guess for guess in self.guesses if guess.sure]
        if len(found) != 1 or any(payment.purpose_id in found[0].purposes for payment in self.by_hand):
            return None
        return found[0]


def suggest(incoming: Incoming, *, by: str | None = None) -> Suggestions:
    """What money that came may be. With `by`, names are compared, too, and every look that takes is written down."""
    guesses = _quoted(incoming) or [guess for claim in claims() for guess in claim.by_amount(incoming)]
    if by and not any(guess.sure for guess in guesses):
        known = {guess.reference for guess in guesses}
        named = [guess for claim in claims() for guess in claim.by_name(incoming, by=by)]
        guesses += [guess for guess in named if guess.reference not in known]
    return Suggestions(
        guesses,
        queries.by_hand(incoming.amount, on=incoming.on),
        queries.payouts_like(incoming.amount, on=incoming.on),
    )


def _quoted(incoming: Incoming) -> list[Guess]:
    return [guess for claim in claims() for guess in claim.quoted(incoming)]


def _sure(incoming: Incoming | None) -> Guess | None:
    """What is sure of a line, asked as cheaply as it can be: nothing is, that quotes nothing."""
    if incoming is None or not any(guess.sure for guess in _quoted(incoming)):
        return None
    return suggest(incoming).sure


def incoming_of(line: BankLine) -> Incoming | None:
    words = queries.words_of(line)
    return Incoming(line.on, line.amount, words) if words and line.came else None


def sure_lines(*, most: int = rules.A_PAGE) -> list[tuple[BankLine, Guess]]:
    """Open lines that quote a reference whose amount fits, one for a reference, oldest first. Names nobody."""
    found: list[tuple[BankLine, Guess]] = []
    taken: set[str] = set()
    for line in queries.open_incoming():
        guess = _sure(incoming_of(line))
        if guess and guess.reference not in taken:
            taken.add(guess.reference)
            found.append((line, guess))
            if len(found) == most:
                break
    return found


def look_at_parts(line_id: UUID, wishes: Sequence[Wish], *, by: str, on: date) -> list[Seen]:
    """Say whose each part is and what it would pay. Writes nothing but the looks. Raises what `record_line` raises."""
    line = hold(line_id)
    rules.check_open(line.state)
    rules.check_parts([wish.amount for wish in wishes], line=line.amount)
    seen = []
    for place, part in enumerate(_parts(line, wishes), 1):
        try:
            seen.append(claim_for(part.reference).look(part, by=by, on=on))
        except Refusal as refusal:
            raise PartRefused(place, refusal) from None
    return seen


def record_line(line_id: UUID, wishes: Sequence[Wish], *, key: UUID, by: str, on: date) -> list[UUID]:
    """Record what came on a line, a payment a part, on the bank’s day. All of it, or nothing; once for a line, whoever presses:
    the same press again (its `key`) is answered with the same payments.

    Raises WasMatched, WasSetAside, WasUndone, WentOut, NoPart, SumDiffers, and PartRefused.
    """
    line = hold(line_id)
    if line.matches and line.matches[0].id == key:
        return [match.payment_id for match in line.matches if match.payment_id]
    rules.check_open(line.state)
    rules.check_parts([wish.amount for wish in wishes], line=line.amount)
    return [
        _record_part(line, part, place=place, match_id=key if place == 1 else new_id(), by=by, on=on)
        for place, part in enumerate(_parts(line, wishes), 1)
    ]


def _parts(line: BankLine, wishes: Sequence[Wish]) -> list[Part]:
    return [Part(wish.reference, wish.amount, wish.above, line.on, new_id()) for wish in wishes]


def _record_part(line: BankLine, part: Part, *, place: int, match_id: UUID, by: str, on: date) -> UUID:
    began = clock.now()
    try:
        payment_id = claim_for(part.reference).record(part, by=by, on=on)
        if queries.match_of_payment(payment_id):
            raise rules.CameBefore()
    except Refusal as refusal:
        raise PartRefused(place, refusal) from None
    payment = session.get_one(Payment, payment_id)
    how = "recorded" if payment.settled_at is None or payment.settled_at >= began else "by hand"
    _match(line, part.amount, place=place, match_id=match_id, payment_id=payment_id, how=how, by=by)
    return payment_id


@dataclass(frozen=True)
class Bulk:
    """What confirming many did: how many lines were recorded, how many were matched meanwhile, and what was refused."""

    recorded: int
    meanwhile: int
    refused: list[tuple[UUID, str]]


def record_sure(asked: Sequence[tuple[UUID, str]], *, by: str, on: date) -> Bulk:
    """Record lines whose reference and amount fit, of those that were shown: (line, reference). Each is looked at anew; one
    that is no longer sure, or is refused, is left open and does not keep the others back."""
    recorded, meanwhile, refused = 0, 0, []
    for line_id, reference in asked:
        line = hold(line_id)
        if line.state != "open":
            meanwhile += 1
            continue
        guess = _sure(incoming_of(line))
        if guess is None or guess.reference != reference:
            refused.append((line_id, "It is not sure any more whose it is."))
            continue
        try:
            with attempt():
                record_line(line_id, [Wish(reference, line.amount)], key=new_id(), by=by, on=on)
                recorded += 1
        except PartRefused as wrong:
            refused.append((line_id, str(wrong)))
    return Bulk(recorded, meanwhile, refused)


def match_by_hand(line_id: UUID, payment_id: UUID, *, by: str) -> None:
    """Say that a payment which was recorded by hand is the money of this line: nothing is recorded, the two belong together.

    Raises OtherMoney, and as check_open does.
    """
    line = hold(line_id)
    if [match.payment_id for match in line.matches] == [payment_id]:
        return
    rules.check_open(line.state)
    payment = session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    fits = payment is not None and payment.settled_at and payment.rail == Method.BANK and payment.amount == line.amount
    if not fits or queries.match_of_payment(payment_id):
        raise rules.OtherMoney()
    _match(line, line.amount, place=1, match_id=new_id(), payment_id=payment_id, how="by hand", by=by)


def match_refund(line_id: UUID, refund_id: UUID, *, by: str) -> None:
    """Say that a line is a refund that was handed back: it is noted as paid out on the bank’s day, once.

    Raises CameIn, OtherRefund, as check_open does, and what noting it raises.
    """
    line = hold(line_id)
    if [match.refund_id for match in line.matches] == [refund_id]:
        return
    rules.check_open(line.state)
    if line.came:
        raise rules.CameIn()
    refund = session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund is None or refund.amount != -line.amount or refund.failed_at or queries.match_of_refund(refund_id):
        raise rules.OtherRefund()
    if session.get_one(Payment, refund.payment_id).rail != Method.BANK:
        raise rules.OtherRefund()
    how = "by hand" if refund.made_at else "recorded"
    note_handed_back(refund.payment_id, refund_id, on=line.on, by=by)
    _match(line, refund.amount, place=1, match_id=new_id(), refund_id=refund_id, how=how, by=by)


def match_payout(line_id: UUID, entry_id: UUID, *, by: str) -> None:
    """Say that a line is a payout that left Stripe: in the ledger it has arrived, on the bank’s day, once.

    Raises WentOut, OtherPayout, and as check_open does.
    """
    line = hold(line_id)
    if [match.entry_id for match in line.matches] == [entry_id]:
        return
    rules.check_open(line.state)
    if not line.came:
        raise rules.WentOut()
    lock_for_now(f"payout:{entry_id}")
    if entry_id not in [entry.id for entry in queries.payouts_like(line.amount, on=line.on)]:
        raise rules.OtherPayout()
    payments.post(
        source="bank", external_id=str(line.id), kind="payout arrived", day=line.on,
        lines=[(Account.BANK, line.amount), (Account.IN_TRANSIT, -line.amount)],
    )  # fmt: skip
    _match(line, line.amount, place=1, match_id=new_id(), entry_id=entry_id, how="payout", by=by)


def _match(
    line: BankLine, amount: Money, *, place: int, match_id: UUID, how: str, by: str,
    payment_id: UUID | None = None, refund_id: UUID | None = None, entry_id: UUID | None = None,
) -> None:  # fmt: skip
    session.add(
        BankMatch(
            id=match_id, line_id=line.id, position=place, cents=amount.cents, payment_id=payment_id, refund_id=refund_id,
            entry_id=entry_id, how=how, at=clock.now(), by=by,
        )
    )  # fmt: skip
    if line.matched_at is None:
        line.matched_at, line.matched_by = clock.now(), by
        close_work(line.id, by=by, because="matched")
    session.flush()
    audit.record(
        Action.BANK_LINE_MATCHED,
        subject_of(line.id),
        by=by,
        how=how,
        cents=amount.cents,
        **{noun: str(row) for noun, row in (("payment", payment_id), ("refund", refund_id), ("entry", entry_id)) if row},
    )
