"""From Stripe's objects to our values. Asks nothing; bears fields and words it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from app.ground.ids import read_id
from app.law.money import Money

from .values import BalanceMove, DisputeSeen, IntentSeen, InvoiceSeen, PayoutSeen, RefundSeen, RenewalSeen

METHODS = {"card": "card", "link": "card", "nz_bank_account": "debit"}
DECIDED = ("won", "lost", "warning_closed")
NEVER_WITHDRAWN = ("warning_needs_response", "warning_under_review", "warning_closed")


def at(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def maybe_at(moment: int | None) -> datetime | None:
    return at(moment) if moment else None


def field(thing: Any, *path: str) -> Any:
    """What stands under a path of fields; None where any of them is missing."""
    for name in path:
        thing = getattr(thing, name, None) if thing is not None and not isinstance(thing, str) else None
    return thing


def id_of(thing: Any) -> str | None:
    """The id of something that may be expanded or not."""
    return thing if isinstance(thing, str) or thing is None else str(thing.id)


def money(cents: int | None, currency: str) -> Money:
    return Money(cents or 0, currency.upper())


def move(found: Any, *, intent_id: str | None = None) -> BalanceMove:
    return BalanceMove(
        id=found.id,
        kind=found.type,
        gross=money(found.amount, found.currency),
        fee=money(found.fee, found.currency),
        net=money(found.net, found.currency),
        at=at(found.created),
        source=id_of(found.source),
        intent_id=intent_id or id_of(field(found.source, "payment_intent")),
    )


def moves(found: Iterable[Any], *, intent_id: str | None = None) -> list[BalanceMove]:
    """Those that are there already, in full: Stripe gives an id or nothing until it has posted one."""
    return [move(one, intent_id=intent_id) for one in found if one is not None and not isinstance(one, str)]


def refund(found: Any) -> RefundSeen:
    return RefundSeen(
        id=found.id,
        ours=read_id(str((found.metadata or {})["refund"])) if found.metadata and "refund" in found.metadata else None,
        amount=money(found.amount, found.currency),
        status=found.status or "pending",
        failed_because=field(found, "failure_reason"),
        at=at(found.created),
    )


def dispute(found: Any) -> DisputeSeen:
    return DisputeSeen(
        id=found.id,
        amount=money(found.amount, found.currency),
        reason=found.reason,
        opened_at=at(found.created),
        answer_by=maybe_at(field(found, "evidence_details", "due_by")),
        withdrawn=bool(found.balance_transactions) and found.status not in NEVER_WITHDRAWN,
        decided=found.status in DECIDED,
        won=found.status in ("won", "warning_closed"),
    )


def intent(found: Any, *, refunds: Iterable[Any] = (), disputes: Iterable[Any] = ()) -> IntentSeen:
    charge, error = field(found, "latest_charge"), field(found, "last_payment_error")
    refunds, disputes = list(refunds), list(disputes)
    posted = [field(charge, "balance_transaction"), field(charge, "failure_balance_transaction")]
    posted += [one for back in refunds for one in (back.balance_transaction, field(back, "failure_balance_transaction"))]
    posted += [one for taken in disputes for one in taken.balance_transactions]
    return IntentSeen(
        id=found.id,
        paid=found.status == "succeeded",
        processing=found.status == "processing",
        needs_confirming=found.status == "requires_action",
        decline_code=(field(error, "decline_code") or field(error, "code")) if error else None,
        paid_at=maybe_at(field(charge, "created")) if found.status == "succeeded" else None,
        method=METHODS.get(field(charge, "payment_method_details", "type") or ""),
        moves=tuple(moves(posted, intent_id=found.id)),
        refunds=tuple(refund(back) for back in refunds),
        disputes=tuple(dispute(taken) for taken in disputes),
    )


def invoice(found: Any, paid_by: IntentSeen | None) -> InvoiceSeen:
    return InvoiceSeen(
        id=found.id,
        first=found.billing_reason == "subscription_create",
        status=found.status or "draft",
        amount=money(found.amount_due, found.currency),
        money_came=bool(paid_by and paid_by.paid and found.amount_paid > 0),
        attempts=found.attempt_count,
        next_try_at=maybe_at(found.next_payment_attempt),
        at=at(found.created),
        intent=paid_by,
    )


def renewal(found: Any, invoices: Iterable[InvoiceSeen]) -> RenewalSeen:
    item = found["items"].data[0]
    recurring = item.price.recurring
    method = found.default_payment_method or field(found.customer, "invoice_settings", "default_payment_method")
    ends_at = found.cancel_at or (item.current_period_end if found.cancel_at_period_end else None)
    return RenewalSeen(
        renewal_id=read_id(str(found.metadata["renewal"])) if found.metadata and "renewal" in found.metadata else None,
        subscription_id=found.id,
        customer_id=str(id_of(found.customer)),
        status=found.status,
        amount=money(item.price.unit_amount, found.currency),
        months=recurring.interval_count * {"month": 1, "year": 12}.get(recurring.interval, 0),
        next_charge_at=None if found.ended_at else maybe_at(item.current_period_end),
        ends_at=maybe_at(ends_at),
        ended_at=maybe_at(found.ended_at),
        method=METHODS.get(field(method, "type") or ""),
        method_id=id_of(method),
        method_label=_label(method),
        method_expires_on=_expires(field(method, "card")),
        invoices=tuple(invoices),
    )


def _label(method: Any) -> str | None:
    """“Visa ending 4242”: enough to know one's own again."""
    card, account = field(method, "card"), field(method, "nz_bank_account")
    if card is not None:
        return f"{str(card.brand).replace('_', ' ').title()} ending {card.last4}"
    return f"{field(account, 'bank_name') or 'Bank account'} ending {account.last4}" if account is not None else None


def _expires(card: Any) -> date | None:
    """The first day on which a card is not good any more."""
    if card is None:
        return None
    year, month = divmod(card.exp_year * 12 + card.exp_month, 12)
    return date(year, month + 1, 1)


def payout(found: Any) -> PayoutSeen:
    posted = moves([found.balance_transaction, field(found, "failure_balance_transaction")])
    return PayoutSeen(found.id, found.status, money(found.amount, found.currency), tuple(posted))
