"""Nouns: what became of each part of a text between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from flask_babel import lazy_gettext as _

from .blocks import Block
from .differing import Edit, Run

MOST_SHOWN = 500  # blocks of a section on a page: of a longer one both versions are better read
NAMES = {
    "text": _("Commitment"), "measure": _("Measure"), "target": _("Target"), "by": _("By"), "cost": _("Cost"),
    "status": _("Status"), "assumes": _("Assumes"), "heading": _("Heading"), "kind": _("Kind"), "as_at": _("Shown for"),
    "question": _("Question"), "title": _("Title"), "topic": _("Topic"), "answer": _("Answer"), "number": _("The one number"),
    "calculators": _("Calculators"), "publisher": _("Publisher"), "published": _("Published"), "url": _("Address"),
    "confidence": _("Confidence"), "entry": _("Source"),
}  # fmt: skip


class Fate(StrEnum):
    KEPT = "kept"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


def fate(old: object, new: object, differ: bool) -> Fate:
    """Of something that is None where it is not there."""
    if old is None:
        return Fate.ADDED
    if new is None:
        return Fate.REMOVED
    return Fate.CHANGED if differ else Fate.KEPT


@dataclass(frozen=True)
class PointerChange:
    """A link that leads elsewhere, came or went; or, with no `words`, a source that is cited now or no longer."""

    words: str
    old: str
    new: str


@dataclass(frozen=True)
class BlockChange:
    """One block in two versions. `runs` are its words; `pointers` what changed behind them."""

    old: Block | None
    new: Block | None
    runs: tuple[Run, ...]
    pointers: tuple[PointerChange, ...] = ()

    @property
    def fate(self) -> Fate:
        return fate(self.old, self.new, self.old != self.new)

    @property
    def is_restyled(self) -> bool:
        """Same words, same links; only emphasis, a list or the rank of a heading changed."""
        return self.fate is Fate.CHANGED and not self.pointers and all(run.edit is Edit.KEPT for run in self.runs)

    @property
    def before(self) -> str:
        return self.old.words if self.old else ""

    @property
    def after(self) -> str:
        return self.new.words if self.new else ""


@dataclass(frozen=True)
class LeftOut:
    """So many blocks that are not shown: far from any change, or (`changed`) more than a page can bear."""

    count: int
    changed: bool = False
    fate: str = "left out"


@dataclass(frozen=True)
class FactChange:
    """A named part that changed, came or went: the target of a commitment, the question of a text, the address of a source."""

    name: str
    change: BlockChange

    @property
    def fate(self) -> Fate:
        return self.change.fate

    @property
    def label(self) -> str:
        return str(NAMES[self.name])


@dataclass(frozen=True)
class CommitmentChange:
    """One commitment, paired by its reference. `came_from`: the heading of the section it stood in, if that was another."""

    ref: str
    words: str
    fate: Fate
    moved: bool
    came_from: str
    facts: tuple[FactChange, ...]
    blocks: tuple[BlockChange, ...]

    @property
    def shown(self) -> list[BlockChange | LeftOut]:
        return shown(self.blocks)


@dataclass(frozen=True)
class SectionChange:
    """One section, paired by its anchor. `coarse`: by whole blocks, since comparing its words would have taken too long."""

    anchor: str
    heading: str
    fate: Fate
    moved: bool
    coarse: bool
    facts: tuple[FactChange, ...]
    blocks: tuple[BlockChange, ...]
    commitments: tuple[CommitmentChange, ...]

    @property
    def is_shown(self) -> bool:
        """Whether a reader has to be told anything of it."""
        return self.fate is not Fate.KEPT or self.moved or any(_stirred(one) for one in self.commitments)

    @property
    def shown(self) -> list[BlockChange | LeftOut]:
        return shown(self.blocks)

    @property
    def shown_commitments(self) -> list[CommitmentChange]:
        return [one for one in self.commitments if _stirred(one)]


@dataclass(frozen=True)
class SourceChange:
    """One source, paired by its key."""

    key: str
    words: str
    fate: Fate
    moved: bool
    facts: tuple[FactChange, ...]


def _stirred(one: CommitmentChange) -> bool:
    return one.fate is not Fate.KEPT or one.moved or bool(one.came_from)


def shown(blocks: tuple[BlockChange, ...]) -> list[BlockChange | LeftOut]:
    """Changed blocks with one neighbour on each side; of what is between them, and of very many changes, how many."""
    changed = [one.fate is not Fate.KEPT for one in blocks]
    found: list[BlockChange | LeftOut] = []
    for is_near, group in groupby(range(len(blocks)), lambda at: any(changed[max(0, at - 1) : at + 2])):
        places = list(group)
        far = not is_near and len(places) > 1  # one alone takes no more room than to say that it is left out
        found += [LeftOut(len(places))] if far else [blocks[at] for at in places]
    rest = [one for one in found[MOST_SHOWN:] if one.fate in (Fate.CHANGED, Fate.ADDED, Fate.REMOVED)]
    return [*found[:MOST_SHOWN], LeftOut(len(rest), changed=True)] if rest else found


def all_blocks(facts: tuple[FactChange, ...], sections: tuple[SectionChange, ...]) -> Iterator[BlockChange]:
    """Everything of a text that is prose, sources aside."""
    yield from (one.change for one in facts)
    for section in sections:
        yield from (one.change for one in section.facts)
        yield from section.blocks
        for commitment in section.commitments:
            yield from (one.change for one in commitment.facts)
            yield from commitment.blocks
