"""What a person may change about themselves, and the tick before leaving."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Optional

from app.ground import clock
from app.party.electorates import queries as electorates
from app.web.forms import AtMost, HouseForm, Needed, Words, clean

from .queries import Me
from .services import Change


class DateField(wtforms.DateField):
    """A day; one that does not exist is refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter a real date, as year, month and day: 1988-03-09.")) from None


class DetailsForm(HouseForm):
    phone = StringField(_("Phone"), [AtMost(40)], filters=[clean], render_kw={"autocomplete": "tel", "inputmode": "tel"})
    address = StringField(
        _("Home address"),
        [AtMost(250), Words(_("Enter your address in words."))],
        filters=[clean],
        description=_("On one line, with the postcode."),
        render_kw={"autocomplete": "street-address"},
    )
    born_on = DateField(_("Date of birth"), [Optional()], render_kw={"autocomplete": "bday"})
    electorate = SelectField(_("Electorate you live in"), validate_choice=False)

    def __init__(self, *args: Any, held: Me, **kwargs: Any):
        shown = {
            "phone": held.details.phone,
            "address": held.details.address,
            "born_on": held.details.born_on,
            "electorate": held.electorate.code if held.electorate else "",
        }
        super().__init__(*args, data=shown, **kwargs)
        seats = electorates.electorates_on(clock.today())
        self.electorate.choices = {
            **({} if held.electorate else {gettext("No answer yet"): [("", gettext("Choose one"))]}),
            gettext("General electorates"): [(seat.code, seat.name) for seat in seats if seat.kind == "general"],
            gettext("Māori electorates"): [(seat.code, seat.name) for seat in seats if seat.kind == "maori"],
        }
        if held.is_member:  # the evidence of a member needs one
            self.address.validators = [Needed(_("Enter your home address.")), *self.address.validators]
            self.address.flags.required = True

    def change(self) -> Change:
        return Change(
            phone=self.phone.data or "",
            address=self.address.data or "",
            born_on=self.born_on.data,
            electorate=self.electorate.data or "",
        )


class LeaveForm(HouseForm):
    confirm = BooleanField(
        _("I leave the party, and know that this cannot be undone."), [Needed(_("Tick the box to say that you mean it."))]
    )
