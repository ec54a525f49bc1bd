"""Verbs: the ledger is posted. Every fact once, under its own name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.gateways.stripe import BalanceMove
from app.ground import clock
from app.ground.db import session
from app.ground.ids import new_id
from app.law.money import Money

from ..models import Account, LedgerEntry, LedgerLine, LineKind

INCOME = {
    LineKind.DUES: Account.DUES,
    LineKind.ABOVE: Account.ABOVE_DUES,
    LineKind.DONATION: Account.DONATIONS,
    LineKind.COVER: Account.DONATIONS,
}
# Stripe's types of balance transactions, and what stands against the balance. Another type goes to suspense, and is looked at.
AGAINST = {
    **dict.fromkeys(
        ("charge", "payment", "refund", "payment_refund", "refund_failure", "payment_failure_refund", "adjustment"),
        Account.STRIPE_UNSETTLED,
    ),
    **dict.fromkeys(("stripe_fee", "stripe_fx_fee", "tax_fee"), Account.STRIPE_FEES),
    **dict.fromkeys(("payout", "payout_failure", "payout_cancel"), Account.IN_TRANSIT),
}


def post(
    *,
    source: str,
    external_id: str,
    kind: str,
    day: date,
    lines: Sequence[tuple[Account, Money]],
    payment_id: UUID | None = None,
) -> bool:
    """Write one journal entry: debits positive, credits negative, zero in sum (the database refuses anything else).

    False, and nothing written, for a fact that is posted already: (source, external_id, kind) is its identity.
    """
    entry = session.execute(
        insert(LedgerEntry)
        .values(
            id=new_id(),
            source=source,
            external_id=external_id,
            kind=kind,
            day=day,
            posted_at=clock.now(),
            payment_id=payment_id,
        )
        .on_conflict_do_nothing()
        .returning(LedgerEntry.id)
    ).scalar()
    if entry is None:
        return False
    session.execute(
        insert(LedgerLine),
        [
            {
                "entry_id": entry,
                "position": place,
                "account": account,
                "cents": amount.cents,
                "currency": amount.currency,
            }
            for place, (account, amount) in enumerate([line for line in lines if line[1]], 1)
        ],
    )
    return True


def post_move(move: BalanceMove, *, payment_id: UUID | None = None, against: Account | None = None) -> bool:
    """Post one balance transaction: what reached or left the Stripe balance and what Stripe kept, against what it was for."""
    against = against or AGAINST.get(move.kind, Account.SUSPENSE)
    return post(
        source="stripe",
        external_id=move.id,
        kind="balance",
        day=clock.day_of(move.at),
        payment_id=payment_id,
        lines=_summed([(Account.STRIPE_BALANCE, move.net), (Account.STRIPE_FEES, move.fee), (against, -move.gross)]),
    )


def _summed(lines: Sequence[tuple[Account, Money]]) -> list[tuple[Account, Money]]:
    """One line an account."""
    found: dict[Account, Money] = {}
    for account, amount in lines:
        found[account] = found[account] + amount if account in found else amount
    return list(found.items())


def posted_lines(source: str, external_id: str, kind: str) -> list[tuple[Account, Money]]:
    """The lines of an entry that was posted; none for one that was not."""
    rows = session.execute(
        select(LedgerLine.account, LedgerLine.cents, LedgerLine.currency)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.source == source, LedgerEntry.external_id == external_id, LedgerEntry.kind == kind)
        .order_by(LedgerLine.position)
    )
    return [(Account(row.account), Money(row.cents, row.currency)) for row in rows]
