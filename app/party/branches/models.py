"""Nouns: a branch, the electorates that fall to it, who belongs to it, and an office somebody holds from a day until a day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base


class Branch(Base):
    """A local body of the party. `until` (excluded) is set when it closes."""

    __tablename__ = "branches"
    __table_args__ = (
        Index("uq_branches_name", "name", unique=True, postgresql_where="until is null"),
        CheckConstraint("until is null or until >= since", "until_after_since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]


class BranchElectorate(Base):
    """An electorate of one dated set whose members fall to a branch, from `since` until `until` (excluded). An electorate falls
    to one branch at a time: the database refuses a second."""

    __tablename__ = "branch_electorates"
    __table_args__ = (
        ForeignKeyConstraint(["set_code", "electorate_code"], ["electorates.set_code", "electorates.code"]),
        Index(
            "uq_branch_electorates_held_once",
            "set_code",
            "electorate_code",
            unique=True,
            postgresql_where="until is null",
        ),
        CheckConstraint("until is null or until >= since", "until_after_since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    branch_id: Mapped[UUID] = mapped_column(ForeignKey("branches.id"), index=True)
    set_code: Mapped[str]
    electorate_code: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]


class BranchMove(Base):
    """That a membership belongs to a branch (None: to none) from a day on. Append-only; the latest holds, so that nobody
    belongs to two. `because`: their electorate fell to it, or an officer said so."""

    __tablename__ = "branch_moves"
    __table_args__ = (CheckConstraint("because in ('electorate', 'officer')", "because"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    on: Mapped[date]
    because: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    branch: Mapped[Branch | None] = relationship()


class Office(Base):
    """An office held from `since` until `until` (excluded). Nothing else of it ever changes.

    Two party secretaries on one day are refused by the database (ex_offices_one_secretary, migration 0020), and so is the
    same office twice at once for one person.
    """

    __tablename__ = "offices"
    __table_args__ = (
        Index(
            "uq_offices_held_once",
            "person_id",
            "office",
            "branch_id",
            unique=True,
            postgresql_where="until is null",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("until is null or until >= since", "until_after_since"),
        CheckConstraint("(office = 'organizer') = (branch_id is not null)", "branch_of_an_organizer"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    office: Mapped[str]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    appointed_by: Mapped[str]
    appointed_at: Mapped[datetime]
    branch: Mapped[Branch | None] = relationship()


class PageOfNames(Base):
    """That an officer was shown a page of names, and whose. It may go after a year (rules.PAGES_KEPT); its digest stays in the
    log."""

    __tablename__ = "pages_of_names"
    __table_args__ = (
        Index("ix_pages_of_names_people", "people", postgresql_using="gin"),
        Index("ix_pages_of_names_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    office: Mapped[str]
    what: Mapped[str]
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))


class FileOfNames(Base):
    """That an officer had a file of people written, how many are in it, and its digest. It may go after a year, with who was
    in it (rules.PAGES_KEPT); the log keeps the rest."""

    __tablename__ = "files_of_names"
    __table_args__ = (Index("ix_files_of_names_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    office: Mapped[str]
    what: Mapped[str]
    why: Mapped[str]
    names: Mapped[int]
    digest: Mapped[str]


class NamesInFile(Base):
    """Some of those who are in a file, by the last eight bytes of their ids, from `first` on in their order. The application
    writes it and cannot read it: it asks `files_with` about one person (migration 0026). It is written in the transaction that
    reads the file’s rows, before the file is known to be whole, so that no key leads to the file’s row."""

    __tablename__ = "names_in_files"

    file_id: Mapped[UUID] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
