"""Doors: the party’s answers to what members ask, and its decisions about what they propose."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.branches import queries as offices
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.web.rights import officer

from .. import queries, rules
from ..forms import AnswerForm, DecideForm, HideForm
from ..models import Amendment, Policy
from ..services import amending, commenting, deciding
from ..texts.sections import body_of
from ..texts.words import Unreadable
from .door import door


def _signing_as() -> str:
    """The office somebody answers in: the first of theirs that may."""
    held = next(one for one in offices_now() if rights.may([one.office], "edit policies"))
    return offices.words(held.office, held.branch)


@door.route("/comments/<uuid:comment>/answer", methods=["GET", "POST"])
@officer("edit policies")
def answer(comment: UUID) -> ResponseReturnValue:
    found = queries.find_comment(comment)
    if found is None or found.parent_id is not None or not found.is_visible:
        abort(404)
    policy, form, office = queries.get_policy(found.policy_id), AnswerForm(), _signing_as()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                commenting.answer(
                    policy, commenting.hold_comment(found.id) or found, form.body.data or "", office=office,
                    person_id=current_user.person_id, key=form.own_key, by=current_user.by,
                )  # fmt: skip
            return redirect(url_for("policy.one_comment", slug=policy.slug, anchor=found.anchor, comment=found.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            found = queries.find_comment(comment) or abort(404)
            policy = queries.get_policy(found.policy_id)
    page = render_template(
        "policy/answer.html",
        slug=policy.slug, form=form, office=office, rule=rules.rule_on(clock.today()),
        said=queries.comment_with_replies(found, by=None, on=clock.today()),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@door.get("/amendments")
@officer("edit policies")
def amendments() -> ResponseReturnValue:
    """Proposals that wait to be opened, and those that wait for a decision."""
    on = clock.today()
    return render_template(
        "policy/judging.html",
        held=queries.work.held_amendments(on=on), undecided=queries.work.to_decide(on=on), rule=rules.rule_on(on), on=on,
        problem=request.args.get("problem", ""),
    )  # fmt: skip


def _get(amendment_id: UUID) -> tuple[Policy, Amendment, queries.Proposed]:
    found = queries.find_amendment(amendment_id) or abort(404)
    return queries.get_policy(found.policy_id), found, queries.proposed(found, by=None, on=clock.today())


@door.get("/amendments/<uuid:amendment>")
@officer("edit policies")
def amendment(amendment: UUID) -> ResponseReturnValue:
    """One proposal, to open, refuse or decide."""
    policy, _found, shown = _get(amendment)
    return render_template(
        "policy/judge.html",
        slug=policy.slug, shown=shown, State=rules.State,
        hide_form=HideForm(formdata=None), problem=request.args.get("problem", ""), rule=rules.rule_on(clock.today()),
    )  # fmt: skip


@door.route("/amendments/<uuid:amendment>/decide", methods=["GET", "POST"])
@officer("edit policies", fresh=True)
def decide(amendment: UUID) -> ResponseReturnValue:
    """Write down what a body of the party decided, with reasons. It stays as it is written."""
    on = clock.today()
    policy, found, shown = _get(amendment)
    form = DecideForm()
    if shown.state is rules.State.SUPPORTED and form.is_submitted() and form.validate():
        try:
            with transaction():
                held = amending.hold_amendment(amendment) or found
                deciding.decide(policy, held, form.verdict(), seen=form.seen_draft.data or "", by=current_user.by, on=on)
            return redirect(url_for("policy.amendment", slug=policy.slug, amendment=amendment), 303)
        except Unreadable as unreadable:
            form.form_errors += [str(fault) for fault in unreadable.faults]
        except Refusal as refusal:
            form.refuse(refusal)
        policy, found, shown = _get(amendment)  # what was read before is not what is there after a refusal
    elif not form.is_submitted():
        form.body.data, form.decided_by.data = found.body, rules.rule_on(on).decides
    if shown.state is not rules.State.SUPPORTED:
        return redirect(url_for(".amendment", amendment=amendment), 303)
    draft = queries.draft_of(policy.id)
    form.seen_draft.data = draft.mark if draft else ""  # of the one that this page shows
    in_draft = body_of(draft.source, found.anchor) if draft else None
    page = render_template(
        "policy/decide.html",
        slug=policy.slug, shown=shown, form=form, rule=rules.rule_on(on),
        in_draft=in_draft if in_draft is not None and in_draft != shown.was else None,
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200
