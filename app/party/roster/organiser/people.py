"""Doors: the people an officer may see, asked for and found."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.party.branches.doorkeeper import offices_now
from app.party.electorates import queries as electorates
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import PeopleForm
from ..queries import Found, Page
from .door import door, in_scope, may_care, may_now, people_form, scope_now, seen_branches

# What can be done with all who are on a list, and the right it needs: doors of rooms above, which take the list’s address. They
# are shown where the house has them.
_MAY_DO = {
    "bulk.choose": "care for people", "mailing.new": "write letters", "exports.exports": "export people",
    "erasing.erasing": "care for people",
}  # fmt: skip


@door.get("")
@officer("look at people")
@in_scope
def people() -> ResponseReturnValue:
    """A page of those who are asked for, or those who are found. Whose names are shown is written down first."""
    form = people_form(request.args)
    form.validate()
    if form.errors:
        return _show(form, Page([]), count=None), 422
    if form.find.data:
        return _found(form)
    on, asked = clock.today(), form.asked()
    place = queries.read_place(after=request.args.get("after", ""), before=request.args.get("before", ""))
    with transaction():
        count = queries.count(asked, scope_now(), on=on)
        found = queries.page(asked, scope_now(), on=on, place=place, known=count)
        names = queries.names_of(found.rows)
        services.look_through(list(names), by=current_user.by, found=False, held=offices_now())
    return _show(form, found, count=count, names=names)


def _found(form: PeopleForm) -> ResponseReturnValue:
    try:
        with transaction():
            found = queries.find_people(form.find.data or "", form.asked(), scope_now(), on=clock.today())
            services.look_through(
                [row.person_id for row, _name in found.rows], by=current_user.by, found=True, held=offices_now()
            )
    except rules.NotANumber as refusal:
        form.refuse(refusal)
        return _show(form, Page([]), count=None), 422
    return _show(form, _as_page(found), names={row.person_id: name for row, name in found.rows}, found=found)


def _as_page(found: Found) -> Page:
    return Page([row for row, _name in found.rows])


def _show(form: PeopleForm, page: Page, **more: object) -> str:
    seats = {(seat.set_code, seat.code): seat.name for seat in electorates.electorates_on(clock.today())}
    return render_template(
        "roster/people.html",
        **{"count": None, "names": {}, "found": None, **more},
        form=form,
        page=page,
        chosen=form.chosen(),
        filters=len([name for name in form.chosen() if name != "find"]),
        branch_names={branch.id: branch.name for branch in seen_branches()},
        seats=seats,
        stands=rules.STANDS,
        sees=_("everybody") if scope_now().everyone else ", ".join(branch.name for branch in seen_branches()),
        today=clock.today(),
        may_care=may_care(),
        may_do={name for name, right in _MAY_DO.items() if name in current_app.view_functions and may_now(right)},
    )
