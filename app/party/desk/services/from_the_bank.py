"""Verbs: what this room answers about a line of a bank statement (party/bank asks; wiring introduces it)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.party.bank.services import Claim, Guess, Incoming, Part, Seen
from app.party.dues import queries as dues
from app.party.payments.models import Method

from .. import queries, rules
from .recording import MoneyIn, Preview, look, look_before_recording, record

WHY = "matching a line of a bank statement"


def reads(reference: str) -> bool:
    """Whether it is a member’s or a payment’s here."""
    try:
        queries.find_for(reference)
    except rules.WrongReference:
        return False
    return True


def guess_by_name(line: Incoming, *, by: str) -> list[Guess]:
    """The only member who has the payer’s name, if there is one. That they have is a look at them, and is written down."""
    found = queries.member_named(rules.payer_in(line.words.payee or line.words.memo))
    owner = queries.whose(found) if found else None
    if found is None or owner is None:
        return []
    look(owner, by=by, what="their name", why=WHY)
    said = f"Member {found.number} is the only one with the payer’s name."
    return [Guess(dues.bank_reference(found.number), said, purposes=frozenset({found.id}))]


def look_at_part(part: Part, *, by: str, on: date) -> Seen:
    return _seen(look_before_recording(_money_in(part), by=by, on=on), on=part.on)


def record_part(part: Part, *, by: str, on: date) -> UUID:
    return record(_money_in(part), by=by, on=on).id


def _money_in(part: Part) -> MoneyIn:
    return MoneyIn(part.reference, part.amount, part.above, Method.BANK, part.on, part.key)


def _seen(preview: Preview, *, on: date) -> Seen:
    """What the page of confirmation says of one part."""
    own, pays, notes = preview.whose, [], []
    if preview.donation:
        notes.append(f"It is a donation: received on {rules.day(on)}, and the donor gets a receipt.")
    elif preview.admits:
        since, until = preview.admits
        notes.append(f"It makes them a member: admitted on {rules.day(since)}, paid until {rules.day(until)}.")
    elif preview.credits_nobody:
        notes.append("Nobody would be credited with it: what it was for has ended. It stays until it is given back.")
    elif preview.outcome:
        for term in preview.outcome.terms:
            pays.append((f"Dues for {rules.day(term.since)} to {rules.day(term.last_day)}", term.put))
            if term.missing:
                notes.append(f"{term.missing} of that term is still missing.")
    if preview.above:
        pays.append(("Above the dues", preview.above))
    if preview.again:
        notes.append("As much came on that day already. Record it only if the statement has it twice.")
    if own is None:
        who = "nobody we know any more"
    elif own.number:
        who = f"member {own.number}"
    else:
        who = "a donor, and no member" if preview.donation else "not a member yet"
    return Seen(own.name if own else None, who, pays, notes)


CLAIM = Claim(
    reads=reads,
    quoted=queries.guess_by_reference,
    by_amount=queries.guess_by_amount,
    by_name=guess_by_name,
    look=look_at_part,
    record=record_part,
)  # what wiring introduces
