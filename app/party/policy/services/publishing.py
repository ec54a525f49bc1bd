"""Verbs: a draft is adopted and published; a version is translated; a policy is retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from app.ground import audit, clock, news
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id

from .. import queries, rules
from ..models import Policy, PolicyTranslation, PolicyVersion
from ..texts import checking
from ..texts.reading import clean, read, read_all
from ..texts.words import Unreadable
from .drafting import check_publishable, held_draft, hold


@dataclass(frozen=True)
class Decision:
    """Who adopted a text, with how many votes where there was one, and from which day it holds."""

    decided_by: str
    effective_from: date
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    eligible: int | None = None


def publish(policy: Policy, decision: Decision, *, authority: str, seen: str, on: date, by: str) -> PolicyVersion:
    """Publish the draft, as it was seen (its mark), as the next version; nothing of it changes ever after, and every web worker
    forgets the pages it keeps. `authority`: the party secretary's, in words (Electoral Act 1993 s 204G).

    Raises NoDraft, SavedMeanwhile, NoNote, NothingChanged, NotYet, LongAgo, BeforeTheLast, VotesDoNotAdd, Unreadable,
    PollingDay, Retired.
    """
    rules.check_not_polling(clock.now())
    draft = held_draft(policy.id)
    if policy.retired_at:
        raise rules.Retired()
    if draft.mark != seen:
        raise rules.SavedMeanwhile()
    before = queries.versions(policy.id)
    last = (before[-1].number, before[-1].effective_from) if before else None
    rules.check_effective(decision.effective_from, last=last, on=on)
    rules.check_votes((decision.votes_for, decision.votes_against, decision.abstained, decision.eligible))
    if before and not draft.change_note:
        raise rules.NoNote()
    if before and before[-1].source == draft.source:
        raise rules.NothingChanged()
    check_publishable(policy.id, draft.source, draft.change_note)
    version = PolicyVersion(
        id=new_id(), policy_id=policy.id, number=len(before) + 1, source=draft.source, hash=digest(draft.source),
        change_note=draft.change_note, decided_by=decision.decided_by, effective_from=decision.effective_from,
        votes_for=decision.votes_for, votes_against=decision.votes_against, abstained=decision.abstained,
        eligible=decision.eligible, authority=authority, published_at=clock.now(), published_by=by,
    )  # fmt: skip
    session.add(version)
    session.delete(draft)
    session.flush()
    audit.record(
        Action.POLICY_PUBLISHED,
        audit.of("policy", policy.id),
        by=by,
        slug=policy.slug,
        number=version.number,
        hash=version.hash,
    )
    news.tell()
    return version


def translate(
    version: PolicyVersion,
    source: str,
    *,
    of_hash: str,
    locale: str,
    translator: str,
    checked_by: str,
    checked_on: date,
    on: date,
    by: str,
) -> PolicyTranslation:
    """Publish a version in another language, made and checked by people. `of_hash`: of the version that was
    seen. Raises PollingDay, MovedOn, NotChecked; and Unreadable: it must have the
    sections and the commitments of the version, and its numbers their citations."""
    rules.check_not_polling(clock.now())
    hold(version.policy_id)
    if not of_hash == version.hash == queries.versions(version.policy_id)[-1].hash:
        raise rules.MovedOn()
    rules.check_checked(checked_on, on=on)
    cleaned = clean(source)
    text, faults = read_all(cleaned)
    found = faults or [*checking.faults(text), *checking.unlike(text, read(version.source))]
    if found:
        raise Unreadable(found)
    made = PolicyTranslation(
        id=new_id(), version_id=version.id, locale=locale, source=cleaned, of_hash=version.hash, translator=translator,
        checked_by=checked_by, checked_on=checked_on, entered_at=clock.now(), entered_by=by,
    )  # fmt: skip
    session.add(made)
    audit.record(Action.POLICY_TRANSLATED, audit.of("policy", version.policy_id), by=by, number=version.number, locale=locale)
    news.tell()
    return made


def retire(policy: Policy, *, successor: Policy | None, by: str) -> None:
    """Take a policy out of the list. Its versions stay where they are; its own address leads to its successor."""
    hold(policy.id)
    if policy.retired_at:
        return
    policy.retired_at = clock.now()
    policy.successor_id = successor.id if successor else None
    if draft := queries.draft_of(policy.id):  # kept, and not consulted on any more
        draft.consulting_since = draft.consulting_until = None
    audit.record(Action.POLICY_RETIRED, audit.of("policy", policy.id), by=by, successor=successor.slug if successor else None)
    news.tell()


def digest(source: str) -> str:
    """SHA-256 of a source, in hex."""
    return sha256(source.encode()).hexdigest()
