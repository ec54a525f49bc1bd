"""Nouns: a file of people that was sent, its raw parts while they are needed, and what each of its rows is and became."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed


class PeopleImport(Base):
    """A file somebody sent, from the sending to the end of the time in which it can be taken back.

    `sealed`: its headings and first rows, and what each column was said to be. Each moment is written once; `state` is read
    off them. `took`: the fields of people we knew that the officer let the file change.
    """

    __tablename__ = "people_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    system: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    sealed: Mapped[Sealed | None]
    rows: Mapped[int | None]
    checking_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    took: Mapped[list[str]] = mapped_column(ARRAY(String()))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    done_at: Mapped[datetime | None]
    undoing_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        if self.undone_at:
            return "undone"
        if self.undoing_at:
            return "undoing"
        if self.done_at:
            return "done"
        if self.confirmed_at:
            return "importing"
        if self.emptied_at:
            return "forgotten"
        if self.checked_at:
            return "checked"
        return "checking" if self.checking_at else "sent"

    @property
    def source(self) -> str:
        """What a consent that it brought says of where it came from."""
        return f"import {self.id}"


class ImportPart(Base):
    """A piece of the raw file, sealed, until nothing needs it any more."""

    __tablename__ = "import_parts"
    __table_args__ = (UniqueConstraint("import_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("people_imports.id"))
    position: Mapped[int]
    sealed: Mapped[Sealed]


class ImportRow(Base):
    """One row of a file: what it is (`verdict`), about whom, and what became of it (`outcome`, at `done_at`).

    `changes`: which fields differ from what we hold. `sealed`: what the row says, and what we held before, for the time in
    which it can be taken back. `undone`: how it was taken back.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "line"),
        Index("ix_import_rows_waiting", "import_id", "line", postgresql_where="outcome is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("people_imports.id"))
    line: Mapped[int]
    verdict: Mapped[str]
    changes: Mapped[list[str]] = mapped_column(ARRAY(String()))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    sealed: Mapped[Sealed | None]
    outcome: Mapped[str | None]
    done_at: Mapped[datetime | None]
    undone: Mapped[str | None]
