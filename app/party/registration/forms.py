"""Questions to whoever prepares a registration."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than their types
from wtforms.validators import InputRequired, NumberRange

from app.ground import clock
from app.web.forms import DayField, HouseForm, KeyedForm

from . import rules
from .models import Step


class PackForm(KeyedForm):
    """How many, for which day."""

    on = DayField(
        _("For the day"), [InputRequired(_("Enter the day for which they must count."))],
        description=_("Each must be a current financial member on it. Choose the day you send it, or a few days on."),
    )  # fmt: skip
    wanted = IntegerField(
        _("How many members"),
        [
            InputRequired(_("Enter a number from 1 to 550.")),
            NumberRange(rules.LEAST, rules.MOST, _("Enter a number from 1 to 550.")),
        ],
        description=_("The Commission needs 500. Some more make up for those it does not find on the roll."),
        render_kw={"inputmode": "numeric"},
    )

    def validate_on(self, field: DayField) -> None:
        first, last = rules.days_of_pack(clock.today())
        if field.data and not first <= field.data <= last:
            raise ValidationError(str(rules.NotOnThatDay(first=rules.day(first), last=rules.day(last))))


class NumberForm(HouseForm):
    """A member by number."""

    number = IntegerField(
        _("Member’s number"), [InputRequired(_("Enter the member’s number."))], render_kw={"inputmode": "numeric"}
    )


class StepForm(HouseForm):
    """What became of the party’s registration, and on which day."""

    step = RadioField(
        _("What happened"),
        choices=[
            SelectChoice(str(Step.REGISTERED), _("The party was registered")),
            SelectChoice(str(Step.CANCELLED), _("Its registration was cancelled")),
        ],
        validators=[InputRequired(_("Say what happened."))],
    )
    on = DayField(_("On"), [InputRequired(_("Enter the day."))])

    def noted(self) -> tuple[Step, date]:
        assert self.on.data is not None
        return Step(self.step.data), self.on.data


class SentForm(HouseForm):
    """That a paper went to the Commission. `count`: the number the page showed."""

    count = HiddenField()
    seen = HiddenField()
    on = DayField(_("Sent on"), [InputRequired(_("Enter the day it was sent."))])
    sure = BooleanField(_("It is signed, and went to the Electoral Commission"), [InputRequired(_("Tick that it was sent."))])
