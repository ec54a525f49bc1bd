"""What takes longer than one transaction: a file is checked, imported, taken back, some thousand rows at a time.

Each part is kept whole or not at all, and whoever is killed is taken up by the next: a check begins anew, the others go on with
the rows that are left.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from app.ground import clock
from app.ground.db import transaction
from app.party.branches.scope import HOUSE, Scope, looking_as, scope_of

from . import queries, rules, services
from .rules.faults import BadFile
from .rules.reading import fitted, open_file
from .services.checking import Check, Looked, Row, check_some, end_check, note_rows, note_trouble, start_check


def check(import_id: UUID) -> None:
    """Look at every row as whoever sent the file: who may no longer import sees nothing, and nothing is looked up."""
    on = clock.today()
    with transaction():
        found = queries.find_import(import_id)
        if found is None:
            return
        sender = UUID(found.sent_by.removeprefix("person:"))
        scope = scope_of(sender, on=on, right=rules.RIGHT)
    if not scope:
        with transaction():
            note_trouble(import_id, str(rules.MayNotImport()))
        return
    with looking_as(scope):
        with transaction():
            begun = start_check(import_id, on=on)
            content = queries.content_of(import_id) if begun else b""
        if begun:
            _check_rows(begun, content, scope)


def _check_rows(begun: Check, content: bytes, scope: Scope) -> None:
    try:
        rows: list[Row] = [(line, fitted(row, len(begun.kept.headings))) for line, row in open_file(content).rows]
    except BadFile as bad:
        with transaction():
            note_trouble(begun.import_id, bad.sentence)
        return
    told = begun.told_rows(rows)
    if told is not None:
        rows.pop()
        if told != len(rows):
            cut = f"This file says how many rows it has, {told}, and has {len(rows)}: it was cut, or added to. Export it again."
            with transaction():
                note_trouble(begun.import_id, cut)
            return
    begun.look_ahead([row for _, row in rows])
    if len(begun.tags) > rules.MOST_TAGS:
        with transaction():
            note_trouble(begun.import_id, str(rules.TooManyTags(tags=len(begun.tags))))
        return
    with transaction():
        note_rows(begun.import_id, len(rows), doubtful=begun.doubtful, tags=begun.tags)
    parts = (rows[start : start + rules.AT_ONCE] for start in range(0, len(rows), rules.AT_ONCE))

    def look(part: list[Row]) -> Looked:
        read = begun.read(part)
        with looking_as(scope), transaction():
            return begun.look(read)

    for looked in _side_by_side(look, parts):
        with transaction():
            goes_on = check_some(begun, looked)
        if not goes_on:
            return
    with transaction():
        end_check(begun.import_id)


def _side_by_side(look: Callable[[list[Row]], Looked], parts: Iterable[list[Row]]) -> Iterator[Looked]:
    """What is found of each part, in their order: while the database looks for one, the next is read, and no more are held."""
    with ThreadPoolExecutor(rules.HANDS) as hands:
        ahead: deque[Future[Looked]] = deque()
        for part in parts:
            if len(ahead) > rules.HANDS:
                yield ahead.popleft().result()
            ahead.append(hands.submit(look, part))
        while ahead:
            yield ahead.popleft().result()


def apply(import_id: UUID) -> None:
    """Import what was confirmed, to the last row, by two hands: while one waits for the database, the other seals. It was
    confirmed by who might, so it goes on whatever becomes of them."""
    done = False
    while not done:
        with ThreadPoolExecutor(rules.HANDS) as hands:
            for hand in [hands.submit(_until_done, services.apply_some, import_id) for _ in range(rules.HANDS)]:
                hand.result()
        with looking_as(HOUSE), transaction():
            done = services.end_apply(import_id)


def undo(import_id: UUID) -> None:
    """Take back what was imported, to the last row."""
    _until_done(services.undo_some, import_id)


def _until_done(verb: Callable[[UUID], bool], import_id: UUID) -> None:
    more = True
    with looking_as(HOUSE):
        while more:
            with transaction():
                more = verb(import_id)
