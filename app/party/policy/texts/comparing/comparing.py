"""Pairs the parts of two texts and says of each what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..words import Commitment, Section, Source, Text
from .aligning import align, merged, moved
from .blocks import Block, Pointer, as_typed, blocks, line, plain, steps, target
from .changes import BlockChange, CommitmentChange, FactChange, Fate, PointerChange, SectionChange, SourceChange, fate
from .comparison import Comparison
from .differing import Budget, Edit, Measured, Run, Spent, likeness, replaced, runs

MOST_BYTES = 60_000  # of a side
MOST_STEPS = 600_000  # of comparing words and blocks
MOST_READING = 600_000  # of reading Markdown

Made = TypeVar("Made")
Facts = tuple[FactChange, ...]
Changes = tuple[BlockChange, ...]


def compare(old: Text, new: Text) -> Comparison:
    """What a reader of `new` finds different from `old`. The same two texts always give the same comparison.

    What readers see is compared, not the Markdown: words without marks, and beside them links that lead elsewhere, sources that
    are cited now or no longer, and blocks of which only the emphasis changed. Sections are paired by anchor, commitments by
    reference, sources by key. Facts – the head, a commitment’s lines, a source’s – are compared field by field.

    The work is bounded. Beyond 60 kB a side, or where too much differs, whole blocks are compared and no words; `coarse` says
    so, for the whole and for each section. A section may spend half of the work that is left, so that a hard one does not take
    it all from the others.
    """
    return _Comparing(old, new).comparison()


class _Comparing:
    """Two texts, and how much work is left."""

    def __init__(self, old: Text, new: Text):
        self.old, self.new = old, new
        self.left = MOST_STEPS if max(_weight(old), _weight(new)) <= MOST_BYTES else 0
        self.coarse = False
        self.reading = Budget(MOST_READING)
        self.titles = {one.key: one.title for text in (old, new) for one in text.sources}
        self.refs_now = {one.ref for one in new.commitments}
        self.homes = {one.ref: (one, section) for section in old.sections for one in section.commitments}
        self.moved_refs = moved([one.ref for one in old.commitments], [one.ref for one in new.commitments])

    def comparison(self) -> Comparison:
        head, _ = self._bounded(self._head)
        then, now = ({one.anchor: one for one in text.sections} for text in (self.old, self.new))
        elsewhere = moved(list(then), list(now))
        sections = [self._section(then.get(one), now.get(one), one in elsewhere) for one in merged(list(then), list(now))]
        sources, _ = self._bounded(self._sources)
        return Comparison(line(self.new.title).words, head, tuple(sections), sources, self.coarse)

    def _bounded(self, compared: Callable[[Budget | None], Made]) -> tuple[Made, bool]:
        """What is compared, and whether half of the work that is left was not enough and it was done by whole blocks."""
        budget = Budget(self.left // 2)
        self.left -= budget.left
        try:
            return compared(budget), False
        except Spent:
            self.coarse = True
            return compared(None), True
        finally:
            self.left += budget.left

    def _head(self, budget: Budget | None) -> Facts:
        def said(text: Text) -> dict[str, str]:
            head = {name: str(getattr(text, name)) for name in ("question", "title", "topic", "answer", "number")}
            return {**head, "calculators": "; ".join(map(target, text.calculators))}

        return self._facts(said(self.old), said(self.new), budget)

    def _section(self, old: Section | None, new: Section | None, elsewhere: bool) -> SectionChange:
        (facts, found, commitments), coarse = self._bounded(lambda budget: self._parts(old, new, budget))
        one = _either(new, old)
        became = fate(old, new, bool(facts) or _differ(found))
        return SectionChange(one.anchor, line(one.heading).words, became, elsewhere, coarse, facts, found, commitments)

    def _parts(
        self, old: Section | None, new: Section | None, budget: Budget | None
    ) -> tuple[Facts, Changes, tuple[CommitmentChange, ...]]:
        facts = self._facts(_heading(old), _heading(new), budget) if old and new else ()
        found = self._bodies(old, new, budget)
        now = {one.ref: one for one in new.commitments} if new else {}
        then = [one.ref for one in old.commitments if one.ref in now or one.ref not in self.refs_now] if old else []
        commitments = [self._commitment(ref, now.get(ref), new, budget) for ref in merged(then, list(now))]
        return facts, found, tuple(commitments)

    def _commitment(self, ref: str, new: Commitment | None, here: Section | None, budget: Budget | None) -> CommitmentChange:
        old, home = self.homes.get(ref, (None, None))
        facts = self._facts(old.facts if old else {}, new.facts if new else {}, budget) if old != new else ()
        found = self._bodies(old, new, budget)
        came_from = line(home.heading).words if home and here and home.anchor != here.anchor else ""
        became = fate(old, new, bool(facts) or _differ(found))
        words = line(_either(new, old).text).words
        return CommitmentChange(ref, words, became, ref in self.moved_refs, came_from, facts, found)

    def _sources(self, budget: Budget | None) -> tuple[SourceChange, ...]:
        then, now = ({one.key: one for one in text.sources} for text in (self.old, self.new))
        elsewhere = moved(list(then), list(now))
        found = []
        for key in merged(list(then), list(now)):
            old, new = then.get(key), now.get(key)
            whole = old is None or new is None
            facts = self._facts(_entry(old, whole), _entry(new, whole), budget, is_markdown=False)
            title = plain(_either(new, old).title).words
            found.append(SourceChange(key, title, fate(old, new, bool(facts)), key in elsewhere, facts))
        return tuple(found)

    def _facts(self, old: dict[str, str], new: dict[str, str], budget: Budget | None, is_markdown: bool = True) -> Facts:
        """The facts that a reader sees changed, by name."""
        found = []
        for name in old or new:
            before, after = old.get(name, ""), new.get(name, "")
            if before != after:
                read = line if is_markdown and self._may_read(before, after, budget) else plain
                one, other = read(before), read(after)
                if one != other:
                    found.append(FactChange(name, self._fact(one if before else None, other if after else None, budget)))
        return tuple(found)

    def _may_read(self, before: str, after: str, budget: Budget | None) -> bool:
        """Whether there is time to read both as Markdown. Raises Spent if there is not and words were to be compared."""
        try:
            self.reading.spend(steps(before) + steps(after))
        except Spent:
            if budget:
                raise
            return False
        return True

    def _fact(self, old: Block | None, new: Block | None, budget: Budget | None) -> BlockChange:
        if old and new and budget and not likeness(Measured(old.words), Measured(new.words), budget):
            return self._change(old, new, None)
        return self._change(old, new, budget)

    def _bodies(self, old: Section | Commitment | None, new: Section | Commitment | None, budget: Budget | None) -> Changes:
        """The blocks of two bodies; none at all where both are the same source."""
        before, after = old.body if old else "", new.body if new else ""
        if before == after:
            return ()
        read = blocks if self._may_read(before, after, budget) else as_typed
        pairs = align(read(before), read(after), budget)
        return tuple(self._change(one, other, budget) for one, other in pairs)

    def _change(self, old: Block | None, new: Block | None, budget: Budget | None) -> BlockChange:
        before, after = old.words if old else "", new.words if new else ""
        if before == after:
            became: tuple[Run, ...] = (Run(Edit.KEPT, before),) if before else ()
        elif budget is None or old is None or new is None:
            became = replaced(before, after)
        else:
            became = runs(before, after, budget)
        return BlockChange(old, new, became, tuple(self._pointers(old, new)))

    def _pointers(self, old: Block | None, new: Block | None) -> Iterator[PointerChange]:
        before, after = old.pointers if old else (), new.pointers if new else ()
        if before == after:
            return
        then, now = Counter(before), Counter(after)
        gone, come = list((then - now).elements()), list((now - then).elements())
        for one in gone:
            instead = next((other for other in come if one.words and other.words == one.words), None)
            if instead:
                come.remove(instead)
            yield PointerChange(one.words, self._target(one), self._target(instead))
        for one in come:
            yield PointerChange(one.words, "", self._target(one))

    def _target(self, pointer: Pointer | None) -> str:
        if pointer is None or pointer.words:
            return pointer.to if pointer else ""
        return self.titles.get(pointer.to, f"[^{pointer.to}]")


def _either(one: Made | None, other: Made | None) -> Made:
    found = one if one is not None else other
    assert found is not None
    return found


def _differ(found: Iterable[BlockChange]) -> bool:
    return any(one.fate is not Fate.KEPT for one in found)


def _heading(section: Section) -> dict[str, str]:
    return {"heading": section.heading, "kind": section.kind, "as_at": section.as_at}


def _entry(source: Source | None, whole: bool) -> dict[str, str]:
    """A source by its parts; one that is only in one version as a whole."""
    if source is None:
        return {}
    names = ("title", "publisher", "published", "url", "kind", "confidence")
    parts = {name: str(getattr(source, name)) for name in names}
    return {"entry": ", ".join(filter(None, parts.values()))} if whole else parts


def _weight(text: Text) -> int:
    """How much there is to compare, in bytes."""
    heads = [text.question, text.title, text.answer, text.number, *text.calculators]
    bodies = [part for one in text.sections for part in (one.heading, one.body)]
    facts = [part for one in text.commitments for part in (*one.facts.values(), one.body)]
    sources = [part for one in text.sources for part in _entry(one, True).values()]
    return sum(len(part.encode()) for part in (*heads, *bodies, *facts, *sources))
