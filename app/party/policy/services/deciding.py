"""Verb: what a body of the party decided about an amendment is written down; what was accepted goes into the next version’s
draft, from which it is published as any version is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.ground import audit, clock, news
from app.ground.audit import Action
from app.ground.db import session

from .. import emails, queries, rules
from ..models import Amendment, AmendmentDecision, Outcome, Policy
from ..rules import State
from ..texts.reading import clean
from ..texts.sections import begins_another, with_body
from . import drafting


@dataclass(frozen=True)
class Verdict:
    """What was decided, by whom, when and why, with how many votes where there was one. `body`: what was accepted in part."""

    outcome: Outcome
    decided_by: str
    decided_on: date
    reasons: str
    body: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    eligible: int | None = None


def decide(policy: Policy, amendment: Amendment, verdict: Verdict, *, seen: str, by: str, on: date) -> AmendmentDecision:
    """Answer an amendment that had the support it needed. What is accepted takes the place of its section in the draft
    (`seen`: the mark of the draft that was seen, "" for none). Its author is told.

    Raises PollingDay, NotToDecide, NoReasons, NotBackThen, VotesDoNotAdd, TwoSections, SavedMeanwhile, NoSuchSection, Retired,
    Unreadable.
    """
    rules.check_not_polling(clock.now())
    drafting.hold(policy.id)
    shown = queries.proposed(amendment, by=None, on=on)
    if shown.state is not State.SUPPORTED or amendment.closes_on is None:
        raise rules.NotToDecide(state=shown.state)
    if not verdict.reasons.strip():
        raise rules.NoReasons()
    if not amendment.closes_on < verdict.decided_on <= on:
        raise rules.NotBackThen(closed=f"{amendment.closes_on.day} {amendment.closes_on:%B %Y}")
    rules.check_votes((verdict.votes_for, verdict.votes_against, verdict.abstained, verdict.eligible))
    body = _accepted(amendment, verdict)
    if body is not None:
        _into_the_draft(policy, amendment.anchor, shown.heading, body, seen=seen, by=by)
    made = AmendmentDecision(
        amendment_id=amendment.id, outcome=verdict.outcome, decided_by=verdict.decided_by, decided_on=verdict.decided_on,
        reasons=verdict.reasons, body=body, votes_for=verdict.votes_for, votes_against=verdict.votes_against,
        abstained=verdict.abstained, eligible=verdict.eligible, entered_at=clock.now(), entered_by=by,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(Action.AMENDMENT_DECIDED, audit.of("amendment", amendment.id), by=by, outcome=str(verdict.outcome))
    emails.decided(shown, policy, made)
    news.tell()
    return made


def _accepted(amendment: Amendment, verdict: Verdict) -> str | None:
    """What goes into the draft. Raises TwoSections."""
    if verdict.outcome is Outcome.DECLINED:
        return None
    if verdict.outcome is Outcome.ACCEPTED:
        return amendment.body
    if begins_another(verdict.body):
        raise rules.TwoSections()
    return clean(verdict.body).strip("\n")


def _into_the_draft(policy: Policy, anchor: str, heading: str, body: str, *, seen: str, by: str) -> None:
    known = queries.draft_of(policy.id)
    if (known.mark if known else "") != seen:
        raise rules.SavedMeanwhile()
    draft = drafting.begin_next(policy, by=by)
    try:
        source = with_body(draft.source, anchor, body)
    except LookupError:
        raise rules.NoSuchSection() from None
    said = f"“{heading}” says what members proposed."
    note = draft.change_note if said in draft.change_note else f"{draft.change_note} {said}".strip()
    drafting.save(policy, source, note, seen=draft.mark, by=by)
