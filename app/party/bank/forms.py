"""Questions to whoever imports a statement: the file, whose a line is, why it is none of ours."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField, StringField, ValidationError

from app.law.clauses import Refusal
from app.law.money import read_money
from app.web.forms import Amount, AtMost, HouseForm, KeyedForm, clean, one_of

from . import rules
from .rules.reading import MOST_BYTES
from .services import Wish

_MONEY = {"inputmode": "decimal", "autocomplete": "off"}
_SIGNS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class FileForm(HouseForm):
    file = FileField(
        _("Statement, as a CSV file"),
        description=_(
            "Up to 2 MB and 20,000 lines, as ANZ, ASB, BNZ, Kiwibank, TSB or Westpac export it. Leave its first row as it is."
        ),
        render_kw={"accept": ".csv,text/csv"},
    )
    account = StringField(
        _("Account it is of"),
        [AtMost(40)],
        filters=[clean],
        description=_("Such as 02-0500-0123456-00. Some files say it themselves."),
        render_kw={"autocomplete": "off"},
    )

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose the file that the bank gave you."))

    def content(self) -> bytes:
        """What was sent, and no more of it than tells that it is too much. After validation only."""
        sent: bytes = self.file.data.stream.read(MOST_BYTES + 1)
        return sent


class PartsForm(KeyedForm):
    """Whose the money of one line is, in up to six parts: reference_1, amount_1, above_1 and so on."""

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The questions of each part."""
        return [
            (self[f"reference_{place}"], self[f"amount_{place}"], self[f"above_{place}"])
            for place in range(1, rules.MOST_PARTS + 1)
        ]

    def used(self) -> int:
        """How many parts are filled in, or have something to say."""
        filled = [place for place, row in enumerate(self.rows(), 1) if any(field.data or field.errors for field in row)]
        return max(filled, default=1)

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        for reference, amount, _above in self.rows():
            if bool(reference.data) != bool(amount.data) and not amount.errors:
                wrong = amount if reference.data else reference
                wrong.errors = [*wrong.errors, rules.NoPart.sentence]
                good = False
        if good and not self.wishes():
            self.refuse_part(1, rules.NoPart())
            good = False
        return good

    def wishes(self) -> list[Wish]:
        """What was answered. After validation only."""
        return [
            Wish(reference.data, read_money(amount.data), read_money(above.data) if above.data else None)
            for reference, amount, above in self.rows()
            if reference.data and amount.data
        ]

    def refuse_part(self, place: int, refusal: Refusal) -> None:
        """Show a refusal beside the question of the part it is about; one about no question, above all of them."""
        sentence = " ".join(filter(None, [str(refusal), refusal.money]))
        field = self._fields.get(f"{refusal.field}_{place}")
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def _add_part(place: int) -> None:
    def said(first: Any, later: Any) -> Any:
        return first if place == 1 else later

    reference = said(_("Reference"), _("Reference of part %(place)s", place=place))
    amount = said(_("Amount"), _("Amount of part %(place)s", place=place))
    above = said(_("Of it above the dues"), _("Of part %(place)s above the dues", place=place))
    setattr(PartsForm, f"reference_{place}", StringField(reference, [AtMost(30)], filters=[clean], render_kw=_SIGNS))
    setattr(PartsForm, f"amount_{place}", StringField(amount, [AtMost(12), Amount()], filters=[clean], render_kw=_MONEY))
    setattr(PartsForm, f"above_{place}", StringField(above, [AtMost(12), Amount()], filters=[clean], render_kw=_MONEY))


for _place in range(1, rules.MOST_PARTS + 1):
    _add_part(_place)


class AsideForm(HouseForm):
    because = SelectField(
        _("Why it is none of ours to match"), [one_of(tuple(rules.ASIDE), _("Choose why."))], validate_choice=False
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.because.choices = [("", _("Choose")), *rules.ASIDE.items()]
