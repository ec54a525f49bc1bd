"""Trips to Stripe about renewals: what was heard is looked into, what was wished is done there, then written here."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app import gateways
from app.ground import audit, clock
from app.ground.db import alone_with, session, transaction
from app.ground.ids import read_id
from app.ground.mail import office
from app.law.money import Money

from .. import queries, rules, services
from ..models import Payment, Renewal
from .attempts import follow

LOOK_BACK = timedelta(days=35)  # invoices older than that are done with: retries and grace are shorter
FARTHEST = timedelta(days=700)  # Stripe moves a next charge two years ahead at most


def look_into(about: str) -> None:
    """Look at what an event was about, and make our rows say what is there: `renewal:…`, `subscription:…`, `intent:…`,
    `invoice:…`, `customer:…`, `method:…`, `payout:…`. Of another installation's things nothing is kept."""
    heard_by = clock.now()
    kind, _, name = about.partition(":")
    gateway = gateways.stripe_gateway()
    if kind == "payout":
        follow_payout(name)
    elif kind == "intent":
        _look_into_intent(name)
    elif kind in ("customer", "method"):
        customer = gateway.customer_of(name) if kind == "method" else name
        for one in _renewal_ids(Renewal.customer_id == customer, Renewal.ended_at.is_(None)) if customer else []:
            _look_with_alarms(one, about)
    else:
        renewal_id = read_id(name) if kind == "renewal" else None
        subscription_id = gateway.subscription_of(invoice_id=name) if kind == "invoice" else name
        which = Renewal.id == renewal_id if renewal_id else Renewal.subscription_id == subscription_id
        for one in _renewal_ids(which):
            _look_with_alarms(one, about)
    with transaction():
        services.looked_into(about, until=heard_by)


def _look_with_alarms(renewal_id: UUID, about: str) -> None:
    follow_renewal(renewal_id)
    with transaction():
        for alarm in queries.alarms_about(about):
            services.note_difference(alarm, audit.of("renewal", renewal_id))


def _renewal_ids(*which: object) -> list[UUID]:
    with transaction():
        return list(session.scalars(select(Renewal.id).where(*which)))  # type: ignore[arg-type]


def _look_into_intent(intent_id: str) -> None:
    """What an intent paid: an attempt we know, or a renewal's charge that we have not seen yet."""

    def payment_id() -> UUID | None:
        with transaction():
            return session.scalar(select(Payment.id).where(Payment.intent_id == intent_id))

    found = payment_id()
    if found is None:
        subscription_id = gateways.stripe_gateway().subscription_of(intent_id=intent_id)
        for renewal_id in _renewal_ids(Renewal.subscription_id == subscription_id) if subscription_id else []:
            follow_renewal(renewal_id)
        found = payment_id()
    if found is None:
        return
    follow(found)
    with transaction():
        for alarm in queries.alarms_about(f"intent:{intent_id}"):
            services.note_difference(alarm, audit.of("payment", found))


def follow_renewal(renewal_id: UUID) -> None:
    """Look at a renewal and its invoices at Stripe and make our rows say what is there. One at a time per renewal."""
    with alone_with(f"renewal:{renewal_id}"):
        with transaction():
            renewal = session.get(Renewal, renewal_id)
            started_by = queries.attempt_of(renewal_id)
        if renewal is None:
            return
        if renewal.subscription_id is None:
            agreed = _agreed_to(renewal, started_by)
            if agreed is None:
                return
            with transaction():
                services.start_renewal(renewal_id, subscription_id=agreed)
                renewal = session.get_one(Renewal, renewal_id)
        subscription_id = str(renewal.subscription_id)
        with transaction():
            done = queries.done_invoices(renewal_id)
        since = renewal.looked_at - LOOK_BACK if renewal.looked_at else None
        seen = gateways.stripe_gateway().look_at_renewal(subscription_id, since=since, known=done.__contains__)
        with transaction():
            services.apply_renewal(renewal_id, seen)
            services.check_stopped(session.get_one(Renewal, renewal_id))


def _agreed_to(renewal: Renewal, started_by: UUID | None) -> str | None:
    """What the page at which it is agreed to has come to. Where it begins with a charge, that attempt tells."""
    if renewal.checkout_id:
        return gateways.stripe_gateway().look_at(renewal.checkout_id).subscription_id
    if started_by:
        with transaction():
            services.follow_soon(started_by)
    return None


def open_agreement(renewal: Renewal) -> str | None:
    """The address of the page at Stripe where a renewal is agreed to that begins later; None for another."""
    if renewal.frozen is None or renewal.started_at or renewal.ended_at:
        return None
    checkout = gateways.stripe_gateway().open_checkout(
        key=f"renewal:{renewal.id}", params=office().seal.open(renewal.frozen, table="renewals", row=renewal.id)
    )
    with transaction():
        services.note_agreement(renewal.id, checkout.id)
    return checkout.url


def stop_renewal(renewal_id: UUID) -> None:
    """Have Stripe take nothing more, as was wished, and look at what is there. Bears being done twice."""
    with transaction():
        renewal = session.get(Renewal, renewal_id)
    if renewal is None or renewal.stop_wanted_at is None:
        return
    if renewal.subscription_id is None:  # not agreed to yet: its page is closed, and one that was used meanwhile is found
        if renewal.checkout_id:
            gateways.stripe_gateway().expire(renewal.checkout_id)
        follow_renewal(renewal_id)
        return
    if renewal.ended_at is None:
        gateways.stripe_gateway().stop_renewal(renewal.subscription_id, now=bool(renewal.stop_now))
    follow_renewal(renewal_id)


def change_renewal(renewal_id: UUID, *, amount: Money, months: int, paid_until: datetime, by: str) -> bool:
    """Take `amount` every `months` from the next charge on. The next charge is when what is paid for ends (`paid_until`, UTC):
    it is moved there for a new rhythm, and for one who paid a term early, late or by another way.

    False, and nothing done, where that is farther ahead than Stripe can plan (two years), or while a charge fails: to be done
    later.
    """
    with alone_with(f"renewal:{renewal_id}"):
        with transaction():
            renewal = session.get_one(Renewal, renewal_id)
        strays = rules.is_astray(renewal.next_charge_on, paid_until=clock.day_of(paid_until), today=clock.today())
        same = (renewal.cents, renewal.months) == (amount.cents, months)
        if not renewal.is_running or renewal.subscription_id is None or (same and not strays):
            return True
        moved = renewal.months != months or strays
        if renewal.failing_invoice_id or (moved and paid_until - clock.now() > FARTHEST):
            return False
        gateways.stripe_gateway().change_renewal(
            renewal.subscription_id,
            amount=amount,
            months=months,
            next_charge_at=max(paid_until, clock.now() + timedelta(hours=1)) if moved else None,
        )
        with transaction():
            held = session.get_one(Renewal, renewal_id, with_for_update=True)
            if not same:
                services.note_change(held, amount=amount, months=months, by=by)
            services.look_at_renewal_soon(renewal_id)
    return True


def open_portal(renewal: Renewal, *, back_to: str) -> str | None:
    """The address of Stripe's page where another card or account is set; None for a renewal without a customer there."""
    return gateways.stripe_gateway().open_portal(renewal.customer_id, back_to=back_to) if renewal.customer_id else None


def page_of_failing(renewal: Renewal) -> str | None:
    """The address of Stripe's page where a charge that failed is paid, with another card if need be; None if none waits."""
    return gateways.stripe_gateway().invoice_page(renewal.failing_invoice_id) if renewal.failing_invoice_id else None


def try_failing(renewal_id: UUID) -> None:
    """There is another card: charge what failed to it now rather than at the next try."""
    with transaction():
        renewal = session.get(Renewal, renewal_id)
    if renewal and renewal.failing_invoice_id and renewal.ended_at is None:
        gateways.stripe_gateway().try_invoice(renewal.failing_invoice_id)
        follow_renewal(renewal_id)


def paid_elsewhere(renewal_id: UUID) -> None:
    """What a renewal tries in vain was paid by bank or in cash: have Stripe ask for it no more."""
    follow_renewal(renewal_id)
    with transaction():
        renewal = session.get(Renewal, renewal_id)
    if renewal and renewal.failing_invoice_id and renewal.ended_at is None:
        gateways.stripe_gateway().paid_elsewhere(renewal.failing_invoice_id)
        follow_renewal(renewal_id)


def follow_payout(payout_id: str) -> None:
    """Post what a payout to our bank moved; put before a person one that failed, or that its parts do not add up to."""
    gateway = gateways.stripe_gateway()
    payout = gateway.payout(payout_id)
    wrong = gateway.payout_faults(payout_id) if payout.status == "paid" else Money(0, payout.amount.currency)
    with transaction():
        for move in payout.moves:
            services.post_move(move)
        if payout.status in ("failed", "canceled"):
            services.note_difference("payout failed", f"payout:{payout_id}", cents=payout.amount.cents)
        if wrong:
            services.note_difference("payout", f"payout:{payout_id}", cents=wrong.cents)
