"""Doors: keys. One is shown once, in the answer to the press that made it: it stands in no address and in no cookie."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.party.people import queries as people
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import KeyForm
from ..models import Key
from .door import door


@door.get("/keys")
@officer(rules.RIGHT)
def keys() -> ResponseReturnValue:
    """One’s own keys; whoever gives offices sees those of others, too, and can revoke them."""
    now = clock.now()
    others = queries.keys_of_others(current_user.person_id, at=now) if _oversees() else []
    return render_template(
        "api/keys.html",
        keys=queries.keys_of(current_user.person_id),
        others=[(key, people.details_of(person).name) for key, person in others if person.sealed],
        opens=rules.OPENS,
        now=now,
    )


@door.route("/keys/new", methods=["GET", "POST"])
@officer(rules.RIGHT, fresh=True)
def new_key() -> ResponseReturnValue:
    form = KeyForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                given = services.give(
                    current_user.person_id, key_id=form.own_key, label=form.label.data or "", opens=form.opens.data or [],
                    lasts=int(form.lasts.data), by=current_user.by,
                )  # fmt: skip
            if given is None:
                return redirect(url_for(".keys"), 303)
            return render_template("api/key_given.html", given=given, opens=rules.OPENS), 201
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("api/new_key.html", form=form), 422 if form.is_submitted() else 200


@door.post("/keys/<uuid:key>/revoke")
@officer(rules.RIGHT)
def revoke(key: UUID) -> ResponseReturnValue:
    """At once, without being asked again: a key that leaked waits for nobody’s phone."""
    with transaction():
        services.revoke(_get(key), by=current_user.by)
    return redirect(url_for(".keys"), 303)


def _oversees() -> bool:
    return rights.may_give_office([held.office for held in offices_now()])


def _get(key_id: UUID) -> Key:
    """A key of one’s own, or any for whoever gives offices."""
    found = queries.find_key(key_id)
    if found is None or not (found.person_id == current_user.person_id or _oversees()):
        abort(404)
    return found
