"""Nouns: a person, what they allowed, the links and sessions that let them in."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed


@dataclass(frozen=True)
class Details:
    """What names a person. It exists in memory only; at rest it is `people.sealed`."""

    name: str
    email: str
    address: str = ""
    phone: str = ""
    born_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "email": self.email,
            "address": self.address,
            "phone": self.phone,
            "born_on": self.born_on.isoformat() if self.born_on else None,
        }

    @classmethod
    def from_json(cls, sealed: dict[str, Any]) -> Details:
        born = sealed.get("born_on")
        return cls(**{**sealed, "born_on": date.fromisoformat(born) if born else None})

    def but(self, **changes: Any) -> Details:
        return replace(self, **changes)


class Person(Base):
    """Anyone we know. Once erased, only the id is left, so that money and evidence kept by law still have a subject.

    same_as: the person this record is part of, since `same_since`; `same_proven`: its own mailbox has said so. The database
    works all three out from the room of merging (migration 0027); the application cannot write them.
    """

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("email_index"),
        CheckConstraint("(sealed is null) = (erased_at is not null)", "sealed_until_erased"),
        Index("ix_people_cannot_enrol", "id", postgresql_where="can_enrol <> 'yes'"),
        Index("ix_people_same_as", "same_as", postgresql_where="same_as is not null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[Sealed | None]
    email_index: Mapped[bytes | None]
    can_enrol: Mapped[str | None]
    created_at: Mapped[datetime]
    email_confirmed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    same_as: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    same_since: Mapped[datetime | None]
    same_proven: Mapped[bool | None]


class NameBuckets(Base):
    """Search by name prefix without names: keyed, short buckets that can be rebuilt and need no backup."""

    __tablename__ = "people_name_buckets"
    __table_args__ = (Index("ix_people_name_buckets_buckets", "buckets", postgresql_using="gin"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    buckets: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class Likeness(Base):
    """What two records of one person would share, as keyed values that name nobody: the database finds pairs by them."""

    __tablename__ = "people_likenesses"
    __table_args__ = (
        *(
            Index(f"ix_people_likenesses_{name}", name, postgresql_where=f"{name} is not null")
            for name in ("name_born", "phone", "mailbox", "home")
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name_born: Mapped[int | None]
    phone: Mapped[int | None]
    mailbox: Mapped[int | None]
    home: Mapped[int | None]


class Consent(Base):
    """A yes or a no, said once, with its source and wording. Append-only; the latest of a kind holds."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_by_letter", "source", postgresql_where="source like 'mailing:%'"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    given: Mapped[bool]
    wording: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]


class Bounce(Base):
    """A letter that came back. `for_good`: there is no such mailbox (a code 5.…); else it was full or away. The address itself
    is not kept, only its keyed index: of the address it was then, whatever the person’s is now."""

    __tablename__ = "bounces"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    letter_id: Mapped[UUID] = mapped_column(unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    email_index: Mapped[bytes] = mapped_column(index=True)
    for_good: Mapped[bool]
    code: Mapped[str]
    at: Mapped[datetime]


class Purpose(enum.StrEnum):
    """What a one-time link opens."""

    SIGN_IN = "sign-in"
    SUPPORT = "support"
    RESUME = "resume"
    SAME = "same"


class OneTimeLink(Base):
    """A link sent by letter. Its secret is derived from the id and a key outside the database, and is stored nowhere."""

    __tablename__ = "one_time_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    subject_id: Mapped[UUID | None]
    sealed: Mapped[Sealed | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """One browser that is signed in. The cookie holds a random token, the row its SHA-256."""

    __tablename__ = "sign_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    how: Mapped[str]
    device: Mapped[str]
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    strong_at: Mapped[datetime | None]  # when whoever sits there last proved a second step


class Passkey(Base):
    __tablename__ = "passkeys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    label: Mapped[str]
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Authenticator(Base):
    """An app that shows a new code every 30 seconds (RFC 6238). Its secret is sealed; a code is good once.

    `confirmed_at` is None until the first code has shown that the app has the secret.
    """

    __tablename__ = "authenticators"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sealed: Mapped[Sealed]
    label: Mapped[str]
    added_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]
    last_used_at: Mapped[datetime | None]
