"""Doors for the party secretary: a draft is put out for consultation, published, translated; a policy is retired."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.web.house import house
from app.web.rights import officer
from app.web.words import day

from .. import queries, rules
from ..forms import ConsultForm, PublishForm, RetireForm, TranslateForm, day_said, said
from ..services import drafting, publishing
from ..texts.comparing import compare
from ..texts.reading import read_all
from ..texts.words import Unreadable
from .door import door, get_draft, get_policy

LOCALES = ("mi",)  # besides English


@door.route("/<slug>/consult", methods=["GET", "POST"])
@officer("publish policies", fresh=True)
def consult(slug: str) -> ResponseReturnValue:
    form = ConsultForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                drafting.consult(get_policy(slug), until=day_said(form.until), on=clock.today(), by=current_user.by)
            return redirect(url_for("policy.draft", slug=slug), 303)
        except rules.NoDraft:
            return redirect(url_for(".draft", slug=slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    policy = get_policy(slug)
    page = render_template("policy/consult.html", form=form, policy=policy, draft=get_draft(policy))
    return page, 422 if form.is_submitted() else 200


@door.route("/<slug>/publish", methods=["GET", "POST"])
@officer("publish policies", fresh=True)
def publish(slug: str) -> ResponseReturnValue:
    """The page shows what is published; the press on it publishes that, or nothing."""
    form, today = PublishForm(), clock.today()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                number = publishing.publish(
                    get_policy(slug), form.decision(), authority=_authority(), seen=said(form.seen_draft), on=today,
                    by=current_user.by,
                ).number  # fmt: skip
            return redirect(url_for("policy.version", slug=slug, number=number), 303)
        except (Unreadable, rules.NoDraft):  # which says what is wrong; or, after a second press, that it is published
            return redirect(url_for(".draft", slug=slug), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    if not form.is_submitted():
        form.effective_from.data = today
    policy = get_policy(slug)
    draft = get_draft(policy)
    form.seen_draft.data = draft.mark
    text, _faults = read_all(draft.source)
    current = queries.find_adopted(slug)
    page = render_template(
        "policy/publish.html", form=form, policy=policy, draft=draft, text=text, current=current,
        faults=queries.faults_of(policy.id, draft.source, draft.change_note),
        comparison=compare(current.text, text) if current else None,
        is_consulting=queries.is_consulting(draft, on=today),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _authority() -> str:
    """The party secretary’s authority, as it is kept with the version (Electoral Act 1993 ss 204F, 204G)."""
    return f"The party secretary authorised it on {day(clock.today())} (Electoral Act 1993 s 204G). {house().settings.promoter}"


@door.route("/<slug>/retire", methods=["GET", "POST"])
@officer("publish policies", fresh=True)
def retire(slug: str) -> ResponseReturnValue:
    policy, form = get_policy(slug), RetireForm()
    others = [one.policy for one in queries.adopted() if one.policy.id != policy.id]
    form.successor.choices = [("", "no other policy"), *((one.slug, one.slug) for one in others)]
    if form.is_submitted() and form.validate():
        successor = next((one for one in others if one.slug == form.successor.data), None)
        with transaction():
            publishing.retire(policy, successor=successor, by=current_user.by)
        return redirect(url_for(".shelf"), 303)
    return render_template("policy/retire.html", form=form, policy=policy), 422 if form.is_submitted() else 200


@door.route("/<slug>/translate/<locale>", methods=["GET", "POST"])
@officer("publish policies", fresh=True)
def translate(slug: str, locale: str) -> ResponseReturnValue:
    """Enter a translation of the current version, made and checked by people."""
    if locale not in LOCALES:
        abort(404)
    form, faults = TranslateForm(), []
    current = queries.find_adopted(slug) or abort(404)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                publishing.translate(
                    current.version, said(form.source), of_hash=said(form.of_hash), locale=locale,
                    translator=said(form.translator), checked_by=said(form.checked_by), checked_on=day_said(form.checked_on),
                    on=clock.today(), by=current_user.by,
                )  # fmt: skip
            return redirect(url_for(".shelf"), 303)
        except Refusal as refusal:
            faults = refusal.faults if isinstance(refusal, Unreadable) else []
            form.refuse(refusal)
            current = queries.find_adopted(slug) or abort(404)
    known = queries.translation_of(current.policy.id, locale)
    form.of_hash.data = current.version.hash
    if not form.is_submitted():
        form.source.data = known[0].source if known else current.version.source
    page = render_template("policy/translate.html", form=form, current=current, locale=locale, faults=faults)
    return page, 422 if form.is_submitted() else 200
