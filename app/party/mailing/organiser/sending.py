"""Doors: authority is asked for and given; a letter to many is confirmed, stopped, goes on, is called off or dropped."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.mail import Kind
from app.law.clauses import Refusal
from app.law.polling import silent_until
from app.party.roster.organiser.door import in_scope
from app.party.roster.rules import read_asked
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import ConfirmForm, RateForm, RefuseForm, SeenForm
from ..models import Mailing
from .door import door, get, held
from .drafts import show


@door.post("/<uuid:mailing>/ask")
@officer(rules.WRITE)
@in_scope
def ask(mailing: UUID) -> ResponseReturnValue:
    return _press(mailing, lambda found: services.ask_authority(found, by=current_user.by))


@door.post("/<uuid:mailing>/authorise")
@officer(rules.WRITE, fresh=True)
@in_scope
def authorise(mailing: UUID) -> ResponseReturnValue:
    seen = SeenForm().seen.data or ""
    return _press(mailing, lambda found: services.authorise(found, seen=seen, by=current_user.by, offices=held()))


@door.post("/<uuid:mailing>/refuse")
@officer(rules.WRITE, fresh=True)
@in_scope
def refuse(mailing: UUID) -> ResponseReturnValue:
    form = RefuseForm()
    seen = form.seen.data or ""
    return _press(
        mailing,
        lambda found: services.refuse_authority(found, seen=seen, because=form.chosen(), by=current_user.by, offices=held()),
    )


@door.route("/<uuid:mailing>/confirm", methods=["GET", "POST"])
@officer(rules.WRITE, fresh=True)
@in_scope
def confirm(mailing: UUID) -> ResponseReturnValue:
    """The page says what goes to how many; the press on it sends that, to that many, or nothing."""
    form, on = ConfirmForm(data={"rate": str(rules.USUAL_RATE)}), clock.today()
    refused = None
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.confirm(
                    get(mailing), queries.scope_of_mailing(get(mailing)), shown=form.was_shown(), rate=form.chosen(),
                    seen=form.seen.data or "", vouched=bool(form.vouched.data), by=current_user.by, offices=held(), on=on,
                )  # fmt: skip
            return redirect(url_for(".one", mailing=mailing), 303)
        except Refusal as refusal:
            refused = refusal
            form.refuse(refusal)
    found = get(mailing)
    if found.state not in ("draft", "waiting"):
        return show(mailing, refusal=refused) if refused else redirect(url_for(".one", mailing=mailing), 303)
    with transaction():
        whom = queries.whom(Kind(found.kind), read_asked(found.asked), queries.scope_of_mailing(found), on=on)
        letter = queries.written(found)
    form.shown.data, form.seen.data = str(whom.able), rules.stamp_of(found.changed_at)
    page = render_template(
        "mailing/confirm.html", form=form, mailing=found, letter=letter, whom=whom, words=rules.WORDS[Kind(found.kind)],
        is_secretary=rules.is_secretary(held()), quiet_until=silent_until(clock.now()),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@door.post("/<uuid:mailing>/stop")
@officer(rules.WRITE)
@in_scope
def stop(mailing: UUID) -> ResponseReturnValue:
    return _press(mailing, lambda found: services.stop(found, by=current_user.by, because=rules.OFFICER_STOPPED))


@door.post("/<uuid:mailing>/go-on")
@officer(rules.WRITE, fresh=True)
@in_scope
def go_on(mailing: UUID) -> ResponseReturnValue:
    form = RateForm()
    if not form.validate():
        return redirect(url_for(".one", mailing=mailing), 303)
    return _press(mailing, lambda found: services.go_on(found, rate=form.chosen(), by=current_user.by, offices=held()))


@door.post("/<uuid:mailing>/call-off")
@officer(rules.WRITE)
@in_scope
def call_off(mailing: UUID) -> ResponseReturnValue:
    return _press(mailing, lambda found: services.call_off(found, by=current_user.by))


@door.post("/<uuid:mailing>/drop")
@officer(rules.WRITE)
@in_scope
def drop(mailing: UUID) -> ResponseReturnValue:
    return _press(mailing, lambda found: services.drop(found, by=current_user.by), to=".mailings")


def _press(mailing_id: UUID, verb: Callable[[Mailing], None], *, to: str = ".one") -> ResponseReturnValue:
    try:
        with transaction():
            verb(get(mailing_id))
    except Refusal as refusal:
        return show(mailing_id, refusal=refusal)
    return redirect(url_for(to, mailing=mailing_id) if to == ".one" else url_for(to), 303)
