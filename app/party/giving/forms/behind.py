"""The questions about each person whose money a donation is in part."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, HiddenField, StringField

from app.law.donations import Ties
from app.law.money import Money, read_money
from app.web.forms import AtMost, HouseForm, clean

from .. import rules
from ..models import Behind, Who

ASKED = ("name", "address", "amount", "abroad")


def amount_in(text: str | None) -> Money | None:
    """What was typed; None for nothing, or for what is no amount."""
    try:
        return read_money(text) if text else None
    except ValueError:
        return None


def ties_choices() -> list[tuple[str, str]]:
    """Who gives or lends, as an officer says it of somebody else."""
    return [
        ("here", _("A person who lives in New Zealand")),
        ("abroad-elector", _("A person abroad: a New Zealand citizen or registered elector")),
        ("abroad", _("A person abroad who is neither")),
        ("body", _("A company or other body incorporated in New Zealand")),
        ("body-abroad", _("A company or other body incorporated elsewhere")),
        ("group", _("A trust or group that is run from New Zealand")),
        ("group-abroad", _("A trust or group that is run from elsewhere")),
    ]


class AskedBehind(HouseForm):
    """A form that asks for up to five people whose money it is."""

    PARTS: ClassVar = range(1, rules.MOST_CONTRIBUTORS + 1)

    contributions = HiddenField()  # where what is wrong with them is said

    def parts(self) -> list[list[Any]]:
        """The questions about each of them."""
        return [[getattr(self, f"by{place}_{what}") for what in ASKED] for place in self.PARTS]

    @property
    def names_others(self) -> bool:
        """Whether anything was said about anybody whose money it may be."""
        return any(_answers(part) for part in self.parts())

    def behind(self) -> tuple[Behind, ...]:
        """Who was named. Raises NamesItself where one is not named in full, or nobody is."""
        found = []
        for part in self.parts():
            if not _answers(part):
                continue
            name, address, typed, abroad = (field.data for field in part)
            amount = amount_in(typed)
            if not (name and address and amount):
                raise rules.NamesItself()
            found.append(Behind(Who(name, address, ties=Ties(lives_here=not abroad)), amount, bool(abroad)))
        if not found:
            raise rules.NamesItself()
        return tuple(found)


def _answers(part: list[Any]) -> bool:
    return any(field.data for field in part)


_MONEY = {"inputmode": "decimal", "autocomplete": "off"}
for _place in AskedBehind.PARTS:
    setattr(AskedBehind, f"by{_place}_name", StringField(__("Name"), [AtMost(120)], filters=[clean]))
    setattr(AskedBehind, f"by{_place}_address", StringField(__("Address"), [AtMost(250)], filters=[clean]))
    setattr(AskedBehind, f"by{_place}_amount", StringField(__("Amount"), [AtMost(12)], filters=[clean], render_kw=_MONEY))
    setattr(AskedBehind, f"by{_place}_abroad", BooleanField(__("An overseas person")))
