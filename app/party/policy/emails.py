"""Letters of this room."""

from __future__ import annotations

from uuid import UUID

from app.ground import mail
from app.ground.mail import Kind
from app.party.people import queries as people

from . import queries
from .models import AmendmentDecision, Comment, Policy, PolicyVersion
from .texts.reading import read, read_all


def key_of(endorsement_id: UUID) -> str:
    return f"endorsement:{endorsement_id}"


def confirm_endorsement(endorsement_id: UUID, policy: Policy, version: PolicyVersion, *, to: str) -> None:
    """Ask whoever reads this mailbox. The same letter, whether or not we know the address, and the link that withdraws it.
    Nothing that somebody typed stands in it: it goes to whoever they chose."""
    mail.post(
        "policy/endorse",
        to=to,
        key=key_of(endorsement_id),
        kind=Kind.ANSWER,
        question=read(version.source).question,
        number=version.number,
        read_url=mail.address(f"/policies/{policy.slug}/v{version.number}"),
        url=mail.address(queries.link_path(endorsement_id)),
    )


def answered(comment: Comment, policy: Policy, *, heading: str) -> None:
    """To a member: the party has answered what they asked."""
    found = _mailbox(comment.person_id)
    if found is None:
        return
    person_id, to = found
    mail.post(
        "policy/answered",
        to=to,
        key=f"answered:{comment.id}",
        kind=Kind.SERVICE,
        person_id=person_id,
        heading=heading,
        url=mail.address(f"/policies/{policy.slug}/comments/{comment.anchor}/{comment.id}"),
    )


def decided(proposed: queries.Proposed, policy: Policy, decision: AmendmentDecision) -> None:
    """To a member: what was decided about what they proposed, and why."""
    found = _mailbox(proposed.amendment.person_id)
    if found is None:
        return
    person_id, to = found
    mail.post(
        "policy/decided",
        to=to,
        key=f"decided:{proposed.amendment.id}",
        kind=Kind.SERVICE,
        person_id=person_id,
        heading=proposed.heading,
        title=read_all(queries.versions(policy.id)[-1].source)[0].title,
        outcome=decision.outcome,
        decided_by=decision.decided_by,
        reasons=decision.reasons,
        url=mail.address(f"/policies/{policy.slug}/amendments/{proposed.amendment.id}"),
    )


def _mailbox(person_id: UUID | None) -> tuple[UUID, str] | None:
    """Where to write to somebody who has not left."""
    if person_id is None:
        return None
    person = people.get_person(person_id)
    return (person.id, people.details_of(person).email) if person.sealed else None
