"""One section of a source: what it says, and the same source with something else in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import checking
from .comparing import Comparison, compare
from .reading import SECTION, SOURCE, clean, read_all
from .words import Fault, Text


def body_of(source: str, anchor: str) -> str | None:
    """The Markdown under a section’s heading, without lines of sources; None if the source has no such section."""
    lines = clean(source).split("\n")
    found = _span(lines, anchor)
    if found is None:
        return None
    start, end = found
    return _trimmed([line for line in lines[start + 1 : end] if not SOURCE.fullmatch(line)])


def with_body(source: str, anchor: str, body: str) -> str:
    """The source with another body in one section; lines of sources that stand in it stay. Raises LookupError without it."""
    lines = clean(source).split("\n")
    found = _span(lines, anchor)
    if found is None:
        raise LookupError(anchor)
    start, end = found
    kept = [line for line in lines[start + 1 : end] if SOURCE.fullmatch(line)]
    new = ["", *clean(body).strip("\n").split("\n"), "", *kept, *([""] if kept else [])]
    return clean("\n".join(lines[: start + 1] + new + lines[end:]))


def change_with(source: str, anchor: str, body: str) -> Comparison:
    """What a reader finds different in one section with this body; of the other sections there is nothing in it. Raises
    LookupError for a source without the section."""
    before, after = read_all(source)[0], read_all(with_body(source, anchor, body))[0]
    return compare(_only(before, anchor), _only(after, anchor))


def _only(text: Text, anchor: str) -> Text:
    return replace(text, sections=tuple(one for one in text.sections if one.anchor == anchor))


def begins_another(body: str) -> bool:
    """Whether a body has a heading that would begin another section, or the text."""
    return any(line.startswith(("# ", "## ")) or line in ("#", "##") for line in clean(body).split("\n"))


def faults_with(source: str, anchor: str, body: str) -> list[Fault]:
    """What could not be read with this body that can be read without it, by the line of the body; line 0 is elsewhere."""
    before, after = read_all(source)[1], read_all(with_body(source, anchor, body))[1]
    return _new(before, after, source, anchor, body)


def wants_with(source: str, anchor: str, body: str, earlier: Sequence[Text]) -> list[Fault]:
    """What would keep the text from being published with this body and does not without it, by the line of the body."""
    before, after = read_all(source)[0], read_all(with_body(source, anchor, body))[0]
    return _new(checking.faults(before, earlier), checking.faults(after, earlier), source, anchor, body)


def _new(before: list[Fault], after: list[Fault], source: str, anchor: str, body: str) -> list[Fault]:
    known = {fault.sentence for fault in before}
    span = _span(clean(source).split("\n"), anchor)
    first = (span[0] if span else 0) + 2  # the body begins below the heading and an empty line
    last = first + len(clean(body).strip("\n").split("\n"))
    return [
        Fault(fault.line - first if first < fault.line <= last else 0, fault.sentence)
        for fault in after
        if fault.sentence not in known
    ]


def _span(lines: list[str], anchor: str) -> tuple[int, int] | None:
    """The line of a section’s heading, and the first line that is no longer the section’s, counted from 0."""
    starts = [at for at, line in enumerate(lines) if line.startswith("## ")]
    for place, start in enumerate(starts):
        match = SECTION.fullmatch(lines[start])
        if match and match["anchor"] == anchor:
            return start, starts[place + 1] if place + 1 < len(starts) else len(lines)
    return None


def _trimmed(lines: list[str]) -> str:
    """Without empty lines at both ends, and no two in a row."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")
