"""Verb: whoever has a letter says no to news, by the link in it or by a press of their mail program."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import lock_for_now, session
from app.ground.mail import Letter
from app.party.people import services as people

from .. import rules
from ..queries.asking import read_mailing_id


def withdraw(letter_id: UUID) -> None:
    """Withdraw the one consent that letters of campaign class rest on, of whoever the letter was written to; nothing else of
    theirs is touched. Saying it again adds nothing. The source is the mailing."""
    letter = session.get(Letter, letter_id)
    mailing_id = read_mailing_id(letter.key) if letter else None
    if letter is None or letter.person_id is None or mailing_id is None:
        return
    lock_for_now(f"consent:{letter.person_id}")
    people.change_consent(
        letter.person_id, kind=rules.NEWS, given=False, source=f"mailing:{mailing_id}", by=f"person:{letter.person_id}"
    )
