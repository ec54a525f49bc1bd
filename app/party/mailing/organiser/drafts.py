"""Doors: letters to many are listed, written, changed, looked at as one recipient reads them, and tried out on oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.ground import clock, mail
from app.ground.db import transaction
from app.ground.ids import new_id, read_id
from app.ground.mail import Kind
from app.law.clauses import Refusal
from app.party.branches.doorkeeper import offices_now
from app.party.people import queries as people
from app.party.roster import services as roster
from app.party.roster.organiser.door import in_scope, people_form, scope_now, seen_branches
from app.party.roster.rules import read_asked
from app.web.dev import SANDBOX
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import LetterForm, RateForm, RefuseForm
from ..models import Mailing
from ..queries import Whom
from .door import door, get, held


@door.get("")
@officer(rules.WRITE)
@in_scope
def mailings() -> ResponseReturnValue:
    with transaction():
        rows, more = queries.listed(before=read_id(request.args.get("before", "")))
        under_way = queries.under_way()
    return render_template(
        "mailing/mailings.html",
        rows=rows,
        more=more,
        under_way=under_way,
        states=rules.STATES,
        words=rules.WORDS,
        may_all=scope_now().everyone,
    )


@door.route("/new", methods=["GET", "POST"])
@officer(rules.WRITE)
@in_scope
def new() -> ResponseReturnValue:
    """Write to those whom the address asks for, as a list or a segment spells them."""
    asked, form = read_asked(request.args), _form()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                made = services.draft(form.chosen(), asked, form.written(), scope_now(), by=current_user.by, offices=held()).id
            return redirect(url_for(".one", mailing=made), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    with transaction():
        counts = {kind: queries.whom(kind, asked, scope_now(), on=clock.today()) for kind in (Kind.CAMPAIGN, Kind.SERVICE)}
    page = render_template(
        "mailing/write.html", form=form, mailing=None, said=_said(asked.spell()), counts=counts, fields=rules.FIELDS
    )
    return page, 422 if form.is_submitted() else 200


def _form(**known: Any) -> LetterForm:
    return LetterForm(statutory=rules.is_secretary(held()), **known)


def _said(asked: dict[str, str]) -> list[tuple[str, str]]:
    everybody = _("Everybody") if scope_now().everyone else ", ".join(branch.name for branch in seen_branches())
    return people_form(read_asked(asked)).facts() or [(_("Who"), everybody)]


@door.get("/<uuid:mailing>")
@officer(rules.WRITE)
@in_scope
def one(mailing: UUID) -> ResponseReturnValue:
    """A draft and what can be done with it; or how far it is, and what came of it."""
    return show(mailing)


def show(mailing_id: UUID, *, refusal: Refusal | None = None, tested: bool = False) -> ResponseReturnValue:
    found = get(mailing_id)
    with transaction():
        confirmed = found.confirmed_at is not None
        page = render_template(
            "mailing/one.html",
            mailing=found, said=_said(found.asked), letter=queries.written(found), state=rules.STATES[found.state],
            words=rules.WORDS[Kind(found.kind)], refusal=refusal, tested=tested or "tested" in request.args,
            whom=None if confirmed else _whom(found),
            progress=queries.progress(found) if confirmed else None, report=queries.report(found) if confirmed else None,
            is_secretary=rules.is_secretary(held()), seen=rules.stamp_of(found.changed_at),
            why_not=rules.WHYS[rules.Why(found.refused_because)] if found.refused_because else "",
            refusing=RefuseForm(formdata=None), form=RateForm(formdata=None, data={"rate": str(found.rate)}),
        )  # fmt: skip
    return page, 422 if refusal else 200


def _whom(mailing: Mailing) -> Whom:
    """Of the party, or of the branches it was written for, whoever looks."""
    return queries.whom(Kind(mailing.kind), read_asked(mailing.asked), queries.scope_of_mailing(mailing), on=clock.today())


@door.route("/<uuid:mailing>/change", methods=["GET", "POST"])
@officer(rules.WRITE)
@in_scope
def change(mailing: UUID) -> ResponseReturnValue:
    found = get(mailing)
    said = queries.written(found)
    form = _form(data={"kind": found.kind, "subject": said.subject, "text": said.text})
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.change(get(mailing), form.chosen(), form.written(), by=current_user.by, offices=held())
            return redirect(url_for(".one", mailing=mailing), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            found = get(mailing)
    page = render_template(
        "mailing/write.html", form=form, mailing=mailing, said=_said(found.asked), counts=None, fields=rules.FIELDS
    )
    return page, 422 if form.is_submitted() else 200


@door.get("/<uuid:mailing>/preview")
@officer(rules.WRITE)
@in_scope
def preview(mailing: UUID) -> ResponseReturnValue:
    """As one of those whom it goes to reads it. Whose name that shows is written down first."""
    found, drawn = _as_one_reads_it(mailing)
    return render_template("mailing/preview.html", mailing=found, drawn=drawn)


@door.get("/<uuid:mailing>/preview.html")
@officer(rules.WRITE)
@in_scope
def preview_html(mailing: UUID) -> ResponseReturnValue:
    """The same as a mail program shows it: its own styles, no script, no forms, nothing fetched."""
    _found, drawn = _as_one_reads_it(mailing)
    response = Response(drawn["html"] if drawn else abort(404), mimetype="text/html")
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _as_one_reads_it(mailing_id: UUID) -> tuple[Mailing, dict[str, str] | None]:
    found, on = get(mailing_id), clock.today()
    with transaction():
        row = queries.sample(found, queries.scope_of_mailing(found), on=on)
        if row is None:
            return found, None
        roster.look_through([row.person_id], by=current_user.by, found=False, held=offices_now())
        details = people.details_of(people.get_person(row.person_id))
        said = queries.drawn_for(found, new_id(), row, details, on=on, shown=True)  # whose link to stop leads nowhere
        return found, mail.drawn("mailing/letter", **said)


@door.post("/<uuid:mailing>/test")
@officer(rules.WRITE)
@in_scope
def test(mailing: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            services.send_test(get(mailing), current_user.person_id, on=clock.today())
    except rules.NoAddress as refusal:
        return show(mailing, refusal=refusal)
    return redirect(url_for(".one", mailing=mailing, tested="y"), 303)
