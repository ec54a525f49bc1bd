"""Verbs: the next version is begun, saved, put out for consultation, dropped."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.ground import audit, clock, news
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id

from .. import content, queries, rules
from ..models import Policy, PolicyDraft
from ..texts.reading import clean
from ..texts.words import Unreadable


def start(slug: str, source: str, *, by: str) -> Policy:
    """Begin a policy: a draft under an address that is its own for ever. Raises BadSlug, SlugTaken."""
    rules.check_slug(slug)
    lock_for_now(f"policy:{slug}")
    if queries.find(slug):
        raise rules.SlugTaken()
    last = session.scalar(select(func.max(Policy.position))) or 0
    policy = Policy(id=new_id(), slug=slug, position=last + 1, made_at=clock.now(), made_by=by)
    session.add(policy)
    session.flush()
    _draft(policy, source, by=by)
    audit.record(Action.POLICY_DRAFTED, audit.of("policy", policy.id), by=by, slug=slug, revision=1)
    return policy


def begin_next(policy: Policy, *, by: str) -> PolicyDraft:
    """The draft of the next version, made from the current one unless there is one already. Raises Retired."""
    hold(policy.id)
    known = queries.draft_of(policy.id)
    if known is not None:
        return known
    if policy.retired_at:
        raise rules.Retired()
    before = queries.versions(policy.id)
    draft = _draft(policy, before[-1].source if before else content.BLANK, by=by)
    audit.record(Action.POLICY_DRAFTED, audit.of("policy", policy.id), by=by, slug=policy.slug, revision=1)
    return draft


def _draft(policy: Policy, source: str, *, by: str) -> PolicyDraft:
    draft = PolicyDraft(
        policy_id=policy.id, source=clean(source), change_note="", revision=1, saved_at=clock.now(), saved_by=by
    )
    session.add(draft)
    session.flush()
    return draft


def save(policy: Policy, source: str, change_note: str, *, seen: str, by: str) -> PolicyDraft:
    """Keep the draft as it is, faults and all, so that nothing is lost. `seen`: the mark of what was opened. While it is being
    consulted on, what is public must stay readable and without faults. Raises NoDraft, SavedMeanwhile, Unreadable, and
    PollingDay while it is public."""
    draft = held_draft(policy.id)
    cleaned = clean(source)
    if draft.source == cleaned and draft.change_note == change_note:
        return draft
    if draft.mark != seen:
        raise rules.SavedMeanwhile()
    if queries.is_consulting(draft, on=clock.today()):
        rules.check_not_polling(clock.now())
        check_publishable(policy.id, cleaned)
        news.tell()
    draft.source, draft.change_note, draft.revision = cleaned, change_note, draft.revision + 1
    draft.saved_at, draft.saved_by = clock.now(), by
    audit.record(Action.POLICY_DRAFTED, audit.of("policy", policy.id), by=by, slug=policy.slug, revision=draft.revision)
    return draft


def consult(policy: Policy, *, until: date, on: date, by: str) -> PolicyDraft:
    """Make the draft public until a day, that day included. Raises NoDraft, TooShort, TooLong, Unreadable, PollingDay,
    Retired."""
    rules.check_not_polling(clock.now())
    draft = held_draft(policy.id)
    if policy.retired_at:
        raise rules.Retired()
    rules.check_consultation(until, on=on)
    check_publishable(policy.id, draft.source)
    draft.consulting_since, draft.consulting_until = draft.consulting_since or clock.now(), until
    audit.record(Action.POLICY_CONSULTED, audit.of("policy", policy.id), by=by, slug=policy.slug, until=until.isoformat())
    news.tell()
    return draft


def drop(policy: Policy, *, seen: str, by: str) -> None:
    """Throw the draft away, as it was seen (its mark). A policy that was never published stays as an empty address. Raises
    NoDraft, SavedMeanwhile."""
    draft = held_draft(policy.id)
    if draft.mark != seen:
        raise rules.SavedMeanwhile()
    session.delete(draft)
    audit.record(Action.POLICY_DROPPED, audit.of("policy", policy.id), by=by, slug=policy.slug)
    news.tell()


def hold(policy_id: UUID) -> None:
    """One change of a policy at a time, until the end of this transaction."""
    held = select(Policy).where(Policy.id == policy_id).with_for_update()
    session.execute(held.execution_options(populate_existing=True))


def held_draft(policy_id: UUID) -> PolicyDraft:
    """The draft, held. Raises NoDraft."""
    hold(policy_id)
    draft = session.get(PolicyDraft, policy_id, populate_existing=True)
    if draft is None:
        raise rules.NoDraft()
    return draft


def check_publishable(policy_id: UUID, source: str, note: str = "") -> None:
    """Raises Unreadable with every fault that keeps a source, and the note on it, from being published."""
    if found := queries.faults_of(policy_id, source, note):
        raise Unreadable(found)
