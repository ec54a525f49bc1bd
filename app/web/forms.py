"""Questions to people: what every form and field of the house shares."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

import wtforms
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, HiddenField, ValidationError
from wtforms.validators import StopValidation
from wtforms.widgets import Select

from app.ground.encodings import JOINERS, UNSEEN
from app.ground.ids import new_id, read_id
from app.law.clauses import Refusal
from app.law.money import read_money

_THOUSANDS = re.compile(r"(?<=\d)[, \u00a0](?=\d{3}(?!\d))")
_SPACES = re.compile(r"\s+")


class HouseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose refusals stand beside the question they belong to."""

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal beside its field, or above the form."""
        sentence = " ".join(filter(None, [str(refusal), refusal.money]))
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class KeyedForm(HouseForm):
    """A form with a key of its own: sent twice, it is done once. `seen`: what it does was shown, and this press does it."""

    key = HiddenField()
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if read_id(self.key.data or "") is None:
            self.key.data = str(new_id())

    @property
    def own_key(self) -> UUID:
        return UUID(self.key.data)

    def renew_key(self, used: bool) -> None:
        """A page that was sent before and is filled in again means something else: it gets a key of its own."""
        if used:
            self.key.data = str(new_id())

    def typed(self) -> list[tuple[str, str]]:
        """Every answer as it was typed, for the page on which it is confirmed."""
        return [
            (name, field.raw_data[0] if field.raw_data else "")
            for name, field in self._fields.items()
            if name not in ("csrf_token", "seen", "key")
        ]


class _Options(Select):
    """A list whose options are words and nothing else: with all branches and electorates in it, drawing each option’s
    attributes was a third of a page of the console."""

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:  # type: ignore[override]  # the stubs are of an older WTForms
        if kwargs or choice.render_kw:
            full: Markup = super().render_option(choice, **kwargs)
            return full
        label = choice.value if choice.label is None else choice.label
        chosen = "selected " if choice.selected else ""
        drawn = f'<option {chosen}value="{escape(choice.value)}">{escape(label)}</option>'
        return Markup(drawn)  # noqa: S704  (both are escaped)


class ListField(wtforms.SelectField):
    """One of many words."""

    widget = _Options()


class DayField(wtforms.DateField):
    """A day; one that does not exist is refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Enter a real date, as year, month and day: 2027-03-09.")) from None


class CountField(wtforms.IntegerField):
    """A whole number, its thousands parted or not; anything else is refused in our own words."""

    widget = wtforms.widgets.TextInput()  # a browser’s number box takes no “1,204”

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([_THOUSANDS.sub("", one.strip()) for one in valuelist])
        except ValueError:
            raise ValueError(gettext("Enter a whole number, such as 1,204.")) from None


class DayNeeded:
    """A day must be given. One that does not exist has its own sentence already."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, sentence: Any):
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise StopValidation(self.sentence)


def clean(text: str | None) -> str | None:
    """One line as meant: NFC, no unseen letters, single spaces."""
    return None if text is None else _SPACES.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip(f" {JOINERS}")


def clean_lines(text: str | None) -> str | None:
    """Several lines as meant: NFC, no unseen letters, one kind of line ending, nothing at either end."""
    if text is None:
        return None
    lines = UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


class Needed:
    """Something must be given. Says what: “Enter your full name”."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, sentence: Any):
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors = []
            raise StopValidation(self.sentence)


class AtMost:
    """A limit on length, in letters; stated, and never cut in silence."""

    def __init__(self, letters: int):
        self.letters = letters
        self.field_flags = {"maxlength": letters}

    def __call__(self, form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.letters:
            raise ValidationError(
                _("Use %(most)s letters or fewer; this has %(have)s.", most=self.letters, have=len(field.data))
            )


class Words:
    """At least one letter of some alphabet: a name or an address, not a row of signs."""

    def __init__(self, sentence: Any):
        self.sentence = sentence

    def __call__(self, form: Any, field: Field) -> None:
        if field.data and not any(c.isalpha() for c in field.data):
            raise ValidationError(self.sentence)


class EmailAddress:
    """An address that can receive mail, as far as its spelling tells; the network is not asked. Leaves it normalised."""

    def __call__(self, form: Any, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = validate_email(field.data, check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError(_("Enter an email address like name@example.nz.")) from None


def one_of(choices: Sequence[str], sentence: Any) -> Any:
    """Exactly one of the offered answers."""

    def check(form: Any, field: Field) -> None:
        if field.data not in choices:
            raise ValidationError(sentence)

    return check


class Amount:
    """An amount of money as people type it."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.data:
            try:
                read_money(field.data)
            except ValueError:
                raise ValidationError(_("Enter an amount in dollars, such as 20 or 12.50.")) from None
