"""Errand: letters are handed to the mail server, one after another, and each asks first. No transaction is open meanwhile."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from app.ground import clock, jobs, mail
from app.ground.db import alone_with, session, transaction
from app.ground.mail import Handed, Postman
from app.party.branches.scope import Scope, looking_as

from . import queries, rules, services
from .queries.progress import part
from .rules import Skip

TRY_AGAIN, AWAY = timedelta(minutes=15), timedelta(minutes=1)


def send(mailing_id: UUID) -> None:
    """One turn of a mailing: a few parts of its list. Killed in between, the next turn does the same part again and comes to
    the same: who has a letter is not written to anew, and a letter that has gone does not go again.

    One at a time a mailing, over all processes. While the mail server is away it waits a minute at a time.
    """
    with alone_with(f"mailing:{mailing_id}"):
        with transaction():
            turn = services.next_turn(mailing_id, on=clock.today())
        if turn is None:
            return
        try:
            until = time.monotonic() + rules.A_TURN.total_seconds()
            with _postman() as postman:
                for number in turn.parts:
                    if not _send_part(mailing_id, number, turn.scope, postman, until):
                        break
        except OSError:  # the mail server is away (smtplib’s own are OSErrors, too): what was written waits
            with transaction():
                jobs.enqueue("mailing.send", mailing=mailing_id, at=clock.now() + AWAY, once=True)
            return
        with transaction():
            services.come_back(mailing_id)  # which finds nothing to do, where it was stopped


@contextmanager
def _postman() -> Iterator[Postman | None]:
    carrier = mail.office().postman
    if carrier is None:  # the demo: letters wait in its mailbox
        yield None
        return
    with carrier.on_a_round() as postman:
        yield postman


def _send_part(mailing_id: UUID, number: int, scope: Scope, postman: Postman | None, until: float) -> bool:
    """False where it is not done: stopped meanwhile, polling day has begun, or the rate lets no more go in this turn."""
    with transaction():
        waiting = part(mailing_id, number)
    sent, skipped = 0, Counter[Skip]()
    for person_id in waiting:
        if time.monotonic() > until:
            return False
        became = _send_one(mailing_id, person_id, scope, postman)
        if became is None:
            return False
        if became is Handed.SENT:
            sent += 1
        else:
            assert isinstance(became, Skip)
            skipped[became] += 1
    with transaction():
        services.end_part(mailing_id, number, sent=sent, skipped=skipped)
    return True


def _send_one(mailing_id: UUID, person_id: UUID, scope: Scope, postman: Postman | None) -> Handed | Skip | None:
    with looking_as(scope), transaction():
        mailing = queries.find(mailing_id)
        if mailing is None or mailing.state != "sending":
            return None
        letter_id = services.write_to(mailing, person_id, scope, on=clock.today())
    if isinstance(letter_id, Skip):
        return letter_id
    if not _comes_its_turn(mailing_id, letter_id):
        return None
    try:
        handed = mail.hand_over(letter_id, postman)
    except mail.Refused:  # for now: a mailbox is full, or greets strangers late
        with transaction():
            jobs.enqueue("mail.deliver", letter=letter_id, at=clock.now() + TRY_AGAIN, once=True)
        return Skip.LATER
    match handed:
        case Handed.SENT:
            return handed
        case Handed.REFUSED:
            return Skip.REFUSED
        case Handed.QUIET:
            return None
        case Handed.HELD:
            with transaction():
                mailing = queries.find(mailing_id)
                return Skip.WITHDREW if mailing and mailing.state == "sending" else None


def _comes_its_turn(mailing_id: UUID, letter_id: UUID) -> bool:
    """Wait for a letter’s turn; none for one that is not to be handed over again. False where it is too far away."""
    with transaction():
        letter = session.get(mail.Letter, letter_id)
        wait = timedelta() if letter is None or letter.sent_at or letter.refused_at else services.take_turn(mailing_id)
    if wait is None:
        return False
    time.sleep(wait.total_seconds())
    return True
