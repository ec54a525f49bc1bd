"""Verbs: members whose electorate was said by an older set are asked again where they live."""

from __future__ import annotations

from datetime import date

from app.party.electorates import queries as electorates
from app.party.electorates import services as electorate_services
from app.party.people import queries as people

from .. import emails, queries

AT_ONCE = 200


def ask_again(*, on: date) -> int:
    """Write to the next members who had said where they live in an older set, once for each set. They stay in their branch, and
    belong to no electorate of the new set, until they answer. Returns to how many."""
    now = electorates.set_on(on)
    if now is None:
        return 0
    asked = queries.to_ask(on=on, most=AT_ONCE)
    for person_id in asked:
        old = electorates.asked_again(person_id, on=on)
        electorate_services.note_asked(person_id, set_code=now.code)
        if old is not None:
            emails.where_you_live(people.get_person(person_id), old=old, now=now)
    return len(asked)
