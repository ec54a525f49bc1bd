"""Chores of this room. Each bears being done twice."""

from __future__ import annotations

import structlog

from app.ground import clock
from app.ground.db import transaction

from . import queries, services

log = structlog.get_logger()


def ask_again() -> None:
    """Daily: what a monthly gift is about to take, the law is asked about again, a gift at a time. One that fails does not
    stop the others."""
    on = clock.today()
    with transaction():
        soon = queries.charged_soon(on=on)
    for renewal_id in soon:
        try:
            with transaction():
                services.ask_again(renewal_id, on=on)
        except Exception as error:
            log.error("gift_not_asked_about", renewal=str(renewal_id), kind=type(error).__name__)


def judge_again() -> None:
    """Daily: what must be done about donations is found again where time, or a called election, may have changed it."""
    on = clock.today()
    with transaction():
        donors, anonymous = queries.to_judge_again(on=on)
    for donor_id in donors:
        with transaction():
            services.judge_donor(donor_id, on=on)
    for donation_id in anonymous:
        with transaction():
            services.judge_anonymous(donation_id, on=on)


def write_to_officers() -> None:
    """Daily, in the morning: what is due within five working days."""
    with transaction():
        services.write_to_officers(on=clock.today())


def watch_declines() -> None:
    """Every ten minutes: when more cards are refused within an hour than donors have, an officer must look."""
    with transaction():
        services.watch_declines()


def forget_offers() -> None:
    """Daily: let go of who offered what came to nothing."""
    while True:
        with transaction():
            left = services.forget_offers(on=clock.today())
        if not left:
            return
