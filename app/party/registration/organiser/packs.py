"""Doors: a pack is made, looked through, checked, printed, filed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.law.nz.electoral_act import MINIMUM_MEMBERS
from app.party.roster.organiser.door import in_scope, scope_now
from app.web.rights import officer

from .. import papers, queries, rules, services
from ..forms import NumberForm, PackForm, SentForm
from ..models import Pack, State
from ..queries import Named
from .door import door, get_pack, pdf_file


@door.route("/packs/new", methods=["GET", "POST"])
@officer("prepare registration", fresh=True)
@in_scope
def new_pack() -> ResponseReturnValue:
    """What will be opened is said before it is: the press makes the pack."""
    today = clock.today()
    count = queries.count(on=today)
    form = PackForm(data={"on": today, "wanted": max(rules.LEAST, min(rules.USUAL, count))})
    if form.is_submitted() and form.validate():
        assert form.on.data is not None
        assert form.wanted.data is not None
        with transaction():
            pack = services.make(
                key=form.own_key, wanted=form.wanted.data, on=form.on.data, scope=scope_now(), by=current_user.by
            )
        return redirect(url_for(".pack", pack=pack.id), 303)
    needed = MINIMUM_MEMBERS.on(today).value
    page = render_template("registration/new_pack.html", form=form, count=count, needed=needed, pool=rules.POOL)
    return page, 422 if form.errors else 200


@door.get("/packs/<uuid:pack>")
@officer("prepare registration")
@in_scope
def pack(pack: UUID) -> ResponseReturnValue:
    """Who is in it, who failed and why. Whose names are shown is written down first."""
    return _show(get_pack(pack), NumberForm(formdata=None))


def _show(pack: Pack, form: NumberForm, *, status: int = 200) -> ResponseReturnValue:
    after, failed_after = (max(request.args.get(name, 0, type=int), 0) for name in ("after", "failed"))
    with transaction():
        members, more = queries.named(pack, State.IN, after=after)
        others, more_others = queries.named(pack, State.FAILED, State.OUT, after=failed_after)
        shown = [one.line.person_id for one in (*members, *others)]
        services.open_members(pack, shown, what=rules.LISTED, by=current_user.by)
    put = queries.find_line(pack, read_id(request.args.get("put", "")))
    page = render_template(
        "registration/pack.html",
        pack=pack, form=form, counts=queries.counts_of(pack), members=members, more=more, others=others,
        more_others=more_others, after=after, papers=queries.papers_of(pack), today=clock.today(),
        kept_days=rules.PAPER_KEPT_DAYS, put=Named(put, "") if put else None, was_in="was" in request.args,
    )  # fmt: skip
    return page, status


def _change(pack_id: UUID, verb: Callable[[Pack], object], *, then: str = "") -> ResponseReturnValue:
    """Do one thing with a pack and show it, or go to where `then` says. A pack that is over is shown as it is."""
    one = get_pack(pack_id)
    with suppress(rules.IsFiled), transaction():
        verb(one)
    return redirect(then or url_for(".pack", pack=pack_id), 303)


@door.post("/packs/<uuid:pack>/check")
@officer("prepare registration", fresh=True)
@in_scope
def check(pack: UUID) -> ResponseReturnValue:
    """Check everybody anew, and have who fails replaced."""
    return _change(pack, lambda one: services.check_again(one.id, scope=scope_now(), by=current_user.by))


@door.post("/packs/<uuid:pack>/put-in")
@officer("prepare registration", fresh=True)
@in_scope
def put_in(pack: UUID) -> ResponseReturnValue:
    form = NumberForm()
    get_pack(pack)
    if form.validate():
        assert form.number.data is not None
        try:
            with transaction():
                line, was_in = services.put_in(pack, form.number.data, scope=scope_now(), by=current_user.by)
            return redirect(url_for(".pack", pack=pack, put=line.id, was="y" if was_in else None), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(get_pack(pack), form, status=422)


@door.post("/packs/<uuid:pack>/take-out/<uuid:line>")
@officer("prepare registration", fresh=True)
@in_scope
def take_out(pack: UUID, line: UUID) -> ResponseReturnValue:
    return _change(pack, lambda one: services.take_out(one.id, line, by=current_user.by))


@door.post("/packs/<uuid:pack>/drop")
@officer("prepare registration")
@in_scope
def drop(pack: UUID) -> ResponseReturnValue:
    """Put away a pack that was not filed."""
    return _change(pack, lambda one: services.drop(one.id, by=current_user.by), then=url_for(".overview"))


@door.get("/packs/<uuid:pack>/print")
@officer("prepare registration", fresh=True)
@in_scope
def print_pack(pack: UUID) -> ResponseReturnValue:
    """All pages of evidence, to print from a browser. Each member sees that it was printed."""
    one = get_pack(pack)
    with transaction():
        services.note_printed(one, by=current_user.by)
        facts = queries.pack_facts(one, on=clock.today())
    return render_template(
        "registration/print.html", pack=one, facts=facts, pages=papers.pages(facts), declared=papers.declared(facts)
    )


@door.post("/packs/<uuid:pack>/pdf")
@officer("prepare registration", fresh=True)
@in_scope
def ask_for_pdf(pack: UUID) -> ResponseReturnValue:
    """Have the worker make it into one PDF."""
    return _change(
        pack, lambda one: services.ask_for_paper(one.id, by=current_user.by), then=url_for(".pack", pack=pack, _anchor="papers")
    )


@door.get("/packs/<uuid:pack>/papers/<uuid:paper>.pdf")
@officer("prepare registration", fresh=True)
@in_scope
def pdf(pack: UUID, paper: UUID) -> ResponseReturnValue:
    """The PDF, while it is kept. Each member sees that it was taken."""
    one = next((one for one in queries.papers_of(get_pack(pack)) if one.id == paper), None) or abort(404)
    try:
        with transaction():
            content = services.hand_out(one, by=current_user.by)
    except rules.GoneAlready:
        abort(404)
    return pdf_file(content, f"evidence-of-membership-{clock.day_of(one.asked_at)}.pdf")


@door.route("/packs/<uuid:pack>/file", methods=["GET", "POST"])
@officer("prepare registration", fresh=True)
@in_scope
def file(pack: UUID) -> ResponseReturnValue:
    """Note that the pack went to the Commission. It stays as it is from then on."""
    get_pack(pack)
    form = SentForm(data={"on": clock.today()})
    if form.is_submitted() and form.validate():
        assert form.on.data is not None
        try:
            with transaction():
                services.file_pack(pack, sent_on=form.on.data, seen=form.seen.data or "", by=current_user.by)
            return redirect(url_for(".pack", pack=pack), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    one = get_pack(pack)  # after a refusal, as it is
    form.seen.data = queries.digest_of(one)
    page = render_template("registration/file.html", pack=one, form=form, counts=queries.counts_of(one))
    return page, 422 if form.errors else 200
