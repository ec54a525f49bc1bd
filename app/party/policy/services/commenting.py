"""Verbs: members comment on a section and reply; officers let through, hide, remove and answer.

Who wrote a comment stands with it; the log has what officers did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.ground import audit, clock, news
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id

from .. import emails, queries, rules
from ..models import Comment, Policy, PolicyDraft, PolicyVersion, Shown, Stance
from ..texts.reading import read, read_all
from ..texts.words import Section, Text


@dataclass(frozen=True)
class Of:
    """Which text somebody had before their eyes: a version by its number, or the draft by its revision."""

    version: int | None = None
    revision: int | None = None


@dataclass(frozen=True)
class Author:
    """Who speaks, and how they are shown. `adult`: they say they are 18, where we have no birth date."""

    person_id: UUID
    display: Shown = Shown.ANONYMOUS
    adult: bool = False


def comment(policy: Policy, anchor: str, stance: Stance, body: str, *, of: Of, author: Author, key: UUID, on: date) -> Comment:
    """Say something about a section of the current version, or of the draft that is consulted on. Who has had nothing let
    through before waits for an officer. A concern or a question about commitments asks for the party’s answer.

    Raises PollingDay, Retired, NotInGoodStanding, TextMovedOn, NoSuchSection, TooYoungToName, NotNamed.
    """
    trusted = _check_author(policy, author, on=on)
    version, draft, text = _text_of(policy, of, on=on)
    section = _section(text, anchor)
    asks = stance in (Stance.CONCERN, Stance.QUESTION) and bool(section.commitments)
    made = _write(
        policy, author, key=key, trusted=trusted, body=body, anchor=anchor, stance=stance, needs_reply=asks, parent_id=None,
        version_id=version.id if version else None, draft_revision=draft.revision if draft else None, official_as=None,
    )  # fmt: skip
    if made.is_visible:
        _tell_if_seen(made, added=1)
    return made


def reply(policy: Policy, parent: Comment, body: str, *, author: Author, key: UUID, on: date) -> Comment:
    """Reply to a comment that is shown; there is one level of replies. Raises as `comment` does, and NotToThis, ThreadFull."""
    trusted = _check_author(policy, author, on=on)
    if parent.parent_id is not None or not parent.is_visible:
        raise rules.NotToThis()
    if queries.count_replies(parent.id) >= rules.MOST_REPLIES:
        raise rules.ThreadFull(most=rules.MOST_REPLIES)
    return _reply(policy, parent, body, author, key=key, trusted=trusted)


def answer(policy: Policy, parent: Comment, body: str, *, office: str, person_id: UUID, key: UUID, by: str) -> Comment:
    """The party’s answer, by an officer (`office`: in words), shown at once; its asker gets a letter. Raises PollingDay,
    NotToThis."""
    rules.check_not_polling(clock.now())
    if parent.parent_id is not None or not parent.is_visible:
        raise rules.NotToThis()
    made = _reply(policy, parent, body, Author(person_id), key=key, trusted=True, official_as=office)
    if parent.answered_at is None:
        parent.answered_at = clock.now()
        session.add(parent)
        audit.record(Action.COMMENT_ANSWERED, audit.of("comment", parent.id), by=by)
        emails.answered(parent, policy, heading=_heading(policy, parent.anchor))
        news.tell()
    return made


def _reply(
    policy: Policy, parent: Comment, body: str, author: Author, *, key: UUID, trusted: bool, official_as: str | None = None
) -> Comment:
    return _write(
        policy, author, key=key, trusted=trusted, body=body, anchor=parent.anchor, stance=None, needs_reply=False,
        parent_id=parent.id, version_id=parent.version_id, draft_revision=parent.draft_revision, official_as=official_as,
    )  # fmt: skip


def _write(policy: Policy, author: Author, *, key: UUID, trusted: bool, **said: object) -> Comment:
    """Write it down, once however often the form is sent."""
    now = clock.now()
    session.execute(
        insert(Comment)
        .values(
            id=new_id(), key=key, policy_id=policy.id, person_id=author.person_id, display=author.display, made_at=now,
            shown_at=now if trusted else None, shown_by="system" if trusted else None, **said,
        )
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
    )  # fmt: skip
    return session.scalars(select(Comment).where(Comment.person_id == author.person_id, Comment.key == key)).one()


def _check_author(policy: Policy, author: Author, *, on: date) -> bool:
    """Whether what they write is shown at once. Raises PollingDay, Retired, NotInGoodStanding, TooYoungToName, NotNamed."""
    rules.check_not_polling(clock.now())
    if policy.retired_at:
        raise rules.Retired()
    rules.check_may_take_part(queries.standing_of(author.person_id, on=on))
    born_on = queries.known(author.person_id).born_on
    rules.check_display(author.display, born_on=born_on, adult=author.adult, on=on)
    return queries.is_trusted(author.person_id)


def _text_of(policy: Policy, of: Of, *, on: date) -> tuple[PolicyVersion | None, PolicyDraft | None, Text]:
    """The text spoken of, if it is still the one to speak of. Raises TextMovedOn."""
    if of.version is not None:
        last = queries.versions(policy.id)[-1:]
        if last and last[0].number == of.version:
            return last[0], None, read(last[0].source)
    elif of.revision is not None:
        draft = queries.draft_of(policy.id)
        if draft and draft.revision == of.revision and queries.is_consulting(draft, on=on):
            return None, draft, read_all(draft.source)[0]
    raise rules.TextMovedOn()


def _section(text: Text, anchor: str) -> Section:
    found = text.section(anchor)
    if found is None:
        raise rules.NoSuchSection()
    return found


def _heading(policy: Policy, anchor: str) -> str:
    """What the section is called now, or was."""
    draft = queries.draft_of(policy.id)
    for text in (*reversed(queries.texts(policy.id)), *([read_all(draft.source)[0]] if draft else [])):
        if (found := text.section(anchor)) is not None:
            return found.heading
    return anchor


# What officers do


def let_through(comment: Comment, *, by: str) -> None:
    """Show a comment that waited or was hidden. Raises PollingDay."""
    rules.check_not_polling(clock.now())
    if comment.is_visible or comment.removed_at is not None:
        return
    comment.shown_at, comment.shown_by = clock.now(), by
    comment.hidden_at = comment.hidden_by = comment.hidden_because = None
    session.add(comment)
    session.flush()
    audit.record(Action.COMMENT_SHOWN, audit.of("comment", comment.id), by=by)
    _tell_if_seen(comment, added=1)


def hide(comment: Comment, *, because: str, by: str) -> None:
    """Do not show a comment, and say why in its place (a key of WHY_HIDDEN). It can be shown again. Raises NotToThis for an
    answer of the party."""
    if comment.official_as is not None:
        raise rules.NotToThis()
    if comment.hidden_at is not None:
        return
    was_visible = comment.is_visible
    _hide(comment, because=because, by=by)
    audit.record(Action.COMMENT_HIDDEN, audit.of("comment", comment.id), by=by, because=because)
    if was_visible:
        _tell_if_seen(comment, added=-1)


def remove(comment: Comment, *, because: str, by: str) -> None:
    """Erase what a comment said, for ever, and say why in its place. Raises NotToThis for an answer of the party."""
    if comment.official_as is not None:
        raise rules.NotToThis()
    if comment.removed_at is not None:
        return
    was_visible = comment.is_visible
    comment.body, comment.removed_at = "", clock.now()
    _hide(comment, because=because, by=by)
    audit.record(Action.COMMENT_REMOVED, audit.of("comment", comment.id), by=by, because=because)
    if was_visible:
        _tell_if_seen(comment, added=-1)


def take_back(comment: Comment, *, person_id: UUID) -> bool:
    """Its author erases what they said. False for a comment of somebody else, or an answer given in an office."""
    if comment.person_id != person_id or comment.official_as is not None:
        return False
    if comment.removed_at is not None:
        return True
    was_visible = comment.is_visible
    comment.body, comment.removed_at = "", clock.now()
    if comment.hidden_at is None:
        _hide(comment, because=rules.TAKEN_BACK, by="author")
    session.flush()
    if was_visible:
        _tell_if_seen(comment, added=-1)
    return True


def _hide(comment: Comment, *, because: str, by: str) -> None:
    comment.hidden_at, comment.hidden_by, comment.hidden_because = clock.now(), by, because
    session.add(comment)
    session.flush()


def hold_comment(comment_id: UUID) -> Comment | None:
    """One act on a comment at a time, until the end of this transaction."""
    asked = select(Comment).where(Comment.id == comment_id).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))


def _tell_if_seen(comment: Comment, *, added: int) -> None:
    """Have warm pages forgotten where a number they tell has changed: of comments on a section, of answers that are overdue."""
    if comment.parent_id is not None:
        return
    on = clock.today()
    if _is_told(queries.count_on(comment.policy_id, comment.anchor), added) or (
        rules.is_overdue(comment, on=on) and _is_told(queries.count_overdue(comment.policy_id, on=on), added)
    ):
        news.tell()


def _is_told(now: int, added: int) -> bool:
    """Whether a page tells another number than it did."""
    return rules.told(now) != rules.told(now - added)
