"""Questions to whoever decides about two records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import Optional

from app.web.forms import AtMost, HouseForm, clean, one_of

from .queries import Side
from .rules import FIELDS

A, B = "a", "b"


class FindForm(HouseForm):
    """Who is the other record. It changes nothing, so it carries no token and is sent by GET."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        csrf = False

    find = StringField(
        _("Find the other record"),
        [Optional(), AtMost(120)],
        filters=[clean],
        description=_("Any part of a name; a whole email or phone number; a member’s number."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class UndoForm(HouseForm):
    """That a record is to stand by itself again."""


class MergeForm(HouseForm):
    """Which record goes on, and which of two answers holds. What only one of them says is kept in any case."""

    goes_on = RadioField(
        _("Which record goes on?"), [one_of((A, B), _("Choose the record that goes on."))], validate_choice=False
    )
    name = RadioField(_("Which name holds?"), [Optional()], validate_choice=False)
    address = RadioField(_("Which address holds?"), [Optional()], validate_choice=False)
    phone = RadioField(_("Which phone number holds?"), [Optional()], validate_choice=False)
    born_on = RadioField(_("Which date of birth holds?"), [Optional()], validate_choice=False)
    ends = BooleanField(_("The membership of the record that does not go on ends today"))
    seen = HiddenField()

    def __init__(self, a: Side, b: Side, *, day: Callable[[Any], str], **kwargs: Any):
        super().__init__(**kwargs)
        self.sides = {A: a, B: b}
        self.asked = []
        for field in FIELDS:
            said = [getattr(side.details, field) for side in (a, b)]
            if said[0] and said[1] and said[0] != said[1]:
                shown = [day(one) if field == "born_on" else one for one in said]
                self[field].choices = list(zip((A, B), shown, strict=True))
                self.asked.append(field)
        self.goes_on.choices = [
            (key, side.details.email or side.details.name or gettext("Without an email")) for key, side in self.sides.items()
        ]
        setattr(self.goes_on, "hints", {key: self._hint(side) for key, side in self.sides.items()})  # noqa: B010  (mypy)
        if not self.is_submitted():
            first = A if bool(a.in_force) >= bool(b.in_force) else B
            for name in ("goes_on", *self.asked):
                self[name].data = first

    def _hint(self, side: Side) -> str:
        words = [gettext("Signs in by letters to this address")] if side.details.email else [gettext("Cannot sign in")]
        if side.passkeys:
            words.append(ngettext("%(num)s passkey", "%(num)s passkeys", side.passkeys))
        if side.in_force:
            words.append(gettext("membership number %(number)s in force", number=side.in_force.number))
        return "; ".join(words) + "."

    @property
    def both_in_force(self) -> bool:
        return all(side.in_force for side in self.sides.values())

    @property
    def kept(self) -> Side:
        return self.sides[self.goes_on.data]

    @property
    def gone(self) -> Side:
        return self.sides[B if self.goes_on.data == A else A]

    def answered(self) -> list[tuple[str, str]]:
        """Every answer, for the page on which it is confirmed."""
        said = [(name, self[name].data or "") for name in ("goes_on", *self.asked)]
        return [*said, ("ends", "y")] if self.ends.data else said

    def taken(self) -> list[str]:
        """Details that the person has from the other record from now on: those chosen, and those they do not have."""
        other = B if self.goes_on.data == A else A
        chosen = [field for field in self.asked if self[field].data == other]
        lacking = [f for f in FIELDS if getattr(self.gone.details, f) and not getattr(self.kept.details, f)]
        return [field for field in FIELDS if field in (*chosen, *lacking)]

    def ending(self) -> UUID | None:
        """The membership that ends, where both have one and that was ticked."""
        other = self.gone.in_force
        return other.id if self.ends.data and other and self.kept.in_force else None
