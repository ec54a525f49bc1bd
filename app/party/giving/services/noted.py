"""What an officer says of a donation that came, as one value, and what writing it down would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.law import donations as law
from app.law.money import Money
from app.party.payments.models import Method

from ..models import Behind, Channel, Duty, Who

NOTHING = Money(0)
MONEY = (law.Form.MONEY, law.Form.OVER_PRICE)
RAIL = {Channel.CASH: Method.CASH, Channel.BANK: Method.BANK, Channel.CHEQUE: Method.BANK}


@dataclass(frozen=True)
class Noted:
    """A donation as an officer has it before them. In memory only.

    `who`: None is anonymous; `suspected`: there is reason to think that an anonymous one comes from overseas. `amount`: of
    money; else `worth` is the market value, GST included, and `price` what was paid for it. `on`: the day it came to the party;
    None while a transmitter holds it. `through` and `sent_on`: the transmitter, and the day they were given it. `what`: in
    words. `only_offered`: nothing has come, it is only asked whether it may be taken.
    """

    key: UUID
    form: law.Form
    channel: Channel
    who: Who | None
    on: date | None
    amount: Money = NOTHING
    worth: Money | None = None
    price: Money | None = None
    suspected: bool = False
    behind: tuple[Behind, ...] = ()
    through: Who | None = None
    sent_on: date | None = None
    what: str = ""
    only_offered: bool = False

    @property
    def is_money(self) -> bool:
        return self.form in MONEY

    @property
    def overseas(self) -> bool:
        return bool(law.is_overseas(self.who.ties)) if self.who else self.suspected

    def valued(self, on: date) -> law.Valued:
        """How much of it is a donation, by the law of the day it came."""
        day = self.on or self.sent_on or on
        worth = self.amount if self.form == law.Form.MONEY else self.worth or NOTHING
        return law.value_of(self.form, worth=worth, price=self.price or NOTHING, overseas=self.overseas, on=day)

    def as_json(self) -> dict[str, Any]:
        """As it is sealed: who gives, what, whose it was, and through whom."""
        return {
            "donor": self.who.as_json() if self.who else None,
            "cents": self.amount.cents,
            "cover_cents": 0,
            "monthly": False,
            "behind": [part.as_json() for part in self.behind],
            "through": self.through.as_json() if self.through else None,
            "what": self.what,
        }


@dataclass(frozen=True)
class Preview:
    """What writing it down would do. `against`: what the law has against it, though it has come. `duties`: what would have to
    be done, and by when."""

    valued: law.Valued
    against: str | None
    duties: tuple[Duty, ...]
