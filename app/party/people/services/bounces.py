"""Verbs: a letter came back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import Letter, open_letter

from .. import queries
from ..models import Bounce, Person


def note_bounce(letter: Letter, *, code: str, to: str | None = None) -> bool:
    """Write down that a letter came back, and why (an enhanced status code, RFC 3463: 5.1.1). A code 5.… is for good: nothing
    but what the law requires is sent there again until the mailbox is confirmed anew. False where the letter’s text, and with
    it the address, is gone, or where as much was known already; a return for good outweighs one that is not.

    `to`: the letter’s address where the caller has it open already.
    """
    if to is None and letter.sealed is None:
        return False
    to = to or open_letter(letter).to
    for_good = code.startswith("5")
    noted = insert(Bounce).values(
        id=new_id(), letter_id=letter.id, person_id=letter.person_id, email_index=queries.email_index(to), for_good=for_good,
        code=code, at=clock.now(),
    )  # fmt: skip
    worse = noted.on_conflict_do_update(
        index_elements=["letter_id"],
        set_={"for_good": noted.excluded.for_good, "code": noted.excluded.code, "at": noted.excluded.at},
        where=Bounce.for_good.is_(False) & noted.excluded.for_good,
    )
    written = session.scalar(worse.returning(Bounce.id)) is not None
    if written and letter.person_id:
        audit.record(Action.LETTER_BOUNCED, audit.of("person", letter.person_id), by="system", letter=str(letter.id), code=code)
    return written


def note_returned(letter_id: UUID, *, code: str) -> bool:
    """The same of a letter that a report names. False for one we do not know."""
    letter = session.get(Letter, letter_id)
    return letter is not None and note_bounce(letter, code=code)


def note_refusal(letter: Letter, to: str, code: int) -> None:
    """The mail server itself refused a letter for good: 550 and its like, without an enhanced code of its own."""
    note_bounce(letter, code=f"{code // 100}.0.0", to=to)


def forget_bounces(person: Person) -> None:
    """Forget what came back from a person’s mailbox: somebody has used a link that was sent to it."""
    if person.email_index:
        session.execute(delete(Bounce).where(Bounce.email_index == person.email_index))


def forget_bounces_of(person_id: UUID) -> None:
    """Forget everything that came back from any mailbox of a person."""
    session.execute(delete(Bounce).where(Bounce.person_id == person_id))
