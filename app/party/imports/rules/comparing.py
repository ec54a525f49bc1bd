"""What a row would change of somebody we know, field by field. An empty cell changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.ground.seal import fold
from app.party.people.models import Details
from app.party.people.queries import email_key

from . import DETAILS, EMAIL, TAGS, WITHDRAWN, spelt
from .values import Says, tidy


@dataclass(frozen=True)
class Held:
    """What we hold about somebody. `news`: the yes or no that holds, over all records of theirs; None where none was asked.
    `is_part`: it is a record that is part of somebody else, with whom it is one person."""

    person_id: UUID
    details: Details
    can_enrol: str | None
    electorate: tuple[str, str] | None
    news: bool | None
    is_part: bool = False


def differences(says: Says, held: Held, tags: Collection[str] = ()) -> dict[str, str]:
    """Which fields a row says otherwise, with what we hold of each; an electorate as `set/code`, of tags nothing. `tags`: those
    they have, by the key of their names.

    A yes never stands against a no, whoever says it: a list can take a consent back, and never undo that somebody did.
    """
    found = {}
    for name in DETAILS:
        new, old = said(says, name), spelt(held.details, name)
        if new and new not in (old, tidy(old, ours=False)):
            found[name] = old
    if says.email and email_key(says.email) != email_key(held.details.email):
        found[EMAIL] = held.details.email
    if says.can_enrol and says.can_enrol != (held.can_enrol or ""):
        found["can_enrol"] = held.can_enrol or ""
    if says.electorate and says.electorate != held.electorate:
        found["electorate"] = "/".join(held.electorate or ())
    if says.news is True and held.news is None:
        found["consents"] = ""
    if says.news is False and held.news is True:
        found[WITHDRAWN] = "yes"
    if says.tags and not says.tag_keys <= set(tags):
        found[TAGS] = ""
    return found


def said(says: Says, field: str) -> str:
    """One field of a row as text, as `differences` tells what we hold."""
    if field == "born_on":
        return says.born_on.isoformat() if says.born_on else ""
    if field == "electorate":
        return "/".join(says.electorate or ())
    if field == TAGS:
        return "; ".join(says.tags)
    if field in ("consents", WITHDRAWN):
        return {True: "yes", False: "no", None: ""}[says.news]
    return str(getattr(says, field))


def agreeing(says: Says, details: Details) -> list[str]:
    """What else two of the same name have in common: the fields by which they are likely one."""
    if not says.name or fold(says.name) != fold(details.name):
        return []
    alike = []
    if says.born_on and says.born_on == details.born_on:
        alike.append("born_on")
    if says.phone and says.phone == details.phone:
        alike.append("phone")
    if says.address and fold(says.address) == fold(details.address):
        alike.append("address")
    return alike


def marks(says: Says) -> list[str]:
    """The pairs by which two rows of one file are likely one: the name, and one thing more."""
    name = fold(says.name)
    if not name:
        return []
    more = [says.born_on.isoformat() if says.born_on else "", says.phone, fold(says.address)]
    return [f"{name}\x1f{kind}\x1f{value}" for kind, value in enumerate(more) if value]
