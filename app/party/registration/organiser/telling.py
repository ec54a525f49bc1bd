"""Doors: what is told the Commission, to print and sign, and that it was sent."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.web.rights import officer

from .. import papers, queries, services
from ..forms import SentForm
from ..models import Sent
from .door import door, pdf_file


@door.route("/declaration/<int:year>", methods=["GET", "POST"])
@officer("prepare registration", fresh=True)
def declaration(year: int) -> ResponseReturnValue:
    """The annual declaration (s 71A): what it says today, and that it was sent."""
    return _paper(Sent.DECLARATION, _check_year(year))


@door.get("/declaration/<int:year>.pdf")
@officer("prepare registration", fresh=True)
def declaration_pdf(year: int) -> ResponseReturnValue:
    """The declaration as it would be made today, to sign."""
    return _draft(Sent.DECLARATION, _check_year(year), f"annual-declaration-{year}.pdf")


@door.route("/notice", methods=["GET", "POST"])
@officer("prepare registration", fresh=True)
def notice() -> ResponseReturnValue:
    """The notice that fewer than 500 count (s 67(3)(d)), and that it was sent."""
    return _paper(Sent.NOTICE, clock.today().year)


@door.get("/notice.pdf")
@officer("prepare registration", fresh=True)
def notice_pdf() -> ResponseReturnValue:
    return _draft(Sent.NOTICE, clock.today().year, "notice-of-members.pdf")


def _check_year(year: int) -> int:
    today = clock.today()
    return year if year in (today.year, today.year - 1) else abort(404)


def _paper(kind: Sent, year: int) -> ResponseReturnValue:
    on, form = clock.today(), SentForm(data={"on": clock.today()})
    if form.is_submitted() and form.validate():
        assert form.on.data is not None
        try:
            with transaction():
                services.send(kind, year, count=_read_count(form.count.data), sent_on=form.on.data, by=current_user.by)
            return redirect(url_for(".overview"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    facts = queries.facts_of(kind, year, count=queries.count(on=on), on=on)
    form.count.data = str(facts["count"])
    page = render_template(
        "registration/paper.html", form=form, kind=str(kind), year=year, facts=facts,
        before=queries.last_sent(kind, year if kind is Sent.DECLARATION else None),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _read_count(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else abort(400)


def _draft(kind: Sent, year: int, name: str) -> ResponseReturnValue:
    on = clock.today()
    return pdf_file(papers.sent_pdf(queries.facts_of(kind, year, count=queries.count(on=on), on=on)), name)


@door.get("/told/<uuid:sent>.pdf")
@officer("prepare registration")
def sent_pdf(sent: UUID) -> ResponseReturnValue:
    """A paper as it was sent: the same bytes for ever."""
    one = queries.find_sent(sent) or abort(404)
    facts = queries.opened(one)
    content = papers.sent_pdf(facts, digest=one.digest, sent_on=one.sent_on.isoformat())
    return pdf_file(content, f"{one.kind}-{one.year}-sent-{one.sent_on}.pdf")
