"""The card a member carries, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.law.membership import WORDS, Standing, standing
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.people import queries as people

_NONE = {
    Standing.APPLIED: "Your card comes with your membership, and that as soon as your dues have arrived.",
    Standing.LAPSED: "Your membership lapsed because dues stayed unpaid. When you join again, there is a card again.",
    Standing.SUSPENDED: "Your membership is suspended, and so is your card.",
}
_NO_MEMBER = "A card is for members. You can join whenever you like; it takes two minutes."


@dataclass(frozen=True)
class Card:
    """What the card says; `number` is None and `sentence` says why for somebody who gets none."""

    name: str
    number: int | None
    since: date | None
    until: date | None  # the last day that dues were paid for
    word: str
    sentence: str

    @property
    def is_given(self) -> bool:
        return self.number is not None


def card(person_id: UUID, *, on: date) -> Card:
    """The card of a member who is in good standing or behind with dues on day `on`: both are members under the rules."""
    details = people.details_of(people.get_person(person_id))
    current = memberships.current_of(person_id)
    if current is None:
        return Card(details.name, None, None, None, "", _NO_MEMBER)
    history = dues.history_of(current)
    now = standing(history, on=on)
    if now not in (Standing.GOOD, Standing.BEHIND):
        return Card(details.name, None, None, None, WORDS[now], _NONE.get(now, _NO_MEMBER))
    paid = [fee.until for fee in history.fees if fee.is_paid(on)]
    until = max(paid) - timedelta(days=1) if paid else None
    sentence = "A member in good standing." if now is Standing.GOOD else "A member, behind with dues."
    return Card(details.name, current.number, current.opened_on, until, WORDS[now], sentence)
