"""What is opened of one person, as the five cells of a line: marked, guarded and quoted. It is done four million times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cells import FIRST, cell
from .marks import marker


def writer(key: bytes) -> Callable[[dict[str, Any]], str]:
    """What writes name, email, phone, address and birth date of one person after another, with the marks of this key."""
    mark_name, mark_address = marker(key)

    def written(details: dict[str, Any]) -> str:
        name, email, phone = mark_name(details["name"]), details["email"], details.get("phone", "")
        address, born_on = mark_address(details.get("address", "")), details.get("born_on") or ""
        if phone[:1] == "+":
            phone = f"'{phone}"  # as nearly every number begins
        text = f'"{name}","{email}","{phone}","{address}",{born_on}'
        if name[:1] in FIRST or address[:1] in FIRST or email[:1] in FIRST or text.count('"') != 8:
            phone = details.get("phone", "")
            return f"{cell(name)},{cell(email)},{cell(phone)},{cell(address)},{born_on}"
        return text

    return written
