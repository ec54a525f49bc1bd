"""What the United Kingdom’s and Australia’s law says of a case: verdicts, and what is reported when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.law.au.donations import REGIME as AU
from app.law.disclosure import Campaign, Gift, decide, reports
from app.law.uk.donations import REGIME as UK

from .reading import Fields

REGIMES = {"uk": UK, "au": AU}


@dataclass(frozen=True)
class Case:
    gifts: list[Gift]
    campaigns: list[Campaign]
    known: date | None


def read(case: Fields, regime: str) -> Case:
    """Everything a case of these regimes holds: gifts, campaigns, and by what day a rule must have been enacted."""
    currency = REGIMES[regime].currency
    # The first clauses there are: before them nothing can be judged.
    first = min(line.since for line in REGIMES[regime].first.lines)
    gifts, campaigns = [], []
    for fields in case.each("gifts", unique="id"):
        gifts.append(
            Gift(
                fields.name("id"),
                fields.day("on", first=first),
                fields.money("amount", currency),
                fields.name("source"),
                fields.text("kind", needed=False),
                fields.flag("foreign"),
            )
        )
        fields.done()
    for fields in case.each("campaigns"):
        campaign = Campaign(fields.day("writ_on"), fields.day("polling_day"))
        if campaign.polling_day < campaign.writ_on:
            fields.wrong("polling_day", "is before writ_on")
        campaigns.append(campaign)
        fields.done()
    return Case(gifts, campaigns, case.find_day("known", first=first))


def answer(case: Case, regime: str, *, on: date) -> dict[str, Any]:
    """The answers for one day."""
    rules = REGIMES[regime]
    ordered = sorted(enumerate(case.gifts), key=lambda pair: (pair[1].on, pair[0]))
    gifts = [gift for _, gift in ordered if gift.on <= on]
    verdicts = []
    for place, gift in enumerate(gifts):
        verdict = decide(gift, gifts[:place], rules, known=case.known)
        verdicts.append(
            {"id": gift.id, "on": gift.on, "amount": gift.amount, "verdict": "accepted" if verdict.accepted else "refused"}
            | {"sentence": verdict.sentence, "cites": verdict.cites, "since": verdict.since, "working": verdict.working}
            | {"allowed": verdict.allowed, "due_on": verdict.due_on}
        )
    taken = [gift for gift, verdict in zip(gifts, verdicts, strict=True) if verdict["verdict"] == "accepted"]
    return {
        "on": on,
        "gifts": verdicts,
        "reports": [
            {"source": report.source, "about": report.ids, "amount": report.amount, "due_on": report.due_on}
            | {"cites": report.cites, "working": report.working}
            for report in reports(taken, rules, campaigns=case.campaigns, known=case.known)
        ],
    }
