"""Questions to whoever looks for people. The address of a list is its form, so that it can be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import Optional

from app.ground import clock
from app.law.membership import CanEnrol
from app.party.electorates import queries as electorates
from app.web.forms import AtMost, DayField, HouseForm, ListField, clean, one_of

from .rules import LAPSING_WITHIN, REASONS, STANDS, Asked, Reason, read_asked


@dataclass(frozen=True)
class BranchShown:
    """A branch that may be chosen."""

    id: UUID
    name: str


class PeopleForm(HouseForm):
    """Whom to show. It changes nothing, so it carries no token and is sent by GET."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        csrf = False

    find = StringField(
        _("Find"),
        [Optional(), AtMost(120)],
        filters=[clean],
        description=_("Any part of a name; a whole email or phone number; a member’s number."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    stands = ListField(_("Standing"), [Optional()])
    electorate = ListField(_("Electorate"), [Optional()])
    branch = ListField(_("Branch"), [Optional()])
    joined_from = DayField(_("Joined from"), [Optional()])
    joined_to = DayField(_("Joined until"), [Optional()])
    lapsing = ListField(_("Dues become unpaid"), [Optional()])
    can_enrol = ListField(_("Can enrol to vote"), [Optional()])
    consent = BooleanField(_("Lets us write with news"))
    gave = BooleanField(_("Gave this year"))

    def __init__(self, *args: Any, branches: Sequence[BranchShown], sees_all: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        every = [("", gettext("All"))]
        self.stands.choices = [*every, *((stands.value, words) for stands, words in STANDS.items())]
        seats = electorates.electorates_on(clock.today())
        self.electorate.choices = [*every, *((seat.code, seat.name) for seat in seats)]
        nowhere = [("none", gettext("Of no branch"))] if sees_all else []
        self.branch.choices = [*every, *nowhere, *((str(branch.id), branch.name) for branch in branches)]
        self.lapsing.choices = [*every, *((str(days), gettext("Within %(days)s days", days=days)) for days in LAPSING_WITHIN)]
        self.can_enrol.choices = [
            *every,
            (CanEnrol.YES.value, gettext("Yes")),
            (CanEnrol.NO.value, gettext("No")),
            (CanEnrol.UNSURE.value, gettext("Not sure")),
        ]

    def asked(self) -> Asked:
        """What was chosen; what was garbled in an address asks for nothing."""
        return read_asked(self.chosen())

    def chosen(self) -> dict[str, str]:
        """The address of this list, without its place in it."""
        days = {name: getattr(self, name).data for name in ("joined_from", "joined_to")}
        words = {name: getattr(self, name).data for name in ("find", "stands", "electorate", "branch", "lapsing", "can_enrol")}
        ticks = {name: "y" for name in ("consent", "gave") if getattr(self, name).data}
        return {name: str(value) for name, value in {**words, **days, **ticks}.items() if value}


class ShowForm(HouseForm):
    """Why somebody’s details are opened."""

    why = RadioField(
        _("Why do you open them?"),
        [one_of(list(Reason), _("Choose why: it is written down, and they see that you looked."))],
        choices=[(reason.value, words.capitalize()) for reason, words in REASONS.items()],
        validate_choice=False,
    )


class PlaceForm(HouseForm):
    """Which branch somebody belongs to."""

    branch = ListField(_("Branch"), [Optional()])

    def __init__(self, *args: Any, branches: Sequence[BranchShown], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.branch.choices = [("", gettext("None")), *((str(branch.id), branch.name) for branch in branches)]
