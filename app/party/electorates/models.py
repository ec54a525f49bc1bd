"""Nouns: seats in Parliament, in dated sets, and where a person says they live."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base


class ElectorateSet(Base):
    """The electorates of one determination of boundaries, in force from `since` until (not including) `until`."""

    __tablename__ = "electorate_sets"

    code: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date]
    until: Mapped[date | None]


class Electorate(Base):
    """One seat. Keyed by set and code, never by name: a name can stay while its boundary moves."""

    __tablename__ = "electorates"

    set_code: Mapped[str] = mapped_column(ForeignKey("electorate_sets.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]


class Residence(Base):
    """That a person said they live in an electorate. Append-only; the latest in a set holds."""

    __tablename__ = "residences"
    __table_args__ = (ForeignKeyConstraint(["set_code", "electorate_code"], ["electorates.set_code", "electorates.code"]),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    set_code: Mapped[str]
    electorate_code: Mapped[str]
    said_at: Mapped[datetime]


class ResidenceAsking(Base):
    """That a person who had said where they live in an older set was asked again for this one. Once a set; goes with them."""

    __tablename__ = "residence_askings"
    __table_args__ = (UniqueConstraint("person_id", "set_code"), Index("ix_residence_askings_set_code", "set_code"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    set_code: Mapped[str] = mapped_column(ForeignKey("electorate_sets.code"))
    asked_at: Mapped[datetime]
