"""Where the doors of this room hang, and whom each of them sees."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.ground import clock
from app.ground.ids import read_id
from app.party.branches import queries as branches
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.party.branches.models import Branch
from app.party.branches.scope import Scope, looking_as, of_offices
from app.party.casework import queries as casework
from app.web.words import upfirst

from .. import queries
from ..forms import BranchShown, Kept, PeopleForm
from ..rules import Asked

door = Blueprint("roster", __name__, url_prefix="/org/people")

P = ParamSpec("P")


def in_scope(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Everything a door asks is asked as whoever stands at it, by those of their offices that give the right they were let in
    by: `scope_now()` for the questions, and the database is told the same. Stands inside `officer`. A door without this sees an
    empty roster."""

    @wraps(view)
    def looking(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        held = offices_now()
        # Said now: the rows themselves are gone when a transaction of the door is rolled back.
        g.scopes = {right: of_offices(held, right=right) for right in rights.SENTENCES}
        with looking_as(scope_now()):
            return view(*args, **kwargs)

    return looking


def scope_now() -> Scope:
    """Whom whoever is asking sees. Raises AttributeError behind a door that is not `in_scope`."""
    return _scope_for(g.let_in_as)


def _scope_for(right: str) -> Scope:
    found: Scope = g.scopes[right]
    return found


def seen_branches() -> list[BranchShown]:
    """The open branches whose members whoever is asking sees, by name; asked once a request."""
    if "seen_branches" not in g:
        there = branches.open_branches(on=clock.today())
        g.seen_branches = [BranchShown(one.id, one.name) for one in there if scope_now().sees(one.id)]
    found: list[BranchShown] = g.seen_branches
    return found


def may_care() -> bool:
    """Whether whoever is asking may tag people, note and set tasks."""
    return may_now("care for people")


def may_now(right: str) -> bool:
    """Whether whoever stands at a door that is `in_scope` may do this, for some at least."""
    return bool(_scope_for(right))


def may_for(right: str, branch_id: UUID | None) -> bool:
    """The same, for somebody (or a segment) of this branch; None: of none."""
    return _scope_for(right).sees(branch_id)


def offered_tags(*, right: str = "") -> list[Kept]:
    """The tags that whoever is asking sees (`right`: by what lets them do this), with their branch where they are of one."""
    scope = _scope_for(right or g.let_in_as)
    return [Kept(tag.id, _told(tag.name, tag.branch)) for tag in casework.tags(scope, on=clock.today())]


def offered_segments() -> list[Kept]:
    """The segments that whoever is asking may open."""
    return [Kept(segment.id, _told(segment.name, segment.branch)) for segment in queries.segments(scope_now())]


def _told(name: str, branch: Branch | None) -> str:
    return f"{branch.name}: {name}" if branch else name


def people_form(spelt: MultiDict[str, str] | Asked) -> PeopleForm:
    """The question to whoever looks for people, with what they may choose. A tag that is retired is offered where it was asked
    for."""
    typed = MultiDict(spelt.spell()) if isinstance(spelt, Asked) else spelt
    tags = offered_tags()
    asked_tag = casework.find_tag(read_id(typed.get("tag", "")), scope_now())
    if asked_tag and asked_tag.id not in {tag.id for tag in tags}:
        tags.append(Kept(asked_tag.id, _told(asked_tag.name, asked_tag.branch)))
    return PeopleForm(typed, branches=seen_branches(), sees_all=scope_now().everyone, tags=tags, segments=offered_segments())


def offered_officers(branch_id: UUID | None, *, anybody: bool = False) -> list[Kept]:
    """The officers who care for people and see those of a branch (None: of none; `anybody`: of any), whoever asks first. Told
    by their office, and by their name where it is in sight."""
    held = casework.carers(on=clock.today())
    seeing = [one for one in held if anybody or of_offices([one]).sees(branch_id)]
    names = queries.names_of(seeing)
    told: dict[UUID, str] = {}
    for one in seeing:
        words = upfirst(branches.words(one.office, one.branch))
        if one.person_id == current_user.person_id:
            words = _("You (%(office)s)", office=words)
        elif one.person_id in names:
            words = f"{names[one.person_id]} ({words})"
        told.setdefault(one.person_id, words)
    return sorted((Kept(*one) for one in told.items()), key=lambda kept: kept.id != current_user.person_id)
