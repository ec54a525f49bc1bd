"""Questions to whoever gives offices."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.ground import clock
from app.party.electorates import queries as seats
from app.web.forms import AtMost, DayField, EmailAddress, HouseForm, Needed, Words, clean, one_of

from . import queries
from .rules import WORDS, OfficeName


class AppointForm(HouseForm):
    email = EmailField(
        _("Their email address"),
        [Needed(_("Enter the email address of the member.")), AtMost(254), EmailAddress()],
        filters=[clean],
        render_kw={"autocomplete": "off"},
    )
    office = RadioField(
        _("Office"),
        [one_of(list(OfficeName), _("Choose an office."))],
        validate_choice=False,
    )
    branch = SelectField(_("Branch"), [Optional()], description=_("Only for an organizer."), validate_choice=False)
    since = DayField(_("From"), [Optional()], description=_("The first day of it. Empty is today."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.office.choices = [(name.value, words.capitalize()) for name, words in WORDS.items()]
        self.branch.choices = [
            ("", gettext("None")),
            *((branch.name, branch.name) for branch in queries.open_branches(on=clock.today())),
        ]


class EndForm(HouseForm):
    until = DayField(_("First day without it"), [Optional()], description=_("Empty is today: it ends at once."))


class BranchForm(HouseForm):
    name = StringField(
        _("Name of the branch"),
        [Needed(_("Enter a name, such as Māngere.")), AtMost(80), Words(_("Enter the name in words."))],
        filters=[clean],
        render_kw={"autocomplete": "off"},
    )


class ElectoratesForm(HouseForm):
    """Which electorates fall to a branch."""

    electorates = SelectMultipleField(
        _("Electorates"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.electorates.choices = [(seat.code, seat.name) for seat in seats.electorates_on(clock.today())]
