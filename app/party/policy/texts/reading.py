"""Reads a policy text from its Markdown source. WRITING.md tells writers what this file understands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache

from .markdown import plain_line
from .numbers import UNSEEN
from .words import Commitment, Fault, Kind, Section, Source, SourceKind, Status, Text, Unreadable

MOST_LETTERS, MOST_ANSWER = 60_000, 300
HEAD = ("title", "topic", "answer", "number", "calculator")
SECTION = re.compile(
    r"##\s+(?P<heading>.+?)\s*\{#(?P<anchor>[a-z0-9-]{1,60})\s+(?P<kind>[a-z]+)(?:\s+as-at=(?P<when>\d{4}|now))?\s*\}"
)
COMMITMENT = re.compile(r"###\s+(?P<ref>[A-Z]{1,6}-\d{1,3})[:.]?\s+(?P<text>.+)")
FACT = re.compile(r"[-*]\s+(?P<key>Measure|Target|By|Cost|Status|Assumes):\s*(?P<value>.*)", re.IGNORECASE)
SOURCE = re.compile(r"\[\^(?P<key>[a-z0-9-]{1,40})\]:\s*(?P<rest>.*)")
CONFIDENCES = ("high", "medium", "low", "derived")


@lru_cache(maxsize=64)
def read(source: str) -> Text:
    """The text that a source says. Raises Unreadable, which names every line that cannot be read."""
    text, faults = read_all(source)
    if faults:
        raise Unreadable(faults)
    return text


def read_all(source: str) -> tuple[Text, list[Fault]]:
    """As much of a text as can be read, for a preview, and its faults."""
    return _Reading(clean(source)).read()


def clean(source: str) -> str:
    """The source as it is kept: NFC, one kind of line ending, no space at the end of a line, and no letter that nobody sees."""
    lines = unicodedata.normalize("NFC", UNSEEN.sub("", source)).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


class _Reading:
    """One source, line by line."""

    def __init__(self, source: str):
        self.source = source
        self.lines = source.split("\n")
        self.faults: list[Fault] = []

    def read(self) -> tuple[Text, list[Fault]]:
        if len(self.source) > MOST_LETTERS:
            self._fault(1, f"The text has {len(self.source):,} letters. Keep it to {MOST_LETTERS:,}, and link to the rest.")
        sources = self._take_sources()
        starts = [at for at, line in enumerate(self.lines) if line.startswith("## ")]
        head = self._head(self.lines[: starts[0]] if starts else self.lines)
        ends = [*starts[1:], len(self.lines)]
        sections = [one for start, end in zip(starts, ends, strict=False) if (one := self._section(start, end))]
        self._twice("anchor", [(one.anchor, one.line) for one in sections])
        self._twice("reference", [(one.ref, one.line) for section in sections for one in section.commitments])
        self._twice("source", [(one.key, one.line) for one in sources])
        if len({one.as_at for one in sections} - {"", "now"}) > 1:
            self._fault(1, "Sections speak of two different years. Use one year and now.")
        return replace(head, sections=tuple(sections), sources=tuple(sources)), self.faults

    def _fault(self, line: int, sentence: str) -> None:
        self.faults.append(Fault(line, sentence))

    def _twice(self, what: str, found: list[tuple[str, int]]) -> None:
        seen: set[str] = set()
        for name, line in found:
            if name in seen:
                self._fault(line, f"The {what} {name} is there twice.")
            seen.add(name)

    def _head(self, lines: list[str]) -> Text:
        """The question and what stands under it, as “Name: value” lines."""
        said: dict[str, list[str]] = {}
        question, at = "", 1
        for at, line in enumerate(lines, 1):
            name, colon, value = line.partition(":")
            if line.startswith("# ") and not question:
                question = line[2:].strip()
            elif colon and name.strip().lower() in HEAD:
                said.setdefault(name.strip().lower(), []).append(value.strip())
            elif line.strip():
                self._fault(at, f"Before the first section there are only the question and lines of {', '.join(HEAD)}.")
        if not question:
            self._fault(1, "Begin with the question: # What does your data cap really cost?")
        for name in ("title", "topic", "answer"):
            if not said.get(name, [""])[0]:
                self._fault(1, f"A line “{name.capitalize()}: …” is missing under the question.")
            elif len(said[name]) > 1:
                self._fault(1, f"“{name.capitalize()}: …” is there twice.")
        answer = said.get("answer", [""])[0]
        if len(plain_line(answer)) > MOST_ANSWER:
            self._fault(1, f"The answer has {len(plain_line(answer))} letters. Keep it to {MOST_ANSWER}: two lines.")
        topic = said.get("topic", [""])[0].lower()
        if topic and not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", topic):
            self._fault(1, "The topic is one word in small letters, such as caps.")
        return Text(
            question=question, title=said.get("title", [""])[0], topic=topic, answer=answer,
            number=said.get("number", [""])[0], calculators=tuple(said.get("calculator", ())), sections=(), sources=(),
        )  # fmt: skip

    def _take_sources(self) -> list[Source]:
        """The lines “[^key]: title | publisher | date | address | kind | confidence”; they are no part of any section."""
        found = []
        for at, line in enumerate(self.lines):
            if not (match := SOURCE.fullmatch(line)):
                continue
            self.lines[at] = ""
            parts = [part.strip() for part in match["rest"].split("|")]
            if len(parts) != 6 or not parts[0] or not parts[1]:
                self._fault(at + 1, "A source is: [^key]: title | publisher | date | address | kind | confidence")
                continue
            title, publisher, published, url, kind, confidence = parts
            if url and not re.fullmatch(r"https?://[^\s<>\"]+|/[a-z0-9/_.?=&-]*", url):
                self._fault(at + 1, f"The address of the source is none: {url!r}. Begin it with https://")
            elif kind not in set(SourceKind):
                self._fault(at + 1, f"{kind!r} is no kind of source. Use {', '.join(SourceKind)}.")
            elif confidence not in CONFIDENCES:
                self._fault(at + 1, f"{confidence!r} is no confidence. Use {', '.join(CONFIDENCES)}.")
            else:
                found.append(Source(match["key"], title, publisher, published, url, SourceKind(kind), confidence, at + 1))
        return found

    def _section(self, start: int, end: int) -> Section | None:
        match = SECTION.fullmatch(self.lines[start])
        if match is None:
            self._fault(start + 1, "A section is: ## Heading {#anchor kind}, such as ## The case against {#against counter}")
            return None
        if match["kind"] not in set(Kind):
            self._fault(start + 1, f"{match['kind']!r} is no kind of section. Use {', '.join(Kind)}.")
            return None
        kind = Kind(match["kind"])
        starts = [at for at in range(start + 1, end) if kind is Kind.COMMITMENTS and self.lines[at].startswith("### ")]
        body = "\n".join(self.lines[start + 1 : starts[0] if starts else end]).rstrip()
        ends = [*starts[1:], end]
        commitments = [one for a, b in zip(starts, ends, strict=False) if (one := self._commitment(a, b))]
        return Section(match["anchor"], kind, match["heading"], match["when"] or "", body, tuple(commitments), start + 1)

    def _commitment(self, start: int, end: int) -> Commitment | None:
        match = COMMITMENT.fullmatch(self.lines[start])
        if match is None:
            self._fault(start + 1, "A commitment is: ### DC-1 What we will do")
            return None
        facts, body = {}, []
        for at in range(start + 1, end):
            fact = FACT.fullmatch(self.lines[at])
            if fact is None:
                body.append(self.lines[at])
                continue
            body.append("")
            if fact["key"].lower() in facts:
                self._fault(at + 1, f"{match['ref']} says {fact['key']} twice.")
            facts[fact["key"].lower()] = (fact["value"], at + 1)
        status, line = facts.get("status", ("", start + 1))
        if status.lower() not in set(Status):
            self._fault(line, f"{match['ref']} needs a line “- Status: …”: {', '.join(Status)}.")
            status = Status.PROPOSED
        if not facts.get("measure", ("", 0))[0]:
            self._fault(start + 1, f"{match['ref']} needs a line “- Measure: …”: how anyone can see that it is done.")
        said = {key: facts.get(key, ("", 0))[0] for key in ("measure", "target", "cost", "assumes")}
        return Commitment(
            ref=match["ref"], text=match["text"].strip(), by=self._day(facts.get("by"), match["ref"]),
            status=Status(status.lower()), body="\n".join(body).rstrip(), line=start + 1, **said,
        )  # fmt: skip

    def _day(self, said: tuple[str, int] | None, ref: str) -> date | None:
        if said is None or not said[0]:
            return None
        try:
            return date.fromisoformat(said[0])
        except ValueError:
            self._fault(said[1], f"{ref}: write the day as year, month and day, such as 2027-06-30.")
            return None
