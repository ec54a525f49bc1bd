"""What is between two versions of a text, and the sentences that say it first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import ngettext

from .changes import CommitmentChange, FactChange, Fate, SectionChange, SourceChange, all_blocks
from .differing import Edit

MOVES = ("target", "by", "cost", "status")  # what is named, with what it was
MOST_LETTERS = 80  # of a target or a cost that a sentence repeats
MOST_NAMES = 5
MOST_MOVES = 3  # in one sentence; further ones have sentences of their own
MOST_SENTENCES = 12


@dataclass(frozen=True)
class Comparison:
    """Two versions of a text, as data. `head`: the question and what stands under it; of facts only those that changed."""

    title: str
    head: tuple[FactChange, ...]
    sections: tuple[SectionChange, ...]
    sources: tuple[SourceChange, ...]
    coarse: bool

    @property
    def commitments(self) -> tuple[CommitmentChange, ...]:
        return tuple(one for section in self.sections for one in section.commitments)

    @property
    def shown_sections(self) -> list[SectionChange]:
        return [one for one in self.sections if one.is_shown]

    @property
    def quiet_sections(self) -> list[SectionChange]:
        return [one for one in self.sections if not one.is_shown]

    @property
    def shown_sources(self) -> list[SourceChange]:
        return [one for one in self.sources if one.fate is not Fate.KEPT]

    @property
    def has_changes(self) -> bool:
        """Whether a reader sees anything that is not the same in both."""
        return bool(self.head or self.shown_sections or self.shown_sources or any(one.moved for one in self.sources))

    @cached_property
    def words(self) -> dict[Edit, int]:
        """How many words were inserted, and how many deleted, sources aside."""
        counts = dict.fromkeys(Edit, 0)
        for block in all_blocks(self.head, self.sections):
            for run in block.runs if block.fate is not Fate.KEPT else ():
                counts[run.edit] += len(re.findall(r"\w+", run.words))
        return counts

    @property
    def summary(self) -> list[str]:
        """Sentences, the most important first: “2 commitments changed, 1 added (BP-6), 0 removed; target in BP-3 moved from
        2027 to 2026.”"""
        return list(_sentences(self)) if self.has_changes else [_("Nothing that a reader sees has changed.")]


def _sentences(told: Comparison) -> Iterator[str]:
    yield from _commitments(told.commitments)
    if told.head:
        yield _("At the top of the page: %(what)s.", what="; ".join(_fact(one) for one in told.head))
    yield from _counted(told.sections, lambda n: ngettext("%(num)s section changed", "%(num)s sections changed", n))
    yield from _named(told.sections)
    yield from _counted(told.sources, lambda n: ngettext("%(num)s source changed", "%(num)s sources changed", n))
    if not told.coarse and (told.words[Edit.INSERTED] or told.words[Edit.DELETED]):
        inserted = ngettext("%(num)s word inserted", "%(num)s words inserted", told.words[Edit.INSERTED])
        yield _("%(inserted)s, %(num)s deleted.", inserted=inserted, num=told.words[Edit.DELETED])


def _commitments(commitments: Sequence[CommitmentChange]) -> Iterator[str]:
    counts = list(_counted(commitments, lambda n: ngettext("%(num)s commitment changed", "%(num)s commitments changed", n)))
    if not counts:
        yield _("No commitment changed.")
        return
    moves = [
        (one.ref, fact)
        for one in commitments
        for fact in one.facts
        if one.fate is Fate.CHANGED and fact.name in MOVES and fact.change.before != fact.change.after
    ]
    yield "; ".join([counts[0].removesuffix("."), *(_move(*one) for one in moves[:MOST_MOVES])]) + "."
    for words in (_move(*one) for one in moves[MOST_MOVES:MOST_SENTENCES]):
        yield f"{words[0].upper()}{words[1:]}."
    if len(moves) > MOST_SENTENCES:
        yield ngettext(
            "%(num)s more target, day, cost or status moved; it is named below.",
            "%(num)s more targets, days, costs and statuses moved; they are named below.",
            len(moves) - MOST_SENTENCES,
        )


def _counted(things: Sequence[CommitmentChange | SectionChange | SourceChange], changed: Callable[[int], str]) -> Iterator[str]:
    """“2 sections changed, 1 added, 0 removed.”, or nothing when nothing happened to them."""
    times = {one: sum(thing.fate is one for thing in things) for one in Fate}
    elsewhere = sum(thing.moved or bool(getattr(thing, "came_from", "")) for thing in things)
    if len(things) == times[Fate.KEPT] and not elsewhere:
        return
    parts = [
        changed(times[Fate.CHANGED]),
        _("%(num)s added", num=times[Fate.ADDED]) + _refs(things, Fate.ADDED),
        _("%(num)s removed", num=times[Fate.REMOVED]) + _refs(things, Fate.REMOVED),
    ]
    if elsewhere:
        parts.append(_("%(num)s in another place", num=elsewhere))
    yield ", ".join(parts) + "."


def _refs(things: Sequence[CommitmentChange | SectionChange | SourceChange], wanted: Fate) -> str:
    """“ (DC-5)”: which commitments came or went. Sections are named by a sentence of their own; sources need not be."""
    refs = [thing.ref for thing in things if isinstance(thing, CommitmentChange) and thing.fate is wanted]
    return f" ({', '.join(refs[:MOST_NAMES])}{' …' if len(refs) > MOST_NAMES else ''})" if refs else ""


def _named(sections: Sequence[SectionChange]) -> Iterator[str]:
    for wanted, words in ((Fate.ADDED, _("New section:")), (Fate.REMOVED, _("Section taken out:"))):
        names = [f"“{one.heading}”" for one in sections if one.fate is wanted]
        if names:
            yield f"{words} {', '.join(names[:MOST_NAMES])}{' …' if len(names) > MOST_NAMES else ''}."


def _fact(fact: FactChange) -> str:
    """“question changed”"""
    what = fact.label[0].lower() + fact.label[1:]
    if fact.fate is Fate.ADDED:
        return str(_("%(what)s added", what=what))
    if fact.fate is Fate.REMOVED:
        return str(_("%(what)s removed", what=what))
    return str(_("%(what)s changed", what=what))


def _move(ref: str, fact: FactChange) -> str:
    """What moved in a commitment, by name: its target, its day, its cost or its status."""
    old, new = _short(fact.change.before), _short(fact.change.after)
    said = {"ref": ref, "old": old, "new": new}
    if fact.name == "status":
        return str(_("%(ref)s went from %(old)s to %(new)s", **said))
    what = {"target": _("target"), "by": _("day"), "cost": _("cost")}[fact.name]
    if not old:
        return str(_("%(ref)s now has a %(what)s: %(new)s", what=what, **said))
    if not new:
        return str(_("%(ref)s no longer has a %(what)s; it was %(old)s", what=what, **said))
    return str(_("%(what)s in %(ref)s moved from %(old)s to %(new)s", what=what, **said))


def _short(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - 2].rstrip() + " …"
