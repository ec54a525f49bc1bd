"""Doors: one line, and all whose reference and amount fit. A name is shown only after a press that is written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import AsideForm, PartsForm
from ..models import BankLine
from .door import door


@door.get("/lines/<uuid:line>")
@officer("record money")
def one_line(line: UUID) -> ResponseReturnValue:
    return _line_page(_get(line))


@door.post("/lines/<uuid:line>")
@officer("record money")
def see_line(line: UUID) -> ResponseReturnValue:
    """What the bank wrote, and whose it may be. A look, which is written down before it is shown."""
    found = _get(line)
    return _line_page(found, **_looked_at(found))


def _looked_at(found: BankLine) -> dict[str, Any]:
    with transaction():
        words = services.see_line(found, by=current_user.by)
        incoming = services.incoming_of(found) if found.state == "open" else None
        may_be = services.suggest(incoming, by=current_user.by) if incoming else None
        refunds = queries.refunds_like(-found.amount) if found.state == "open" and not found.came else []
    return {"words": words, "may_be": may_be, "refunds": refunds, "seen": True}


def _line_page(found: BankLine, *, status: int = 200, **more: Any) -> ResponseReturnValue:
    page = render_template(
        "bank/line.html",
        **{"words": None, "may_be": None, "refunds": [], "seen": False, "refusal": None, "form": _blank(found), **more},
        line=found,
        state=rules.LINE_STATES[found.state],
        aside=AsideForm(formdata=None),
        reasons=rules.ASIDE,
        how=rules.HOW,
        days=(clock.today() - found.on).days,
        owner=queries.owner_of(found.id, on=clock.today()),
        is_fresh=current_user.is_strong(fresh=True),
    )
    return page, status


def _blank(found: BankLine) -> PartsForm:
    return PartsForm(formdata=None, data={"amount_1": found.amount.typed()} if found.came else {})


@door.post("/lines/<uuid:line>/record")
@officer("record money", fresh=True)
def record(line: UUID) -> ResponseReturnValue:
    """The first press looks, the second writes."""
    _get(line)
    form = PartsForm()
    if "change" not in request.form and form.validate():
        try:
            return _record(form, line)
        except services.PartRefused as wrong:
            form.refuse_part(wrong.place, wrong.refusal)
        except Refusal as refusal:
            form.refuse_part(1, refusal)
    form.seen.data = ""
    found = _get(line)
    return _line_page(found, form=form, status=422 if form.errors or form.form_errors else 200, **_looked_at(found))


def _record(form: PartsForm, line: UUID) -> ResponseReturnValue:
    """Raises a Refusal, or PartRefused."""
    if form.seen.data:
        with transaction():
            services.record_line(line, form.wishes(), key=form.own_key, by=current_user.by, on=clock.today())
        return redirect(url_for(".one_line", line=line), 303)
    with transaction():
        seen = services.look_at_parts(line, form.wishes(), by=current_user.by, on=clock.today())
    parts = list(zip(form.wishes(), seen, strict=True))
    return render_template("bank/confirm.html", form=form, line=_get(line), parts=parts)


def _do(line: UUID, verb: Any, **what: Any) -> ResponseReturnValue:
    """One verb about one line; a refusal stands on its page."""
    found = _get(line)
    try:
        with transaction():
            verb(line, by=current_user.by, **what)
    except Refusal as refusal:
        return _line_page(_get(line), refusal=refusal, status=422)
    return redirect(url_for(".one_line", line=found.id), 303)


@door.post("/lines/<uuid:line>/aside")
@officer("record money")
def set_aside(line: UUID) -> ResponseReturnValue:
    form = AsideForm()
    if not form.validate():
        return render_template("bank/aside.html", form=form, line=_get(line)), 422
    return _do(line, services.set_aside, because=form.because.data)


@door.post("/lines/<uuid:line>/take-back")
@officer("record money")
def take_back(line: UUID) -> ResponseReturnValue:
    return _do(line, services.take_back)


@door.post("/lines/<uuid:line>/take-up")
@officer("record money")
def take_up(line: UUID) -> ResponseReturnValue:
    return _do(line, services.take_up, owner_id=current_user.person_id)


@door.post("/lines/<uuid:line>/by-hand")
@officer("record money")
def by_hand(line: UUID) -> ResponseReturnValue:
    """It was recorded by hand before: nothing is recorded again."""
    return _do(line, services.match_by_hand, payment_id=_asked_for("payment"))


@door.post("/lines/<uuid:line>/payout")
@officer("record money", fresh=True)
def payout(line: UUID) -> ResponseReturnValue:
    """On this line a payout from Stripe arrived."""
    return _do(line, services.match_payout, entry_id=_asked_for("entry"))


@door.post("/lines/<uuid:line>/hand-back")
@officer("refund money", fresh=True)
def hand_back(line: UUID) -> ResponseReturnValue:
    """On this line a refund was paid out."""
    return _do(line, services.match_refund, refund_id=_asked_for("refund"))


def _asked_for(name: str) -> UUID:
    return read_id(request.form.get(name, "")) or abort(404)


def _get(line_id: UUID) -> BankLine:
    return queries.find_line(line_id) or abort(404)


# All that is sure


@door.get("/sure")
@officer("record money")
def sure() -> ResponseReturnValue:
    return _sure(None)


@door.post("/sure")
@officer("record money", fresh=True)
def record_sure() -> ResponseReturnValue:
    """Record every line that was shown and left ticked."""
    asked = [pair.partition(" ") for pair in request.form.getlist("line")[: rules.A_PAGE]]
    chosen = [(line, reference) for spelt, _, reference in asked if (line := read_id(spelt))]
    with transaction():
        done = services.record_sure(chosen, by=current_user.by, on=clock.today())
    return _sure(done)


def _sure(done: services.Bulk | None) -> ResponseReturnValue:
    return render_template(
        "bank/sure.html", lines=services.sure_lines(), done=done, is_fresh=current_user.is_strong(fresh=True)
    )
