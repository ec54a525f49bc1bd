"""In which letters a file was written that somebody sends, and which of them nobody sees."""

from __future__ import annotations

import re

# Letters that turn text around or hide: allowed between letters of a right-to-left name, never as a disguise.
UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
JOINERS = "\u200c\u200d\u200e\u200f"  # shape or turn the letters between which they stand: at an end they do nothing


def encoding_of(content: bytes) -> str:
    """UTF-8 or UTF-16, with or without their marks; Windows-1252 where it is neither. The name that `bytes.decode` takes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    head = content[:4096]
    for odd, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[odd::2]
        if len(half) > 8 and half.count(0) > len(half) * 0.7 and head[1 - odd :: 2].count(0) < len(half) * 0.1:
            return name
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
