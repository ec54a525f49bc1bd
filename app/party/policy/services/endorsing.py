"""Verbs: a version is endorsed, by a member at once, by anybody else once their mailbox has confirmed it; and withdrawn.

Who endorsed is not in the log: the log is kept for ever, and an opinion can be taken back. What officers do to words is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, delete, or_, select

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
    words = Words(region=wish.region if wish.display is Shown.FIRST else "", reason=wish.reason)
    known_by_key = _hold_key(key)
    _hold(version.id, index)
    before = _counted(version.id, index, person_id)
    for one in before:
        if one.key == key and _says(one, wish, words):  # sent twice
            return one
    was_hidden = any(one.hidden_at is not None for one in before) or queries.was_hidden_lately(person_id)
    _put_away(before, person_id)
    if known_by_key is not None and known_by_key not in before:
        key = new_id()
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
    address. Nothing counts yet. Until the mailbox has answered it gets no second letter about this version: what is wished
    later waits under the link of the first, and is erased with it. Raises PollingDay, Retired, TextMovedOn, TooYoungToName."""
    version, index = _current(policy, number), queries.mailbox_index(email, policy.id)
    rules.check_display(wish.display, born_on=None, adult=wish.adult, on=on)
    by_name = wish.display is not Shown.ANONYMOUS
    words = Words(wish.name if by_name else "", wish.region if wish.display is Shown.FIRST else "", wish.reason)
    known_by_key = _hold_key(key)
    _hold(version.id, index)
    waits = _waiting(version.id, index)
    for one in (known_by_key, waits):
        if one and (one.version_id, one.mailbox_index) == (version.id, index) and _says(one, wish, words):  # sent twice
            return
    if known_by_key is not None and known_by_key is not waits:
        key = new_id()
    made = _written(version, wish, words, index, key=key, person_id=None, instead_of=waits)
    if waits is not None:
        session.delete(waits)
        session.flush()
    session.add(made)
    session.flush()
    if waits is None:
        emails.confirm_endorsement(made.id, policy, version, to=email)


def _written(
    version: PolicyVersion, wish: Wish, words: Words, index: bytes, *, key: UUID, person_id: UUID | None,
    instead_of: Endorsement | None = None,
) -> Endorsement:  # fmt: skip
    """`instead_of`: one whose link, and whose week to be confirmed in, are this one’s."""
    made, made_at = (instead_of.id, instead_of.made_at) if instead_of else (new_id(), clock.now())
    return Endorsement(
        id=made, key=key, version_id=version.id, person_id=person_id, mailbox_index=index, display=wish.display,
        has_words=bool(wish.reason) or wish.display is not Shown.ANONYMOUS,
        sealed=office().seal.close(words.as_json(), table="policy_endorsements", row=made), made_at=made_at,
        confirmed_at=None, shown_at=None, shown_by=None, hidden_at=None, hidden_by=None, hidden_because=None,
    )  # fmt: skip


def _says(one: Endorsement, wish: Wish, words: Words) -> bool:
    """Whether somebody who says this has said it already."""
    return one.display == wish.display and queries.words_of(one) == words


def _put_away(rows: list[Endorsement], person_id: UUID | None) -> None:
    """Delete them. That an officer had hidden words of a person is remembered for as long as it matters."""
    for one in rows:
        if one.hidden_at is not None and person_id is not None:
            session.add(_memory(one, person_id))
        session.delete(one)
    session.flush()


def _memory(hidden: Endorsement, person_id: UUID) -> Endorsement:
    """A row that counts nowhere, says nothing and leads to nobody whom one does not have already."""
    made = new_id()
    return Endorsement(
        id=made, key=new_id(), version_id=hidden.version_id, person_id=None, display=Shown.ANONYMOUS, has_words=False,
        mailbox_index=queries.memory_index(person_id), made_at=clock.now(),
        sealed=office().seal.close(Words().as_json(), table="policy_endorsements", row=made),
        hidden_at=hidden.hidden_at, hidden_by=hidden.hidden_by, hidden_because=hidden.hidden_because,
    )  # fmt: skip


def confirm(link: str, *, seen: str = "") -> Endorsement | None:
    """Whoever reads the mailbox confirms: from now on it counts. None where it says something else by now than the page they
    had before them (`seen`: its print). A second endorsement of a version by one mailbox takes the
    place of the first; one that a member gave when they were signed in stays. Raises Spent, PollingDay."""
    rules.check_not_polling(clock.now())
    found = queries.read_link(link)
    there = session.get(Endorsement, found) if found else None
    if there is not None:
        _hold(there.version_id, there.mailbox_index)  # before the row: as those do who take its place
    made = _held(found) if found else None
    if made is None:
        raise rules.Spent(days=rules.UNCONFIRMED_DAYS)
    if made.confirmed_at is not None:  # pressed twice
        return made
    if seen and seen != queries.print_of(made):
        return None
    before = _counted(made.version_id, made.mailbox_index, None)
    signed_in = next((one for one in before if one.person_id is not None), None)
    mail.forget_letters([emails.key_of(made.id)])  # what the address was for is done
    if signed_in is not None:
        session.delete(made)
        return signed_in
    was_hidden = any(one.hidden_at is not None for one in before)
    _put_away(before, None)
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
    return any(one.id == endorsement_id for one in theirs) and _delete([endorsement_id], person_id)


def _delete(ids: list[UUID], person_id: UUID | None = None) -> bool:
    """Delete them: of words that were hidden, whose they were is remembered, a member’s or `person_id`’s."""
    asked = select(Endorsement).where(Endorsement.id.in_(ids), Endorsement.hidden_at.is_not(None)).with_for_update()
    for hidden in session.scalars(asked).all():
        if whose := hidden.person_id or person_id:
            session.add(_memory(hidden, whose))
    session.flush()
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
    """Take back everything that a person who leaves has endorsed, and remember nothing of it."""
    _delete([one.id for one in queries.record.endorsements_of(people.get_person(person_id))])
    session.execute(delete(Endorsement).where(Endorsement.mailbox_index == queries.memory_index(person_id)))


def forget_unconfirmed() -> None:
    """Erase what nobody has confirmed within a week, with the letters that asked; and that words were hidden which are gone,
    once it matters no more."""
    unanswered = and_(Endorsement.hidden_at.is_(None), Endorsement.made_at < clock.ago(days=rules.UNCONFIRMED_DAYS))
    old = or_(unanswered, Endorsement.hidden_at < clock.ago(days=rules.TRIED_DAYS))
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


def _hold_key(key: UUID) -> Endorsement | None:
    """One sending of a form at a time; and what was made of it before."""
    lock_for_now(f"endorsement:{key}")
    return session.scalar(select(Endorsement).where(Endorsement.key == key))


def _waiting(version_id: UUID, index: bytes) -> Endorsement | None:
    """What this mailbox has been asked about this version, and has not answered."""
    theirs = (Endorsement.version_id == version_id, Endorsement.mailbox_index == index, Endorsement.confirmed_at.is_(None))
    return session.scalars(select(Endorsement).where(*theirs).order_by(Endorsement.id).with_for_update()).first()


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
