"""Asking Stripe about everything, after an outage of an hour or of forty days: what our rows lack is filled in, what does not
agree is put before a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import gateways
from app.gateways.stripe import Away, BalanceMove, Refused
from app.ground import audit, clock
from app.ground.db import transaction
from app.law.money import Money

from .. import queries, services
from ..models import Account
from .attempts import follow, follow_all, sweep
from .renewals import follow_payout, follow_renewal, look_into, stop_renewal

SETTLES_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Found:
    """How much was looked at, and in sentences what does not agree (each is on the work list)."""

    attempts: int
    renewals: int
    moves: int
    faults: list[str]


def reconcile(*, days: int, currency: str = "NZD", every: bool = True) -> Found:
    """Hear Stripe's events (30 days at most), then look at open attempts, renewals, open disputes and refunds, every balance
    transaction of the last `days` days and the balance. One that fails does not stop the others. `every`: look at each
    renewal, and not only at those that are failing, to be stopped, due around now, or were not looked at for a month. Raises
    Away if Stripe cannot be reached at all."""
    began = clock.now()
    faults: list[str] = []
    sweep(hours=min(days, 30) * 24)
    with transaction():
        attempts = list(dict.fromkeys(queries.still_open() + queries.to_follow()))
    failed = follow_all(attempts)
    with transaction():
        for payment_id, _ in failed:
            services.note_difference("not looked at", audit.of("payment", payment_id))
        services.close_all_but("not looked at", [audit.of("payment", one) for one, _ in failed], found_before=began)
    faults += [f"Payment {payment}: {why}" for payment, why in failed]
    renewals, broken = _renewals(began, every=every)
    moves = _moves(began - timedelta(days=days))
    broken += _underway()
    _untold(began)
    _look_into_left()
    faults += broken + _balance(currency) + _late(currency)
    with transaction():
        faults += [f"{one.kind}: {one.subject}" for one in queries.open_differences()]
    return Found(len(attempts), renewals, moves, list(dict.fromkeys(faults)))


def _renewals(began: datetime, *, every: bool) -> tuple[int, list[str]]:
    with transaction():
        running = queries.not_ended() if every else queries.to_look_after(on=clock.today())
    faults, broken = [], []
    for renewal_id in running:
        try:
            stop_renewal(renewal_id)  # where that was wished and has not happened
            follow_renewal(renewal_id)
        except (Away, Refused) as reason:
            faults.append(f"Renewal {renewal_id}: {type(reason).__name__}: {reason}")
            broken.append(audit.of("renewal", renewal_id))
            with transaction():
                services.note_difference("renewal", broken[-1])
    if every:
        with transaction():
            services.close_all_but("renewal", broken, found_before=began)
    return len(running), faults


def _underway() -> list[str]:
    """How disputes and refunds ended that we know as open: a dispute that is lost moves no money, so no balance shows it."""
    with transaction():
        intents = queries.intents_with_money_underway()
    faults = []
    for intent in intents:
        try:
            look_into(f"intent:{intent}")
        except (Away, Refused) as reason:
            faults.append(f"{intent}: {type(reason).__name__}: {reason}")
    return faults


def _moves(since: datetime) -> int:
    """Every movement on the balance stands in the ledger: with the payment it belongs to, or in suspense before a person."""
    count = 0
    for move in gateways.stripe_gateway().moves_since(since):
        count += 1
        with transaction():
            missing = not queries.is_posted(move.id)
        if missing:
            _place(move)
    return count


def _place(move: BalanceMove) -> None:
    if move.intent_id:
        look_into(f"intent:{move.intent_id}")
    elif move.kind.startswith("payout") and move.source:
        follow_payout(move.source)
    with transaction():
        if queries.is_posted(move.id):
            return
        of_nobody = services.AGAINST.get(move.kind) in (None, Account.STRIPE_UNSETTLED)
        services.post_move(move, against=Account.SUSPENSE if of_nobody else None)
        if of_nobody:
            services.note_difference("unknown money", f"balance:{move.id}", cents=move.net.cents)


def _untold(began: datetime) -> None:
    """Money that nobody was credited with: once more, then before a person."""
    with transaction():
        waiting = queries.untold()
    for payment_id in waiting:
        with transaction():
            services.tell_again(payment_id)
    with transaction():
        still = [audit.of("payment", payment_id) for payment_id in queries.untold()]
        for subject in still:
            services.note_difference("not told", subject)
        services.close_all_but("not told", still, found_before=began)


def _look_into_left() -> None:
    with transaction():
        left = queries.to_look_into()
    for about in left:
        try:
            look_into(about)
        except (Away, Refused):
            continue  # it stays unanswered, and is counted


def _balance(currency: str) -> list[str]:
    """The ledger's `stripe:balance` is what Stripe holds of ours."""
    theirs = gateways.stripe_gateway().balance(currency)
    with transaction():
        ours = queries.sum_of(Account.STRIPE_BALANCE, currency)
        wrong = theirs - ours
        if wrong:
            services.note_difference("balance", f"currency:{currency}", cents=wrong.cents)
        else:
            services.close_differences("balance", f"currency:{currency}", by="system", because="found no more")
    return [f"Stripe holds {theirs}, the ledger says {ours}."] if wrong else []


def _late(currency: str) -> list[str]:
    """Money Stripe took more than three days ago has reached the balance."""
    with transaction():
        late = queries.unsettled_since(clock.now() - SETTLES_WITHIN)
    for payment_id in late:
        follow(payment_id)
    with transaction():
        late = queries.unsettled_since(clock.now() - SETTLES_WITHIN)
        for payment_id in late:
            services.note_difference("not settled", audit.of("payment", payment_id))
        services.close_all_but("not settled", [audit.of("payment", one) for one in late], found_before=clock.now())
        unsettled = queries.sum_of(Account.STRIPE_UNSETTLED, currency)
    return [f"{unsettled} has not reached the balance for more than three days."] if late and unsettled != Money(0) else []
