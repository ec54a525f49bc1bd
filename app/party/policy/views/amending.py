"""Doors: what members would have a section say instead, and their support for it."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.web.rights import limited, limited_to, member, public

from .. import queries, rules
from ..forms import AmendForm
from ..models import Amendment, Policy
from ..queries import Adopted, Proposed
from ..services import amending
from ..texts.sections import body_of, change_with, wants_with
from .door import door, get_adopted, get_policy
from .who import before, refuse, silent, who_looks


@door.get("/policies/<slug>/amendments")
@public
def amendments(slug: str) -> ResponseReturnValue:
    """Every proposal that was opened, the newest first, and how one is made."""
    shown, who, on = get_adopted(slug), who_looks(), clock.today()
    found, more = queries.amendments_to(shown.policy, before=before(), by=who.person_id, on=on)
    return render_template(
        "policy/amendments.html",
        slug=slug, shown=shown, who=who, proposals=found, more=found[-1].amendment.id if more else None, silent=silent(),
        rule=rules.rule_on(on),
    )  # fmt: skip


@door.route("/policies/<slug>/amendments/new/<anchor>", methods=["GET", "POST"])
@member
def propose(slug: str, anchor: str) -> ResponseReturnValue:
    """Another body for one section. First it is shown as it would be; the second press proposes it."""
    shown = get_adopted(slug)
    was = body_of(shown.version.source, anchor)
    if was is None or shown.policy.retired_at:
        abort(404)
    form = AmendForm()
    earlier = _earlier(shown.policy)
    if not form.is_submitted():
        form.version.data, form.body.data = str(shown.version.number), earlier.amendment.body if earlier else was
        form.rationale.data = earlier.amendment.rationale if earlier else ""
        return _propose_page(shown, anchor, was, form, earlier)
    if not form.validate():
        return _propose_page(shown, anchor, was, form, earlier)
    try:
        if not form.seen.data or "change" in request.form:
            amending.check_body(shown.policy, anchor, form.body.data or "", number=form.number)
            return _propose_page(shown, anchor, was, form, earlier, preview="change" not in request.form)
        limited_to("propose", current_user.person_id)
        with transaction():
            made = amending.propose(
                shown.policy, form.proposal(anchor), number=form.number, author=form.author(current_user.person_id),
                key=form.own_key, on=clock.today(), rebase_of=earlier.amendment.id if earlier else None,
            )  # fmt: skip
    except Refusal as refusal:
        shown = get_adopted(slug)
        was = body_of(shown.version.source, anchor) or ""
        form.version.data = str(shown.version.number)
        refuse(form, refusal)
        return _propose_page(shown, anchor, was, form, earlier)
    return redirect(url_for(".amendment", slug=slug, amendment=made.id), 303)


def _earlier(policy: Policy) -> Proposed | None:
    """The proposal that is carried on (`?carry-on=…`), if it is theirs and can be."""
    found = read_id(request.args.get("carry-on", ""))
    row = queries.find_amendment(found) if found else None
    if row is None or row.policy_id != policy.id:
        return None
    shown = queries.proposed(row, by=current_user.person_id, on=clock.today())
    return shown if shown.may_rebase else None


def _propose_page(
    shown: Adopted, anchor: str, was: str, form: AmendForm, earlier: Proposed | None, *, preview: bool = False
) -> ResponseReturnValue:
    section = shown.text.section(anchor)
    on = clock.today()
    form.seen.data = "1" if preview else ""
    earlier_texts = queries.texts(shown.policy.id)
    page = render_template(
        "policy/propose.html",
        slug=shown.policy.slug, shown=shown, anchor=anchor, heading=section.heading if section else anchor, was=was,
        form=form, who=who_looks(), silent=silent(), rule=rules.rule_on(on), preview=preview, earlier=earlier,
        change=change_with(shown.version.source, anchor, form.body.data or "") if preview else None,
        wants=wants_with(shown.version.source, anchor, form.body.data or "", earlier_texts) if preview else [],
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def get_amendment(slug: str, amendment_id: UUID) -> tuple[Policy, Amendment]:
    """An amendment under its own address, or 404."""
    policy, found = get_policy(slug), queries.find_amendment(amendment_id)
    if found is None or found.policy_id != policy.id:
        abort(404)
    return policy, found


@door.get("/policies/<slug>/amendments/<uuid:amendment>")
@public
def amendment(slug: str, amendment: UUID) -> ResponseReturnValue:
    return _amendment_page(slug, amendment)


def _amendment_page(slug: str, amendment_id: UUID, *, problem: str = "") -> ResponseReturnValue:
    policy, found = get_amendment(slug, amendment_id)
    who, on = who_looks(), clock.today()
    shown = queries.proposed(found, by=who.person_id, on=on)
    if found.opened_on is None and found.refused_at is None and not shown.mine:  # nobody has read it
        abort(404)
    page = render_template(
        "policy/amendment.html",
        slug=slug, shown=shown, who=who, silent=silent(), rule=rules.rule_on(found.opened_on or on),
        problem=problem, is_retired=bool(policy.retired_at),
    )  # fmt: skip
    return page, 422 if problem else 200


@door.post("/policies/<slug>/amendments/<uuid:amendment>/support")
@member
def support(slug: str, amendment: UUID) -> ResponseReturnValue:
    """Support it; or (`no`) take support back."""
    get_amendment(slug, amendment)
    act = amending.take_back_support if "no" in request.form else amending.support
    limited("support", address=request.remote_addr or "")
    try:
        with transaction():
            act(amendment, person_id=current_user.person_id, on=clock.today())
    except Refusal as refusal:
        return _amendment_page(slug, amendment, problem=str(refusal))
    return redirect(url_for(".amendment", slug=slug, amendment=amendment, _anchor="support"), 303)


@door.post("/policies/<slug>/amendments/<uuid:amendment>/withdraw")
@member
def withdraw_amendment(slug: str, amendment: UUID) -> ResponseReturnValue:
    get_amendment(slug, amendment)
    try:
        with transaction():
            found = amending.hold_amendment(amendment)
            if found is None or found.person_id != current_user.person_id:
                abort(404)
            amending.withdraw(found, person_id=current_user.person_id, on=clock.today())
    except Refusal as refusal:
        return _amendment_page(slug, amendment, problem=str(refusal))
    return redirect(url_for(".amendment", slug=slug, amendment=amendment), 303)
