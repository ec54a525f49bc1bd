"""In which letters a file was written that somebody sends."""

from __future__ import annotations


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
