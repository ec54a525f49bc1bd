"""Doors: endorse a version, confirm that it was you, take it back, see who did."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.web.rights import limited, limited_to, machine, member, public

from .. import queries
from ..forms import EndorseForm, MemberEndorseForm
from ..models import Shown
from ..queries import Adopted, Voice
from ..services import endorsing
from ..services.endorsing import Wish
from .door import door, get_adopted
from .who import Who, before, refuse, silent, who_looks


@door.route("/policies/<slug>/endorse", methods=["GET", "POST"])
@public
def endorse(slug: str) -> ResponseReturnValue:
    """The form. A member who is signed in endorses at once; everybody else by a letter."""
    shown, who = get_adopted(slug), who_looks()
    if shown.policy.retired_at:
        return redirect(url_for(".policy", slug=slug), 303)
    form = MemberEndorseForm() if who.is_member else EndorseForm()
    if not form.is_submitted():
        form.version.data = str(shown.version.number)
        return _form(shown, who, form)
    if not form.validate() or "preview" in request.form:
        return _form(shown, who, form, preview=None if form.errors else _preview(who, form.wish()))
    try:
        if isinstance(form, EndorseForm):
            limited("endorse", address=request.remote_addr or "", email=form.email.data)
            with transaction():
                endorsing.ask_to_endorse(
                    shown.policy, form.number, form.wish(), email=form.email.data or "", key=form.own_key, on=clock.today()
                )
            return redirect(url_for(".endorse_sent"), 303)
        limited_to("endorse", current_user.person_id)
        with transaction():
            endorsing.endorse(
                shown.policy, form.number, form.wish(), person_id=current_user.person_id, key=form.own_key, on=clock.today()
            )
    except Refusal as refusal:
        shown = get_adopted(slug)
        form.version.data = str(shown.version.number)
        refuse(form, refusal)
        return _form(shown, who, form)
    return redirect(url_for(".endorse", slug=slug, done=1), 303)


def _form(
    shown: Adopted, who: Who, form: EndorseForm | MemberEndorseForm, *, preview: Voice | None = None
) -> ResponseReturnValue:
    own = queries.endorsement_of(who.person_id, shown.version.id) if who.is_member and who.person_id else None
    page = render_template(
        "policy/endorse.html",
        shown=shown, who=who, form=form, preview=preview, silent=silent(), numbers=queries.endorsed(shown.version),
        own=own, own_voice=queries.voice_of(own, who.known, on=clock.today()) if own else None,
        done=bool(request.args.get("done")) and own is not None and not form.is_submitted(),
        names={str(one): who.name_as(one) for one in Shown},
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _preview(who: Who, wish: Wish) -> Voice:
    """How an endorsement would be shown."""
    typed = queries.Known(wish.name, None)
    name = (who.known if who.is_member and who.known else typed).shown(wish.display, on=clock.today())
    region = wish.region if wish.display is Shown.FIRST and name else ""
    return Voice(UUID(int=0), name, region, wish.reason, who.is_member, clock.now())


@door.get("/endorsements/sent")
@public
def endorse_sent() -> ResponseReturnValue:
    return render_template("policy/endorse_sent.html")


@door.get("/endorsements/withdrawn")
@public
def endorse_withdrawn() -> ResponseReturnValue:
    return render_template("policy/endorse_withdrawn.html")


@door.get("/endorsements/<link>")
@public
def endorsement(link: str) -> ResponseReturnValue:
    """A page with a button, as mail programs open links: how it will appear, and confirm; once confirmed, withdraw."""
    found = queries.find_by_link(link)
    if found is None:
        return render_template("policy/endorse_spent.html"), 410
    known = queries.known(found.person_id) if found.person_id else None
    return render_template(
        "policy/endorse_confirm.html",
        found=found, voice_=queries.voice_of(found, known, on=clock.today()), of=queries.adopted_as(found.version_id),
        link=link, print=queries.print_of(found), silent=silent(), done=bool(request.args.get("done")),
    )  # fmt: skip


@door.post("/endorsements/<link>")
@public
def confirm_endorsement(link: str) -> ResponseReturnValue:
    try:
        with transaction():
            made = endorsing.confirm(link, seen=request.form.get("seen", ""))
    except Refusal:
        made = None
    return redirect(url_for(".endorsement", link=link, done=1 if made else None), 303)


@door.post("/endorsements/<link>/withdraw")
@machine
def withdraw_endorsement(link: str) -> ResponseReturnValue:
    """One press, from the page or from a mail program: the secret in the address is the proof."""
    with transaction():
        endorsing.withdraw(link)
    return redirect(url_for(".endorse_withdrawn"), 303)


@door.post("/me/endorsements/<uuid:endorsement>/withdraw")
@member
def withdraw_own_endorsement(endorsement: UUID) -> ResponseReturnValue:
    with transaction():
        gone = endorsing.withdraw_own(endorsement, person_id=current_user.person_id)
    return redirect("/me#record", 303) if gone else abort(404)


@door.get("/policies/<slug>/endorsements")
@public
def endorsements(slug: str) -> ResponseReturnValue:
    """Who endorsed the current version and wanted to be shown, the newest first."""
    shown = get_adopted(slug)
    voices, more = queries.voices(shown.version.id, before=before(), on=clock.today())
    return render_template(
        "policy/endorsements.html",
        shown=shown, voices=voices, more=voices[-1].id if more else None, numbers=queries.endorsed(shown.version),
        silent=silent(),
    )  # fmt: skip
