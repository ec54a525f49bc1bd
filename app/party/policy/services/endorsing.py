"""Verbs: a version is endorsed, by a member at once, by anybody else once their mailbox has confirmed it; and withdrawn.

Who endorsed is not in the log: the log is kept for ever, and an opinion can be taken back. What officers do to words is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select

from app.ground import audit, clock, mail, news
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.party.people import queries as people

from .. import emails, queries, rules
from ..models import Endorsement, Policy, PolicyVersion, Shown
from ..models.endorsements import Words


@dataclass(frozen=True)
class Wish:
    """How somebody wants to endorse. `name` counts only of somebody who is not signed in; `adult`: they say they are 18."""

    display: Shown
    name: str = ""
    region: str = ""
    reason: str = ""
    adult: bool = False


def endorse(policy: Policy, number: int, wish: Wish, *, person_id: UUID, key: UUID, on: date) -> Endorsement:
    """A member who is signed in endorses the current version, at once; endorsing again puts the new words in place of the old.

    Raises PollingDay, Retired, TextMovedOn, NoMember, TooYoungToName, NotNamed.
    """
    version = _current(policy, number)
    if not queries.is_member(person_id, on=on):
        raise rules.NoMember()
    known = queries.known(person_id)
    rules.check_display(wish.display, born_on=known.born_on, adult=wish.adult, on=on)
    email = people.details_of(people.get_person(person_id)).email
    index = queries.mailbox_index(email, policy.id)
    _hold(version.id, index)
    before = _counted(version.id, index, person_id)
    if any(one.key == key for one in before):
        return before[0]
    was_hidden = any(one.hidden_at is not None for one in before)
    for one in before:
        session.delete(one)
    session.flush()
    words = Words(region=wish.region if wish.display is Shown.FIRST else "", reason=wish.reason)
    made = _written(version, wish, words, index, key=key, person_id=person_id)
    made.confirmed_at = clock.now()
    # A name that a member joined under is their own; a reason is read first, until an officer has read something of theirs.
    if not made.has_words or (not was_hidden and (not wish.reason or queries.is_trusted(person_id))):
        made.shown_at, made.shown_by = made.confirmed_at, "system"
    session.add(made)
    session.flush()
    if not before:
        _tell_if_seen(version.id, added=1)
    return made


def ask_to_endorse(policy: Policy, number: int, wish: Wish, *, email: str, key: UUID, on: date) -> None:
    """Write to a mailbox, which confirms or does nothing. Nobody is looked up: the rows and the work are the same for every
    address. Nothing counts yet. Raises PollingDay, Retired, TextMovedOn, TooYoungToName."""
    version = _current(policy, number)
    rules.check_display(wish.display, born_on=None, adult=wish.adult, on=on)
    if session.scalar(select(Endorsement.id).where(Endorsement.key == key)):  # sent twice
        return
    by_name = wish.display is not Shown.ANONYMOUS
    words = Words(wish.name if by_name else "", wish.region if wish.display is Shown.FIRST else "", wish.reason)
    made = _written(version, wish, words, queries.mailbox_index(email, policy.id), key=key, person_id=None)
    session.add(made)
    session.flush()
    emails.confirm_endorsement(made.id, policy, version, queries.voice_of(made, None, on=on), to=email)


def _written(
    version: PolicyVersion, wish: Wish, words: Words, index: bytes, *, key: UUID, person_id: UUID | None
) -> Endorsement:
    made = new_id()
    return Endorsement(
        id=made, key=key, version_id=version.id, person_id=person_id, mailbox_index=index, display=wish.display,
        has_words=bool(wish.reason) or wish.display is not Shown.ANONYMOUS,
        sealed=office().seal.close(words.as_json(), table="policy_endorsements", row=made), made_at=clock.now(),
        confirmed_at=None, shown_at=None, shown_by=None, hidden_at=None, hidden_by=None, hidden_because=None,
    )  # fmt: skip


def confirm(link: str) -> Endorsement:
    """Whoever reads the mailbox confirms: from now on it counts. A second endorsement of a version by one mailbox takes the
    place of the first; one that a member gave when they were signed in stays. Raises Spent, PollingDay."""
    rules.check_not_polling(clock.now())
    found = queries.read_link(link)
    made = _held(found) if found else None
    if made is None:
        raise rules.Spent(days=rules.UNCONFIRMED_DAYS)
    if made.confirmed_at is not None:  # pressed twice
        return made
    _hold(made.version_id, made.mailbox_index)
    before = _counted(made.version_id, made.mailbox_index, None)
    signed_in = next((one for one in before if one.person_id is not None), None)
    mail.forget_letters([emails.key_of(made.id)])  # what the address was for is done
    if signed_in is not None:
        session.delete(made)
        return signed_in
    was_hidden = any(one.hidden_at is not None for one in before)
    for one in before:
        session.delete(one)
    session.flush()
    made.confirmed_at = clock.now()
    if not made.has_words and not was_hidden:
        made.shown_at, made.shown_by = made.confirmed_at, "system"
    session.flush()
    if not before:
        _tell_if_seen(made.version_id, added=1)
    return made


def withdraw(link: str) -> bool:
    """Whoever has the letter takes the endorsement back: it is deleted, with what it said. False if there is none."""
    found = queries.read_link(link)
    return bool(found) and _delete([found] if found else [])


def withdraw_own(endorsement_id: UUID, *, person_id: UUID) -> bool:
    """A person takes back an endorsement of theirs, from their own page. False for one that is not theirs or is gone."""
    theirs = queries.record.endorsements_of(people.get_person(person_id))
    return any(one.id == endorsement_id for one in theirs) and _delete([endorsement_id])


def _delete(ids: list[UUID]) -> bool:
    gone = session.execute(
        delete(Endorsement)
        .where(Endorsement.id.in_(ids))
        .returning(Endorsement.id, Endorsement.version_id, Endorsement.confirmed_at)
    ).all()
    mail.forget_letters([emails.key_of(one.id) for one in gone])
    for one in gone:
        if one.confirmed_at is not None:
            _tell_if_seen(one.version_id, added=-1)
    return bool(gone)


def withdraw_all_of(person_id: UUID) -> None:
    """Take back everything that a person who leaves has endorsed."""
    _delete([one.id for one in queries.record.endorsements_of(people.get_person(person_id))])


def forget_unconfirmed() -> None:
    """Erase what nobody has confirmed within a week, with the letters that asked."""
    old = Endorsement.made_at < clock.now() - timedelta(days=rules.UNCONFIRMED_DAYS)
    gone = session.scalars(delete(Endorsement).where(Endorsement.confirmed_at.is_(None), old).returning(Endorsement.id)).all()
    mail.forget_letters([emails.key_of(one) for one in gone])


# What officers do to words; what counts, they cannot touch


def let_through(endorsement_id: UUID, *, by: str) -> bool:
    """Show the name and the reason of an endorsement. False for one that is gone."""
    made = _held(endorsement_id)
    if made is None or made.confirmed_at is None:
        return False
    rules.check_not_polling(clock.now())
    made.shown_at, made.shown_by = clock.now(), by
    made.hidden_at = made.hidden_by = made.hidden_because = None
    audit.record(Action.ENDORSEMENT_SHOWN, audit.of("endorsement", made.id), by=by)
    return True


def hide(endorsement_id: UUID, *, because: str, by: str) -> bool:
    """Do not show the name and the reason of an endorsement, and say why (a key of WHY_HIDDEN). It counts as before. False for
    one that is gone."""
    made = _held(endorsement_id)
    if made is None or made.confirmed_at is None:
        return False
    made.hidden_at, made.hidden_by, made.hidden_because = clock.now(), by, because
    audit.record(Action.ENDORSEMENT_HIDDEN, audit.of("endorsement", made.id), by=by, because=because)
    return True


def _current(policy: Policy, number: int) -> PolicyVersion:
    """The version that is endorsed, which must be the current one. Raises PollingDay, Retired, TextMovedOn."""
    rules.check_not_polling(clock.now())
    if policy.retired_at:
        raise rules.Retired()
    last = queries.versions(policy.id)[-1:]
    if not last or last[0].number != number:
        raise rules.TextMovedOn()
    return last[0]


def _hold(version_id: UUID, index: bytes) -> None:
    """One endorsement of a version by one mailbox at a time; the database has the last word all the same."""
    lock_for_now(f"endorsement:{version_id}:{index.hex()}")


def _held(endorsement_id: UUID) -> Endorsement | None:
    asked = select(Endorsement).where(Endorsement.id == endorsement_id)
    return session.scalar(asked.with_for_update().execution_options(populate_existing=True))


def _counted(version_id: UUID, index: bytes, person_id: UUID | None) -> list[Endorsement]:
    """What this mailbox, or this person under another address, has endorsed this version with."""
    theirs = Endorsement.mailbox_index == index
    if person_id is not None:
        theirs = or_(theirs, Endorsement.person_id == person_id)
    asked = select(Endorsement).where(Endorsement.version_id == version_id, theirs, Endorsement.confirmed_at.is_not(None))
    return list(session.scalars(asked.with_for_update()))


def _tell_if_seen(version_id: UUID, *, added: int) -> None:
    """Have warm pages forgotten where what they tell has changed: not at every press."""
    now = queries.count_of(version_id)
    then = now - added
    if (rules.bucket(now), now > 0) != (rules.bucket(then), then > 0):
        news.tell()
