"""Verbs: a pack is made into one PDF by the worker, handed out, and forgotten."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office
from app.party.branches import queries as offices

from .. import queries, rules
from ..models import Pack, PackPaper
from .duties import RIGHT
from .packs import open_members


def ask_for_paper(pack_id: UUID, *, by: str) -> PackPaper:
    """Have the worker make a pack into one PDF. One that is being made is the same wish."""
    pack = session.get_one(Pack, pack_id, with_for_update=True, populate_existing=True)
    waiting = next((one for one in queries.papers_of(pack) if one.made_at is None and one.failed is None), None)
    if waiting:
        return waiting
    paper = PackPaper(
        id=new_id(), pack_id=pack.id, asked_at=clock.now(), asked_by=by, made_at=None, members=None, sha256=None, sealed=None,
        forget_on=None, failed=None,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    jobs.enqueue("registration.print_paper", paper=paper.id)
    return paper


def note_printed(pack: Pack, *, by: str) -> None:
    """Write down that all pages of evidence were shown to print: each member sees it. Raises NoOffice."""
    members = queries.people_of(pack)
    open_members(pack, members, what=rules.PRINTED, by=by)
    audit.record(Action.PACK_PRINTED, audit.of("pack", pack.id), by=by, how="page", members=len(members))


def begin_paper(paper_id: UUID) -> dict[str, Any] | None:
    """What the PDF that was asked for says, opened; None where there is nothing to do: it is made, or who asked has lost the
    office meanwhile and gets none. Whose evidence is in it is written down as seen by whoever asked."""
    paper = session.get_one(PackPaper, paper_id, with_for_update=True, populate_existing=True)
    if paper.made_at or paper.failed:
        return None
    pack, on = session.get_one(Pack, paper.pack_id), clock.today()
    if not offices.may(UUID(paper.asked_by.removeprefix("person:")), RIGHT, on=on):
        paper.failed = "no office"
        return None
    open_members(pack, queries.people_of(pack), what=rules.PRINTED, by=paper.asked_by)
    return queries.pack_facts(pack, on=on)


def keep_paper(paper_id: UUID, pdf: bytes, *, members: int) -> None:
    """Seal the PDF that was made. A second one of the same wish is let go."""
    paper = session.get_one(PackPaper, paper_id, with_for_update=True, populate_existing=True)
    if paper.made_at or paper.failed:
        return
    paper.made_at, paper.members, paper.sha256 = clock.now(), members, sha256(pdf).hexdigest()
    paper.sealed = office().seal.close({"pdf": b64encode(pdf).decode()}, table="registration_papers", row=paper.id)
    paper.forget_on = clock.today() + timedelta(days=rules.PAPER_KEPT_DAYS)
    audit.record(
        Action.PACK_PRINTED, audit.of("pack", paper.pack_id), by=paper.asked_by, how="PDF", members=members, sha256=paper.sha256
    )


def hand_out(paper: PackPaper, *, by: str) -> bytes:
    """The PDF, after writing down that it was taken. Raises GoneAlready, NoOffice."""
    pdf = queries.pdf_of(paper)
    if pdf is None:
        raise rules.GoneAlready(days=rules.PAPER_KEPT_DAYS)
    pack = session.get_one(Pack, paper.pack_id)
    open_members(pack, queries.people_of(pack), what=rules.PRINTED, by=by)
    audit.record(Action.PACK_PRINTED, audit.of("pack", pack.id), by=by, how="taken", sha256=paper.sha256)
    return pdf


def forget_papers() -> int:
    """Empty the PDFs whose days are over. Returns how many."""
    old = update(PackPaper).where(PackPaper.forget_on <= clock.today(), PackPaper.sealed.is_not(None)).values(sealed=None)
    return session.execute(old).rowcount  # type: ignore[attr-defined,no-any-return]  # of an UPDATE
