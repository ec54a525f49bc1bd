"""Guards: what is signed, what may be paid above the dues, how long an application is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.law.clauses import Refusal
from app.law.membership import CanEnrol
from app.law.money import Money
from app.law.nz.donations import OVERSEAS_KEEP
from app.law.party_rules import DUES

REMIND_AFTER = (timedelta(hours=1), timedelta(days=3))
KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Wording:
    """The sentences a signature stands under, and the answers about enrolling, in one version. A changed word is a new
    version; old ones stay."""

    version: str
    clauses: tuple[str, ...]
    answers: dict[CanEnrol, str]

    def sentences(self, *, party: str) -> list[str]:
        """What the page shows above the signature, and what is sealed under it."""
        return [clause.format(party=party) for clause in self.clauses]


WORDINGS = {
    "join-2026-11": Wording(
        "join-2026-11",
        (
            "I apply, for myself, to join {party}, and I will pay its membership dues when they become payable.",
            "My answer above, about enrolling to vote in New Zealand, is true.",
            "I authorise {party} to record me as a financial member.",
            "I authorise {party} to release my membership details to the Electoral Commission as evidence of its membership.",
        ),
        {
            CanEnrol.YES: "Yes, I am eligible to enrol, or enrolled",
            CanEnrol.NO: "No, I am not eligible to enrol",
            CanEnrol.UNSURE: "I am not sure",
        },
    )
}
CURRENT = WORDINGS["join-2026-11"]


class TooMuchAbove(Refusal):
    field = "above"
    sentence = "At most {most} above the dues can be taken here. Write to us for more."


class TooMuchFromAbroad(Refusal):
    field = "above"
    cites = "Electoral Act 1993 s 207K(2A)"
    sentence = (
        "Without your word that you can enrol to vote, at most {most} above the dues can be taken: the law limits what a "
        "party may keep from a person overseas (Electoral Act 1993 s 207K)."
    )


def check_above(above: Money, *, can_enrol: CanEnrol, on: date) -> None:
    """Raises TooMuchFromAbroad or TooMuchAbove."""
    most, keep = DUES.on(on).value.most_above, OVERSEAS_KEEP.on(on).value
    if can_enrol is not CanEnrol.YES and above.exceeds(keep):
        raise TooMuchFromAbroad(most=keep)
    if above.exceeds(most):
        raise TooMuchAbove(most=most)
