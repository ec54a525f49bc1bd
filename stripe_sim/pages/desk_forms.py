"""The small forms of the desk."""

from __future__ import annotations

import re
from html import escape


def form(do: str, content: str, **hidden: str) -> str:
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in {"do": do, **hidden}.items()
    )
    return f'<form method="post" action="/_sim/">{fields}{content}</form>'


def button(words: str) -> str:
    return f'<button class="other">{escape(words)}</button>'


def heading(id: str, words: str) -> str:
    return f'<h2 id="{id}">{escape(words)}</h2>'


def amount_of(text: str) -> int:
    """Cents of "5" or "5.00". Raises ValueError for anything else."""
    found = re.fullmatch(r"\s*([0-9]{1,7})(?:\.([0-9]{2}))?\s*", text)
    if not found:
        raise ValueError(f"{text!r} is no amount such as 5.00")
    return int(found[1]) * 100 + int(found[2] or 0)
