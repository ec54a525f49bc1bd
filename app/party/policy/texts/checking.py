"""What keeps a text from being published: a number without a citation, a figure that says another, no case against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from app.party.evidence.charts.wall import CHARTS

from .holding import asked, holds, is_evidence, linked
from .markdown import Link, chart_of, cites, links, parse, parse_line, plain, plain_line, spoken
from .numbers import Number, normal, numbers
from .words import NEEDED, Commitment, Fault, Text

ITS_OWN = frozenset(
    ("change_note", "contents", "faults", "history", "link", "main", "preview", "revision", "say", "source", "sources", "try")
)  # anchors of the page around a text


def faults(text: Text, earlier: Sequence[Text] = ()) -> list[Fault]:
    """Everything that keeps a text from being published. `earlier`: the published versions before it, oldest first."""
    found = [*_needed(text), *_anchors(text), *_head(text), *_calculators(text), *_references(text, earlier)]
    for section in text.sections:
        found += _heading(section.heading, section.line)
        found += _body(text, section.body, section.line)
        for one in section.commitments:
            found += _commitment(text, one)
    return sorted(found, key=lambda one: one.line)


def unlike(translation: Text, original: Text) -> list[Fault]:
    """What a translation must share with its original and does not: the anchors and kinds of its sections, in order, and the
    references, days, states and numbers of its commitments."""
    found = []
    if [(one.anchor, one.kind, one.as_at) for one in translation.sections] != [
        (one.anchor, one.kind, one.as_at) for one in original.sections
    ]:
        anchors = ", ".join(one.anchor for one in original.sections)
        found.append(Fault(1, f"The sections must be those of the original, in its order: {anchors}."))
    if [(one.ref, one.by, one.status) for one in translation.commitments] != [
        (one.ref, one.by, one.status) for one in original.commitments
    ]:
        refs = ", ".join(one.ref for one in original.commitments)
        found.append(Fault(1, f"The commitments must be those of the original, with its days and states: {refs}."))
    originals = {one.ref: one for one in original.commitments}
    for one in translation.commitments:
        if one.ref in originals and not _same_numbers(one, originals[one.ref]):
            found.append(Fault(one.line, f"{one.ref} must say the numbers of the original, fact by fact."))
    return found


def _same_numbers(translated: Commitment, original: Commitment) -> bool:
    """Whether each fact has the digits of the original’s. What that says in words, as half, a translation may say in digits."""
    for fact in ("measure", "target", "cost", "assumes"):
        said = normal(plain_line(translated.facts[fact]))
        told = normal(plain_line(original.facts[fact]))
        more = _digits(said)
        more.subtract(_digits(told))
        in_words = any(one.value is None for one in numbers(told))
        if any(count < 0 or (count > 0 and not in_words) for count in more.values()):
            return False
    return True


def _digits(words: str) -> Counter[str]:
    """Every run of digits, as years and days are too, however its thousands are parted."""
    return Counter(
        re.sub(r"[, ]", "", one) for one in re.findall(r"\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?", words)
    )


def of_note(note: str, text: Text, earlier: Sequence[Text] = ()) -> list[Fault]:
    """What is wrong with the note on what a version changes, which cites nothing: a number that no commitment of it or of the
    version before it says in its facts. `earlier`: the published versions before it, oldest first."""
    facts = [fact for one in (text, *earlier[-1:]) for commitment in one.commitments for fact in commitment.facts.values()]
    told = {_said(one) for fact in facts for one in numbers(normal(plain_line(fact)))}
    return [
        Fault(
            1, f"The note on what changed says {one.written}, which is in no commitment. Say it in the text, with its citation."
        )
        for one in numbers(normal(plain_line(note)))
        if _said(one) not in told
    ]


def _said(one: Number) -> tuple[object, ...]:
    return (one.value, one.currency, one.unit) if one.value is not None else (one.written.lower(),)


def _needed(text: Text) -> Iterator[Fault]:
    kinds = {one.kind for one in text.as_at("now")}
    for kind in NEEDED:
        if kind not in kinds:
            yield Fault(1, f"A section of the kind {kind} is missing: every page has {', '.join(NEEDED)}.")
    if not text.commitments:
        yield Fault(1, "There is no commitment: say what we will do, as ### DC-1 …")


def _anchors(text: Text) -> Iterator[Fault]:
    for one in text.sections:
        if one.anchor in ITS_OWN or one.anchor in CHARTS or one.anchor.startswith(("source-", "try-")):
            yield Fault(one.line, f"The page itself has a place called {one.anchor}. Give the section another anchor.")


def _head(text: Text) -> Iterator[Fault]:
    yield from _heading(text.title, 1)
    for what, line in (("question", text.question), ("answer", text.answer), ("number", text.number)):
        for token in parse_line(line):
            yield from _inline(text, token, 1)
            if _open_number(token) and not _is_cited(token):
                yield Fault(1, f"The {what} has a number without a citation.")


def _heading(heading: str, line: int) -> Iterator[Fault]:
    if numbers(normal(heading)):
        yield Fault(line, f"“{heading}” has a number, and a heading cites nothing. Say it below, with its citation.")


def _calculators(text: Text) -> Iterator[Fault]:
    for address in text.calculators:
        found = asked(address)
        if isinstance(found, str):
            yield Fault(1, found)


def _references(text: Text, earlier: Sequence[Text]) -> Iterator[Fault]:
    """A reference stands for one commitment for ever: one that was taken out does not come back as something else."""
    if not earlier:
        return
    now, then = {one.ref for one in earlier[-1].commitments}, {one.ref for old in earlier for one in old.commitments}
    for one in text.commitments:
        if one.ref in then - now:
            yield Fault(one.line, f"{one.ref} was a commitment of an earlier version. Use a new reference.")


def _body(text: Text, body: str, line: int) -> Iterator[Fault]:
    """Blocks of a section. The rows of a table are cited by themselves or by its heading row."""
    headed = in_head = in_table = False
    row: list[Token] = []
    at = line
    for token in parse(body):
        at = line + 1 + token.map[0] if token.map else at
        if token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "thead_open":
            headed, in_head = False, True
        elif token.type == "thead_close":
            in_head = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            cited = any(map(_is_cited, row))
            headed = headed or (in_head and cited)
            if any(map(_open_number, row)) and not cited and not headed:
                yield _uncited(at, " | ".join(map(plain, row)))
            row = []
        elif token.type == "inline":
            yield from _inline(text, token, at)
            if in_table:
                row.append(token)
            elif _open_number(token) and not _is_cited(token):
                yield _uncited(at, plain(token))
        elif token.type == "heading_open" and token.tag in ("h1", "h2"):
            yield Fault(at, "Inside a section use ### for a heading.")
        elif token.type == "ordered_list_open" and token.attrGet("start") is not None:
            yield Fault(at, "Begin a numbered list with 1.")
        elif token.type in ("fence", "code_block"):
            yield Fault(at, "Leave out blocks of code: nobody reads them.")


def _uncited(line: int, words: str) -> Fault:
    shown = words if len(words) <= 60 else words[:57] + "…"
    return Fault(line, f"A number without a citation: “{shown}”. Link it to a figure, or add a source [^key].")


def _inline(text: Text, token: Token, line: int) -> Iterator[Fault]:
    chart = chart_of(token)
    if chart is not None and chart not in CHARTS:
        yield Fault(line, f"There is no chart {chart}. See /charts.")
    if chart is None and any(child.type == "image" for child in token.children or ()):
        yield Fault(line, "A picture is a chart of ours, alone on its line: ![](chart:cap-share)")
    for key in cites(token):
        if text.source(key) is None:
            yield Fault(line, f"There is no source [^{key}]. Add a line “[^{key}]: …”.")
    for child in token.children or ():
        title = str(child.attrGet("title") or "")
        if numbers(normal(title)):
            yield Fault(line, f"“{title}” has a number, and a link’s title cites nothing. Say it in the text.")
    words, found = spoken(token, normal)
    for link in found:
        if not link.to.startswith(("figure:", "https://", "http://", "mailto:", "/", "#")):
            yield Fault(line, f"A link leads to a page here, or to https://…, not to {link.to!r}.")
        for wrong in linked(link.to, link.words, [one for one in numbers(words) if _inside(one, link)]):
            yield Fault(line, wrong)


def _commitment(text: Text, one: Commitment) -> Iterator[Fault]:
    """A number in what it says needs a citation in it; its cost needs one of its own; what more is said, as in a section."""
    lines = [token for said in (one.text, one.measure, one.target, one.assumes) for token in parse_line(said)]
    cost = parse_line(one.cost)
    for token in (*lines, *cost):
        yield from _inline(text, token, one.line)
    if any(map(_open_number, cost)) and not any(map(_is_cited, cost)):
        yield Fault(one.line, f"What {one.ref} costs has a number without a citation.")
    if any(map(_open_number, lines)) and not any(map(_is_cited, (*lines, *cost))):
        yield Fault(one.line, f"{one.ref} has a number without a citation.")
    yield from _body(text, one.body, one.line)


def _inside(one: Number, link: Link) -> bool:
    return link.start <= one.start and one.end <= link.end


def _open_number(token: Token) -> bool:
    """Whether there is a number besides those in links that hold it to a figure or to a calculator’s answer."""
    words, found = spoken(token, normal)
    return any(not any(holds(link.to) and _inside(one, link) for link in found) for one in numbers(words))


def _is_cited(token: Token) -> bool:
    """A source, or a page of the evidence that shows where its numbers are from."""
    return bool(cites(token)) or any(is_evidence(link.to) for link in links(token))
