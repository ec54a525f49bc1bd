"""What a cell may hold: text that every spreadsheet shows and none runs, in CSV as RFC 4180 has it.

A cell that would begin a formula has an apostrophe before it, and so has one that begins with apostrophes and then such a sign:
whoever reads the file takes one apostrophe off a cell that begins so, and has what was there, to the letter.
"""

from __future__ import annotations

import re

BEGINS = "=+-@|%\t\r\n ＝＋－＠"
_GUARDED = re.compile(f"'*[{re.escape(BEGINS)}]")
FIRST = frozenset(BEGINS + "'")  # a cell that begins otherwise needs no second look; nothing begins an empty one
BOM = "\ufeff"
ROWS = "# rows: "  # how the last line begins


def guard(text: str) -> str:
    return f"'{text}" if _GUARDED.match(text) else text


def unguard(text: str) -> str:
    """What was there before it was guarded."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text[1:]) else text


def cell(text: str) -> str:
    """One cell, guarded and quoted."""
    if text and text[0] in FIRST:
        text = guard(text)
    return '"' + text.replace('"', '""') + '"' if text else ""


def header(columns: tuple[str, ...]) -> str:
    return ",".join(columns) + "\r\n"


def last_line(rows: int, columns: tuple[str, ...]) -> str:
    """How many rows the file has, in a line as wide as the others: a file that was cut says nothing, or the wrong number."""
    return f"{ROWS}{rows}" + "," * (len(columns) - 1) + "\r\n"


# The same guard for what PostgreSQL writes: `*`, since a regular expression there knows no list of characters with `'` doubled.
SQL_GUARDED = "^''*[" + BEGINS.replace("-", "").replace("\t", r"\t").replace("\r", r"\r").replace("\n", r"\n") + "-]"
