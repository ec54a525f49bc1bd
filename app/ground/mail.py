"""Letters: written and sealed in the transaction that causes them, delivered by the worker, at most one per key.

A letter is rendered when it is posted, so what was sent can be shown later and a changed template rewrites nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.law import polling

from . import clock, jobs
from .db import Base, alone_with, session, transaction
from .ids import new_id
from .seal import Seal
from .sealed import Sealed


class Kind(enum.StrEnum):
    """Why a letter goes out. Only a campaign letter can be unsubscribed from; an answer was asked for a moment ago."""

    STATUTORY = "statutory"
    SERVICE = "service"
    CAMPAIGN = "campaign"
    ANSWER = "answer"


class Letter(Base):
    """One letter. `key` says what it is about, once: `welcome:<payment id>`. The text and the address are sealed."""

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("key"), Index("ix_letters_unsent", "queued_at", postgresql_where="sent_at is null"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    template: Mapped[str]
    kind: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    sealed: Mapped[Sealed | None]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Opened:
    """A letter as a person reads it."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    queued_at: datetime
    sent_at: datetime | None


class Postman(Protocol):
    def deliver(self, letter: Opened) -> None: ...


@dataclass
class Office:
    """What this installation writes and sends with; hired once by create_app."""

    seal: Seal
    public_url: str
    render: Callable[..., str]
    postman: Postman | None = None
    party_name: str = ""
    promoter: str = ""
    accent: str = "#000000"


_office: Office | None = None


def hire(office: Office) -> None:
    global _office
    _office = office


def office() -> Office:
    assert _office is not None, "create_app hires the office"
    return _office


def address(path: str) -> str:
    """The full address of one of our own pages, from PUBLIC_URL, never from a Host header."""
    return office().public_url + path


def post(template: str, *, to: str, key: str, kind: Kind, person_id: UUID | None = None, **data: Any) -> None:
    """Write one letter from `templates/mail/<template>.txt` and `.html`, and have it delivered once this transaction is kept.

    The text's first line is `Subject: …`. A second letter with the same key is the same letter and is not written.
    """
    text = office().render(f"mail/{template}.txt", **data)
    head, _, body = text.partition("\n")
    subject = head.removeprefix("Subject:").strip()
    letter_id = new_id()
    sealed = office().seal.close(
        {"to": to, "subject": subject, "text": body.strip() + "\n", "html": office().render(f"mail/{template}.html", **data)},
        table="letters",
        row=letter_id,
    )
    written = session.execute(
        insert(Letter)
        .values(id=letter_id, key=key, template=template, kind=kind, person_id=person_id, sealed=sealed, queued_at=clock.now())
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Letter.id)
    ).first()
    if written:
        jobs.enqueue("mail.deliver", letter=letter_id)


def open_letter(letter: Letter) -> Opened:
    assert letter.sealed is not None
    sealed = office().seal.open(letter.sealed, table="letters", row=letter.id)
    return Opened(
        id=letter.id, queued_at=letter.queued_at, sent_at=letter.sent_at,
        to=sealed["to"], subject=sealed["subject"], text=sealed["text"], html=sealed["html"],
    )  # fmt: skip


def deliver(letter: str) -> None:
    """Chore: hand one letter to the mail server, once. On polling day it waits for the close of the poll.

    A crash between the server's yes and our note of it can send a letter twice; its Message-ID is the same both times.
    """
    with alone_with(f"letter:{letter}"):
        with transaction():
            row = session.get(Letter, UUID(letter))
            if row is None or row.sent_at or row.sealed is None:
                return
            quiet_until = None if row.kind == Kind.ANSWER else polling.silent_until(clock.now())
            if quiet_until:
                jobs.enqueue("mail.deliver", letter=letter, at=quiet_until, once=True)
                return
            opened = open_letter(row)
        postman = office().postman
        if postman:
            postman.deliver(opened)
        with transaction():
            session.execute(update(Letter).where(Letter.id == opened.id).values(sent_at=clock.now()))


def newest(limit: int = 50) -> list[Opened]:
    """The latest letters, for the demo's mailbox."""
    rows = session.scalars(select(Letter).where(Letter.sealed.is_not(None)).order_by(Letter.id.desc()).limit(limit))
    return [open_letter(row) for row in rows]


def letters_to(person_id: UUID, *, most: int | None = None) -> list[Opened]:
    """Every letter written to one person, or the `most` recent, newest first."""
    rows = session.scalars(
        select(Letter).where(Letter.person_id == person_id, Letter.sealed.is_not(None)).order_by(Letter.id.desc()).limit(most)
    )
    return [open_letter(row) for row in rows]


def forget(person_id: UUID) -> None:
    """Erase what letters to one person said; that they were sent stays. Unsent ones are not sent."""
    session.execute(update(Letter).where(Letter.person_id == person_id).values(sealed=None))


def forget_letters_about(subject: str) -> None:
    """Erase what letters whose key begins with `subject:` said; that they were sent stays. Unsent ones are not sent."""
    session.execute(
        update(Letter)
        .where(Letter.key >= f"{subject}:", Letter.key < f"{subject};", Letter.sealed.is_not(None))
        .values(sealed=None)
    )


def resend(*, waiting_since: datetime) -> None:
    """Have every letter delivered that was written before a moment and could not be: a mail server may be away for days."""
    unsent = select(Letter.id).where(Letter.sent_at.is_(None), Letter.sealed.is_not(None), Letter.queued_at < waiting_since)
    for letter in session.scalars(unsent.order_by(Letter.id).limit(1000)):
        jobs.enqueue("mail.deliver", letter=letter, once=True)


def sweep() -> None:
    """Chore: try again what the mail server would not take."""
    with transaction():
        resend(waiting_since=clock.ago(minutes=45))


def forget_letters(keys: Sequence[str]) -> None:
    """Erase what the letters with these keys said; that they were sent stays. Unsent ones are not sent."""
    if keys:
        session.execute(update(Letter).where(Letter.key.in_(keys)).values(sealed=None))
