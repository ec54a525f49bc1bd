"""Chores of this room. Each bears being done twice."""

from __future__ import annotations

from uuid import UUID

from app.ground import clock
from app.ground.db import transaction
from app.party.branches.scope import HOUSE, looking_as

from . import papers, queries, services


def watch() -> None:
    """Every ten minutes: how many count now is kept as today’s row, and what must be told the Commission is found the same
    day."""
    on = clock.today()
    with looking_as(HOUSE):
        with transaction():  # first what cannot wait: a number costs milliseconds, why it moved takes seconds at scale
            services.find_duties(count=queries.count(on=on), on=on)
        with transaction():
            services.count_today(on=on)
        with transaction():
            services.fill_in(on=on)


def write_to_secretary() -> None:
    """Daily, in the morning: what must be told the Commission soon, or at once."""
    with transaction():
        services.write_to_secretary(on=clock.today())


def ask_again() -> None:
    """Daily: after a change of electorates, members are asked again where they live, some hundreds at a time."""
    with looking_as(HOUSE):
        while True:
            with transaction():
                if not services.ask_again(on=clock.today()):
                    return


def print_paper(paper: str) -> None:
    """Make a pack into one PDF, as whoever asked for it. No transaction is open while it is typeset."""
    with looking_as(HOUSE):
        with transaction():
            facts = services.begin_paper(UUID(paper))
        if facts is not None:
            pdf = papers.pack_pdf(facts)
            with transaction():
                services.keep_paper(UUID(paper), pdf, members=len(facts["members"]))


def forget_papers() -> None:
    """Daily: PDFs of packs whose days are over are emptied."""
    with transaction():
        services.forget_papers()
