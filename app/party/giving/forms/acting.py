"""Questions to officers who do what the law asks: give back, pay over, pass on, file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField

from app.web.forms import AtMost, DayField, DayNeeded, KeyedForm, Needed, clean, one_of


class Day(DayField):
    """A day, or nothing; what nothing means, the form says."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if any(value.strip() for value in valuelist):
            super().process_formdata(valuelist)


class _Dated(KeyedForm):
    def day(self) -> date:
        """What was answered. After validation only."""
        answered = self._fields["on"].data
        assert isinstance(answered, date)
        return answered


class GiveBackForm(_Dated):
    """Money is paid out by the payments room; only of what was no money is the day asked."""

    on = Day(_("Day it was given back"), [DayNeeded(_("Enter the day it was given back."))])
    how = RadioField(
        _("What was given back"), [one_of(("itself", "value"), _("Choose what was given back."))], default="value",
        validate_choice=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.how.data = self.how.data or self.how.default
        self.how.choices = [
            ("value", gettext("Its value, paid out of the bank")),
            ("itself", gettext("The thing itself")),
        ]


class PayOverForm(_Dated):
    on = Day(_("Day it was paid"), [DayNeeded(_("Enter the day it was paid."))])
    evidence = StringField(
        _("The bank’s reference of the payment"),
        [Needed(_("Enter the bank’s reference: it is the evidence.")), AtMost(200)],
        filters=[clean],
        render_kw={"autocomplete": "off"},
    )
    why_not = StringField(
        _("Why it could not be given back to the donor"),
        [AtMost(500)],
        filters=[clean],
        description=_("Kept sealed with the donation. Name what was tried."),
        render_kw={"autocomplete": "off"},
    )


class PassOnForm(_Dated):
    on = Day(_("Day it came to the party"), [DayNeeded(_("Enter the day it came to the party, or to its bank."))])


class FiledForm(_Dated):
    on = Day(_("Day it was filed"), [DayNeeded(_("Enter the day it was filed with the Electoral Commission."))])
