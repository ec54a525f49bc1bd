"""Letters: written and sealed in the transaction that causes them, delivered by the worker, at most one per key.

A letter is rendered when it is posted, so what was sent can be shown later and a changed template rewrites nothing.
"""

from __future__ import annotations

import base64
import enum
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
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
    """One letter. `key` says what it is about, once: `welcome:<payment id>`. The text and the address are sealed.

    Waiting, until it is sent, or refused for good by the mail server (`refused_at`: there is no such mailbox).
    """

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
    refused_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Opened:
    """A letter as a person reads it. `return_path`: where what cannot be delivered comes back to; empty for the sender."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    queued_at: datetime
    sent_at: datetime | None
    headers: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ""


class Postman(Protocol):
    def deliver(self, letter: Opened) -> None:
        """Hand one letter to the mail server. Raises Refused; anything else that is raised is tried again."""


class Carrier(Postman, Protocol):
    def on_a_round(self) -> AbstractContextManager[Postman]:
        """A postman who hands over many letters without greeting the server anew each time."""


class Refused(Exception):
    """The mail server will not take a letter for this address, now (`for_good` False) or ever. `code`: what it said, as 550."""

    def __init__(self, code: int):
        self.code, self.for_good = code, code >= 500
        super().__init__(code)


class Handed(enum.StrEnum):
    """What became of a letter that was to be handed over."""

    SENT = "sent"
    HELD = "held"  # whoever wrote it does not want it to go, or its text is gone
    REFUSED = "refused"
    QUIET = "quiet"  # it is polling day


@dataclass
class Office:
    """What this installation writes and sends with; hired once by create_app."""

    seal: Seal
    public_url: str
    render: Callable[..., str]
    postman: Carrier | None = None
    party_name: str = ""
    promoter: str = ""
    accent: str = "#000000"
    bounces: str = ""  # where letters come back to, with a tag for each after a plus; empty: to the sender


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
    letter_id = write(template, to=to, key=key, kind=kind, person_id=person_id, **data)
    if letter_id:
        jobs.enqueue("mail.deliver", letter=letter_id)


def write(
    template: str,
    *,
    to: str,
    key: str,
    kind: Kind,
    person_id: UUID | None = None,
    letter_id: UUID | None = None,
    headers: Mapping[str, str] | None = None,
    **data: Any,
) -> UUID | None:
    """The same, and whoever writes hands it over (`hand_over`); `sweep` does where they do not. None if it was written before.

    `letter_id`: where the text must know it (a link). `headers`: of the message, besides our own.
    """
    letter_id = letter_id or new_id()
    written = drawn(template, **data)
    sealed = office().seal.close({"to": to, **written, "headers": dict(headers or {})}, table="letters", row=letter_id)
    return session.scalar(
        insert(Letter)
        .values(id=letter_id, key=key, template=template, kind=kind, person_id=person_id, sealed=sealed, queued_at=clock.now())
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Letter.id)
    )


def drawn(template: str, **data: Any) -> dict[str, str]:
    """`subject`, `text` and `html` of a letter, without writing it down."""
    head, _, body = office().render(f"mail/{template}.txt", **data).partition("\n")
    subject = head.removeprefix("Subject:").strip()
    return {"subject": subject, "text": body.strip() + "\n", "html": office().render(f"mail/{template}.html", **data)}


def open_letter(letter: Letter) -> Opened:
    assert letter.sealed is not None
    sealed = office().seal.open(letter.sealed, table="letters", row=letter.id)
    return Opened(
        id=letter.id, queued_at=letter.queued_at, sent_at=letter.sent_at,
        to=sealed["to"], subject=sealed["subject"], text=sealed["text"], html=sealed["html"],
        headers=sealed.get("headers", {}), return_path=return_path(letter.id),
    )  # fmt: skip


def return_path(letter_id: UUID) -> str:
    """Where one letter comes back to when it cannot be delivered: the address for bounces with a tag that only we can make.
    Empty where there is no such address."""
    local, _, host = office().bounces.rpartition("@")
    return f"{local}+{_tag(letter_id)}@{host}" if local else ""


def letter_at(address: str) -> UUID | None:
    """The letter whose return path this is, if we made it. Asks no database."""
    tag = address.rpartition("@")[0].rpartition("+")[2].lower()
    try:
        letter_id = UUID(bytes=base64.b32decode(tag[:26].upper() + "======"))
    except ValueError:
        return None
    return letter_id if hmac.compare_digest(tag.encode(), _tag(letter_id).encode()) else None


def _tag(letter_id: UUID) -> str:
    """26 letters for the id and 12 that prove it, in one case: a local part has 64 letters at most, and may be folded."""
    spelt = base64.b32encode(letter_id.bytes).decode().rstrip("=").lower()
    return spelt + office().seal.token("return path", letter_id)[:12]


_guards: list[Callable[[Letter], bool]] = []
_told: list[Callable[[Letter, str, int], None]] = []


def ask_before_sending(may_go: Callable[[Letter], bool]) -> None:
    """Told once, by the wiring: who is asked, in the transaction that reads a letter to be sent, whether it may still go."""
    if may_go not in _guards:
        _guards.append(may_go)


def tell_of_refusals(told: Callable[[Letter, str, int], None]) -> None:
    """Told once, by the wiring: who hears that the mail server refused a letter for good: the letter, its address, the code."""
    if told not in _told:
        _told.append(told)


def deliver(letter: str) -> None:
    """Chore: hand one letter to the mail server, once. On polling day it waits for the close of the poll."""
    handed = hand_over(UUID(letter), office().postman)
    if handed is Handed.QUIET:
        with transaction():
            jobs.enqueue("mail.deliver", letter=letter, at=polling.silent_until(clock.now()), once=True)


def hand_over(letter_id: UUID, postman: Postman | None) -> Handed:
    """Hand one letter to the mail server, if that was not done before and whoever wrote it still wants it to go. Stands outside
    of any transaction. Raises what the postman raises, but no refusal for good: that is written down.

    A crash between the server's yes and our note of it can send a letter twice; its Message-ID is the same both times.
    """
    with alone_with(f"letter:{letter_id}"):
        with transaction():
            row = session.get(Letter, letter_id)
            if row is None or row.sealed is None:
                return Handed.HELD
            if row.sent_at or row.refused_at:
                return Handed.SENT if row.sent_at else Handed.REFUSED
            if row.kind != Kind.ANSWER and polling.silent_until(clock.now()):
                return Handed.QUIET
            if not all(may_go(row) for may_go in _guards):
                return Handed.HELD
            opened = open_letter(row)
        try:
            if postman:
                postman.deliver(opened)
        except Refused as refusal:
            if not refusal.for_good:
                raise
            _note_refused(opened, refusal.code)
            return Handed.REFUSED
        with transaction():
            session.execute(update(Letter).where(Letter.id == letter_id).values(sent_at=clock.now()))
        return Handed.SENT


def _note_refused(opened: Opened, code: int) -> None:
    with transaction():
        row = session.get_one(Letter, opened.id)
        row.refused_at = clock.now()
        for tell in _told:
            tell(row, opened.to, code)


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
    waiting = (Letter.sent_at.is_(None), Letter.refused_at.is_(None), Letter.sealed.is_not(None))
    unsent = select(Letter.id).where(*waiting, Letter.queued_at < waiting_since)
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
