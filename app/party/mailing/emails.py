"""Letters of this room: one to each of many, and a test to whoever wrote it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.ground import jobs, mail
from app.ground.ids import new_id
from app.ground.mail import Kind
from app.party.people import queries as people
from app.party.people.models import Details, Person
from app.party.roster.models import OnRoster

from . import queries, rules
from .models import Mailing
from .queries.progress import key_of


def letter(mailing: Mailing, row: OnRoster, details: Details, *, on: date) -> UUID | None:
    """Write the one letter of a mailing to one person; whoever asks hands it over. None if it was written before."""
    return _post("mailing/letter", mailing, row, details, person_id=row.person_id, key=key_of(mailing.id, row.person_id), on=on)


def test(mailing: Mailing, row: OnRoster | None, details: Details, *, person_id: UUID, on: date) -> None:
    """The same to oneself, filled in with one’s own details, now: it was asked for."""
    key = f"mailing-test:{mailing.id}:{new_id()}"
    letter_id = _post("mailing/letter", mailing, row, details, person_id=person_id, key=key, on=on, test=True)
    assert letter_id is not None
    jobs.enqueue("mail.deliver", letter=letter_id)


def to_officer(mailing: Mailing, what: str, person: Person, *, key: str) -> None:
    """What became of a letter, in counts and its subject as it was typed: nobody to whom it goes is in it."""
    details = people.details_of(person)
    mail.post(
        "mailing/told",
        to=details.email,
        key=key,
        kind=Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        what=what,
        about=queries.written(mailing).subject,
        because=rules.WHYS[rules.Why(mailing.refused_because)]
        if what == "refused" and mailing.refused_because
        else mailing.stopped_because,
        progress=queries.progress(mailing) if mailing.confirmed_at else None,
        url=mail.address(f"/org/mailings/{mailing.id}"),
    )


def _post(
    template: str, mailing: Mailing, row: OnRoster | None, details: Details, *, person_id: UUID, key: str, on: date,
    test: bool = False,
) -> UUID | None:  # fmt: skip
    letter_id = new_id()
    said = queries.drawn_for(mailing, letter_id, row, details, on=on, test=test)
    return mail.write(
        template,
        to=details.email,
        key=key,
        kind=Kind.ANSWER if test else Kind(mailing.kind),
        person_id=person_id,
        letter_id=letter_id,
        headers=_headers(said["stop_url"]),
        **said,
    )


def _headers(stop_url: str) -> dict[str, str]:
    """How a mail program offers to stop it, in one press of its own (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop_url else {}
