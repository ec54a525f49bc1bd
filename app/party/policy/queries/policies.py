"""Questions: what is adopted, what was, what is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.ground.db import session

from ..models import Policy, PolicyDraft, PolicyTranslation, PolicyVersion
from ..rules import is_slug
from ..texts import checking
from ..texts.reading import read, read_all
from ..texts.words import Fault, Text


@dataclass(frozen=True)
class Adopted:
    """A policy, one of its versions, and that version’s text."""

    policy: Policy
    version: PolicyVersion
    text: Text


def adopted() -> list[Adopted]:
    """Every policy that is adopted and not retired, with its current version, in the order the party gave them."""
    return [_adopted(policy, version) for policy, version in session.execute(_current().where(Policy.retired_at.is_(None)))]


def _with_versions() -> Select[Policy, PolicyVersion]:
    return select(Policy, PolicyVersion).join(PolicyVersion, PolicyVersion.policy_id == Policy.id)


def _current() -> Select[Policy, PolicyVersion]:
    """Policies with the last of their versions, in order."""
    later = aliased(PolicyVersion)
    is_last = ~select(later.id).where(later.policy_id == Policy.id, later.number > PolicyVersion.number).exists()
    return _with_versions().where(is_last).order_by(Policy.position, Policy.slug)


def _adopted(policy: Policy, version: PolicyVersion) -> Adopted:
    return Adopted(policy, version, read(version.source))


def find(slug: str) -> Policy | None:
    """The policy at an address; None for an address that none can have."""
    if not is_slug(slug):
        return None
    return session.scalar(select(Policy).where(Policy.slug == slug))


def get_policy(policy_id: UUID) -> Policy:
    """The policy, which must exist. Raises sqlalchemy.exc.NoResultFound."""
    return session.get_one(Policy, policy_id)


def find_adopted(slug: str, number: int | None = None) -> Adopted | None:
    """A policy with its current version, or with the one of a number."""
    if not is_slug(slug):
        return None
    asked = _current() if number is None else _with_versions().where(PolicyVersion.number == number)
    row = session.execute(asked.where(Policy.slug == slug)).first()
    return _adopted(*row) if row else None


def adopted_as(version_id: UUID) -> Adopted:
    """A version, which must exist, with its policy. Raises sqlalchemy.exc.NoResultFound."""
    return _adopted(*session.execute(_with_versions().where(PolicyVersion.id == version_id)).one())


def versions(policy_id: UUID) -> list[PolicyVersion]:
    """Every version, oldest first."""
    asked = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id)
    return list(session.scalars(asked.order_by(PolicyVersion.number)))


def texts(policy_id: UUID) -> list[Text]:
    """The texts of every version, oldest first."""
    return [read(one.source) for one in versions(policy_id)]


def faults_of(policy_id: UUID, source: str, note: str = "") -> list[Fault]:
    """Every fault that keeps a source, and the note on what it changes, from being published as the next version."""
    text, unreadable = read_all(source)
    earlier = texts(policy_id)
    return unreadable or [*checking.faults(text, earlier), *checking.of_note(note, text, earlier)]


def draft_of(policy_id: UUID) -> PolicyDraft | None:
    return session.get(PolicyDraft, policy_id)


def is_consulting(draft: PolicyDraft | None, *, on: date) -> bool:
    """Whether a draft is public on a day: its last day counts."""
    return bool(draft and draft.consulting_since and draft.consulting_until and on <= draft.consulting_until)


def consulting(*, on: date) -> list[tuple[Policy, PolicyDraft, Text]]:
    """Policies whose next version is being consulted on, by when it closes."""
    asked = select(Policy, PolicyDraft).join(PolicyDraft).where(Policy.retired_at.is_(None), PolicyDraft.consulting_until >= on)
    rows = session.execute(asked.order_by(PolicyDraft.consulting_until, Policy.slug))
    return [(policy, draft, read_all(draft.source)[0]) for policy, draft in rows]


def successor_of(policy: Policy) -> Policy | None:
    return session.get(Policy, policy.successor_id) if policy.successor_id else None


def translation_of(policy_id: UUID, locale: str) -> tuple[PolicyTranslation, PolicyVersion] | None:
    """The latest translation of a policy, and the version it is of, which may not be the last one any more."""
    asked = select(PolicyTranslation, PolicyVersion).join(PolicyVersion, PolicyVersion.id == PolicyTranslation.version_id)
    asked = asked.where(PolicyVersion.policy_id == policy_id, PolicyTranslation.locale == locale)
    row = session.execute(asked.order_by(PolicyVersion.number.desc(), PolicyTranslation.entered_at.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


# The console


@dataclass(frozen=True)
class Shelved:
    """A policy as the console lists it. `version` and `draft` are None where there is none."""

    policy: Policy
    version: PolicyVersion | None
    draft: PolicyDraft | None
    title: str

    def status(self, *, on: date) -> str:
        if self.policy.retired_at:
            return "retired"
        if is_consulting(self.draft, on=on):
            return "consulting"
        return "adopted" if self.version else "draft"


def shelf() -> list[Shelved]:
    """Every policy there is or was, in order."""
    current = {policy.id: version for policy, version in session.execute(_current())}
    drafts = {one.policy_id: one for one in session.scalars(select(PolicyDraft))}
    policies: Sequence[Policy] = session.scalars(select(Policy).order_by(Policy.position, Policy.slug)).all()
    return [_shelved(one, current.get(one.id), drafts.get(one.id)) for one in policies]


def _shelved(policy: Policy, version: PolicyVersion | None, draft: PolicyDraft | None) -> Shelved:
    source = version.source if version else draft.source if draft else ""
    return Shelved(policy, version, draft, read_all(source)[0].title or policy.slug)
