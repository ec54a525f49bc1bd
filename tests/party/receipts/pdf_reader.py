"""Reads the words out of a PDF of the kind our typesetter writes: deflated streams, fonts with their own numbers for signs."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_PLAIN = rb"(?:\\.|[^()\\])"
_IN_BRACKETS = rb"\((?:%s|\((?:%s|\(%s*\))*\))*\)" % (_PLAIN, _PLAIN, _PLAIN)  # brackets in pairs need no backslash
# What matters of a page: which font, what is said instead of the signs, the signs, an end.
_SAID = re.compile(
    rb"/(?P<font>f\d+) [\d.]+ Tf|/ActualText<FEFF(?P<instead>[0-9A-F]*)>|(?P<end>EMC)|(?P<signs>%s)" % _IN_BRACKETS,
    re.DOTALL,
)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(pdf: bytes) -> str:
    """All text of a PDF, in the order it is drawn, single spaces, without the breaks between lines."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [
        _page(_stream(objects[int(drawn[1])]), _fonts(objects, resources=int(drawn[0])))
        for body in objects.values()
        for drawn in re.findall(rb"/Type/Page/Resources (\d+) 0 R.*/Contents (\d+) 0 R", body)
    ]
    assert pages
    text = " ".join(pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", "")).strip()


def page_count(pdf: bytes) -> int:
    return len(re.findall(rb"/Type/Page/", pdf))


def _stream(body: bytes) -> bytes:
    return zlib.decompress(_STREAM.search(body)[1])


def _fonts(objects: dict[int, bytes], *, resources: int) -> dict[bytes, dict[int, str]]:
    named = re.findall(rb"/(f\d+) (\d+) 0 R", objects[resources])
    return {name: _signs(objects, int(number)) for name, number in named}


def _signs(objects: dict[int, bytes], font: int) -> dict[int, str]:
    table = _stream(objects[int(re.search(rb"/ToUnicode (\d+) 0 R", objects[font])[1])])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _page(drawn: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    font: dict[int, str] = {}
    said, instead = [], False
    for part in _SAID.finditer(drawn):
        if part["font"]:
            font = fonts[part["font"]]
        elif part["instead"] is not None:
            said.append(bytes.fromhex(part["instead"].decode()).decode("utf-16-be"))
            instead = True
        elif part["end"]:
            said += [] if instead else [" "]
            instead = False
        elif not instead:
            codes = _unescaped(part["signs"][1:-1])
            said += [font.get(int.from_bytes(codes[at : at + 2]), "") for at in range(0, len(codes), 2)]
    return "".join(said)


def _unescaped(literal: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 8)]) if found[1].isdigit() else _ESCAPES.get(found[1], found[1])

    return re.sub(rb"\\([0-7]{3}|.)", meant, literal, flags=re.DOTALL)
