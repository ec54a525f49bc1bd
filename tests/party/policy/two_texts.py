"""Two texts that differ a little, for whoever compares them."""

from __future__ import annotations

from app.party.policy.texts.comparing import Comparison, compare
from app.party.policy.texts.comparing.changes import BlockChange
from app.party.policy.texts.comparing.differing import Edit
from app.party.policy.texts.reading import read
from app.party.policy.texts.words import Text

HEAD = """# What does your data cap really cost?
Title: Data caps
Topic: caps
Answer: Most homes have no cap any more.
"""
SOURCE = "[^nbr]: Fibre plans from $75 | NBR | 2012 | https://nbr.co.nz/fibre | press | medium\n"
BP_3 = """### BP-3 Build the second cable
- Measure: a cable in service
- Target: 2027
- By: 2027-06-30
- Status: proposed
"""
BP_4 = """### BP-4 Say what a gigabyte costs
- Measure: share of bills
- Status: proposed
"""


def text(*sections: str, head: str = HEAD, sources: str = SOURCE) -> Text:
    return read("\n\n".join([head, *sections, sources]))


def problem(body: str, anchor: str = "problem", heading: str = "The problem") -> str:
    return f"## {heading} {{#{anchor} problem}}\n\n{body}"


def do(*commitments: str) -> str:
    return "\n".join(["## What we will do {#do commitments}", "", *commitments])


def between(old: str, new: str) -> Comparison:
    """Two texts that differ in the body of one section."""
    return compare(text(problem(old)), text(problem(new)))


def changes(old: str, new: str) -> list[BlockChange]:
    return list(between(old, new).sections[0].blocks)


def marked(change: BlockChange) -> str:
    marks = {Edit.KEPT: "{}", Edit.DELETED: "[-{}-]", Edit.INSERTED: "[+{}+]"}
    return "".join(marks[run.edit].format(run.words) for run in change.runs)
