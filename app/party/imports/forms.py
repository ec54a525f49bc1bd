"""Questions to whoever brings people in: the file, what its columns are, what it may change, who a row is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than their types

from app.web.forms import AtMost, HouseForm, Needed

from .rules import CHANGES, NoColumns, TwiceSaid, columns
from .rules.days import Order
from .rules.reading import MOST_BYTES


class FileForm(HouseForm):
    file = FileField(
        _("List of people, as CSV or XLSX"),
        description=_(
            "Up to 20 MB and 100,000 rows. Its first row says what each column is. Of a workbook the first visible sheet is "
            "read, without hidden rows and columns; a file of formulas is not."
        ),
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"},
    )

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose the file with the list."))

    def content(self) -> bytes:
        """What was sent, and no more of it than tells that it is too much. After validation only."""
        sent: bytes = self.file.data.stream.read(MOST_BYTES + 1)
        return sent


class MappingForm(HouseForm):
    """What each column is: column_1, column_2 and so on."""

    proven = BooleanField(
        _("I can show, for each of them, that they let this party write to them"),
        description=_(
            "The Unsolicited Electronic Messages Act 2007 s 9 has us prove a consent. Without this tick a yes in the file "
            "counts for nothing; a no always counts."
        ),
    )

    order = SelectField(
        _("Dates such as 3/04/1990"),
        choices=[
            SelectChoice(Order.SHOWN.value, _("As the list shows")),
            SelectChoice(Order.DAY.value, _("Day first: 3 April 1990")),
            SelectChoice(Order.MONTH.value, _("Month first: 4 March 1990")),
        ],
        description=_(
            "They can be read two ways. “As the list shows” reads them day first; where the list or its system has the month "
            "first, those in doubt are told among the rows to fix. A date that has the year first is always read so."
        ),
    )

    def columns(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith("column_")]

    def mapping(self) -> list[str]:
        """A field of `columns.FIELDS` for each column, or none. After validation only."""
        return [field.data or "" for field in self.columns()]

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        seen: set[str] = set()
        for field in self.columns():
            if field.data and field.data in seen and field.data not in columns.MANY:
                field.errors = [*field.errors, str(TwiceSaid(field=columns.FIELDS[field.data]))]
                good = False
            seen.add(field.data or "")
        if good and not {"name", "first", "last", "email", "person"} & seen:
            self.refuse(NoColumns())
            good = False
        return good


def mapping_form(
    headings: Sequence[str], mapping: Sequence[str], *, proven: bool, order: str = "", sent: bool = False
) -> MappingForm:
    """The form for a file with these headings, filled in with what is said or guessed of them."""

    class Form(MappingForm):
        pass

    choices = [("", gettext("Pass over")), *columns.FIELDS.items()]
    for place, heading in enumerate(headings, 1):
        label = heading or gettext("Column %(place)s, which has no name", place=place)
        setattr(Form, f"column_{place}", SelectField(label))
    said: dict[str, Any] = {f"column_{place}": field for place, field in enumerate(mapping, 1)}
    said |= {"proven": proven, "order": order}
    form = Form(data=said) if sent else Form(formdata=None, data=said)
    for field in form.columns():
        field.choices = choices
    return form


class TakeForm(HouseForm):
    """Which fields of people we know the file may change: none is ticked before."""

    def ticks(self, differing: Collection[str]) -> list[Any]:
        """The questions about fields that differ in some row."""
        return [self[name] for name in CHANGES if name in differing]

    def takes(self) -> list[str]:
        return [name for name in CHANGES if self[name].data]


for _name, _label in CHANGES.items():
    setattr(TakeForm, _name, BooleanField(_label))


class WhoForm(HouseForm):
    """Who a row is: an id of those it is like, `new` or `skip`."""

    who = StringField(_("Who this is"), [Needed(_("Say who this is.")), AtMost(36)])
