"""Doors: hooks, what they were told, and what is done about them."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import gateways
from app.gateways.hooks import NotPublic
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.roster.organiser.door import in_scope, scope_now
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import HookForm
from ..models import Delivery, Hook
from ..rules import Paused
from .door import door


@door.get("/hooks")
@officer(rules.RIGHT)
def hooks() -> ResponseReturnValue:
    mine = queries.hooks_of(current_user.person_id)
    shown = [(hook, queries.secrets_of(hook).address) for hook in mine]
    return render_template("api/hooks.html", hooks=shown, hears=rules.HEARS, paused=rules.PAUSED)


@door.route("/hooks/new", methods=["GET", "POST"])
@officer(rules.RIGHT, fresh=True)
def new_hook() -> ResponseReturnValue:
    form = HookForm()
    if form.is_submitted() and form.validate():
        try:
            secret = _add(form)
            if secret is None:
                return redirect(url_for(".hooks"), 303)
            return render_template("api/hook_secret.html", hook=form.own_key, secret=secret, is_new=True), 201
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("api/new_hook.html", form=form), 422 if form.is_submitted() else 200


def _add(form: HookForm) -> str | None:
    address, local = form.address.data or "", gateways.courier().local
    rules.check_address(address, https_only=not local)
    try:
        gateways.courier().check(address)
    except NotPublic:
        raise rules.NotReachable() from None
    with transaction():
        return services.add_hook(
            current_user.person_id, hook_id=form.own_key, address=address, events=form.events.data or [],
            https_only=not local, by=current_user.by,
        )  # fmt: skip


@door.get("/hooks/<uuid:hook>")
@officer(rules.RIGHT)
@in_scope
def hook(hook: UUID) -> ResponseReturnValue:
    """What it was told last, of those whom one sees."""
    found = _get(hook)
    return render_template(
        "api/hook.html",
        hook=found,
        address=queries.secrets_of(found).address,
        told=queries.told(hook, scope_now()),
        hears=rules.HEARS,
        paused=rules.PAUSED,
    )


@door.post("/hooks/<uuid:hook>/secret")
@officer(rules.RIGHT, fresh=True)
def secret(hook: UUID) -> ResponseReturnValue:
    """Another secret, shown once; for a day the one before signs as well."""
    with transaction():
        new = services.change_secret(_get(hook), by=current_user.by)
    return render_template("api/hook_secret.html", hook=hook, secret=new, is_new=False), 201


@door.post("/hooks/<uuid:hook>/test")
@officer(rules.RIGHT)
def send_test(hook: UUID) -> ResponseReturnValue:
    with transaction():
        services.send_test(_get(hook))
    return _back_to(hook)


@door.post("/hooks/<uuid:hook>/pause")
@officer(rules.RIGHT)
def pause(hook: UUID) -> ResponseReturnValue:
    with transaction():
        services.pause(_get(hook), because=Paused.OFFICER, by=current_user.by)
    return _back_to(hook)


@door.post("/hooks/<uuid:hook>/resume")
@officer(rules.RIGHT)
def resume(hook: UUID) -> ResponseReturnValue:
    with transaction():
        services.resume(_get(hook), by=current_user.by)
    return _back_to(hook)


@door.post("/hooks/<uuid:hook>/end")
@officer(rules.RIGHT)
def end(hook: UUID) -> ResponseReturnValue:
    with transaction():
        services.end_hook(_get(hook), by=current_user.by)
    return redirect(url_for(".hooks"), 303)


@door.post("/hooks/<uuid:hook>/deliveries/<int:delivery>/again")
@officer(rules.RIGHT)
@in_scope
def again(hook: UUID, delivery: int) -> ResponseReturnValue:
    with transaction():
        services.send_again(_get(hook), _delivery(hook, delivery), by=current_user.by)
    return _back_to(hook)


def _back_to(hook_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".hook", hook=hook_id), 303)


def _get(hook_id: UUID) -> Hook:
    """A hook of one’s own that has not ended."""
    found = queries.find_hook(hook_id)
    if found is None or found.person_id != current_user.person_id or found.ended_at:
        abort(404)
    return found


def _delivery(hook_id: UUID, delivery_id: int) -> Delivery:
    """Delivery ids are counted up; beyond what a column holds there is none."""
    return (queries.find_delivery(hook_id, delivery_id, scope_now()) if delivery_id < 2**63 else None) or abort(404)
