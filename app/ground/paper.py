"""Papers: a page is typeset from a template of ours and facts; the same facts give the same bytes, on every machine.

Facts go in as data and are never read as typesetting code. Nothing is fetched, no font of the machine is used and no clock
is asked. The fonts that come with the typesetter know Latin letters with all their macrons, Greek, Cyrillic, Arabic and more,
but no Chinese, Japanese, Korean, Thai and no emoji: what they cannot show stands as □, and the paper is told so (`unshown`).
The typesetter is loaded by whoever typesets: most processes never do.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger()

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MISSING = "□"
_JOINERS = "\u200c\u200d"  # unseen, but Arabic and Indic names are spelt with them
_PROBE = b"""#set document(title: "sign")
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#sys.inputs.at("sign")"""


def typeset(template: str, facts: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF of `templates/<template>.typ` with these facts (JSON values). Tagged for screen readers (PDF/UA-1).

    `made_at` (UTC) is the date inside the file. A paper that cannot be tagged is made without tags, and the log says so.
    """
    import typst

    file = TEMPLATES / f"{template}.typ"
    shown = printable(facts)
    data = {"data": json.dumps({**shown, "unshown": shown != printable(facts, replace=False)})}
    common: dict[str, Any] = {
        "root": TEMPLATES,  # papers of several rooms share one page
        "ignore_system_fonts": True,
        "format": "pdf",
        "sys_inputs": data,
        "timestamp": int(made_at.timestamp()),
    }
    try:
        pdf: bytes = typst.compile(file, pdf_standards="ua-1", **common)
    except typst.TypstError:
        log.warning("paper_without_tags", kind=template)
        pdf = typst.compile(file, **common)
    return pdf


def picture(template: str, facts: Mapping[str, Any]) -> bytes:
    """The PNG of `templates/<template>.typ` with these facts (JSON values), a pixel for each point of its one page."""
    import typst

    png = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        format="png",
        ppi=72.0,
        sys_inputs={"data": json.dumps(printable(facts))},
    )
    assert isinstance(png, bytes), f"{template} runs over its page"
    return png


@cache
def edition(template: str) -> str:
    """What a picture depends on beside its facts: the typesetter, and the text of the template and of those in its folder."""
    folder = (TEMPLATES / f"{template}.typ").parent
    digest = sha256(version("typst").encode())
    for file in sorted(folder.glob("*.typ")):
        digest.update(file.read_bytes())
    return f"{template}:{digest.hexdigest()}"


def printable(value: Any, *, replace: bool = True) -> Any:
    """The same facts without letters nobody sees, and with □ for each sign that the fonts do not have (if `replace`)."""
    if isinstance(value, str):
        return "".join(_sign(char, replace=replace) for char in value)
    if isinstance(value, Mapping):
        return {key: printable(held, replace=replace) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(held, replace=replace) for held in value]
    return value


def _sign(char: str, *, replace: bool) -> str:
    """The sign, its stand-in, or nothing: for controls, and for marks that turn what follows them around, so that a name could
    read otherwise than it is."""
    code = ord(char)
    if char == "\n" or 0x20 <= code < 0x7F or 0xA1 <= code < 0x250 or char in _JOINERS:
        return char
    if unicodedata.category(char) in ("Cc", "Cf") or 0xFE00 <= code <= 0xFE0F:
        return ""
    return char if not replace or has_sign(char) else MISSING


@lru_cache(maxsize=8192)
def has_sign(char: str) -> bool:
    """Whether the fonts that come with the typesetter can show a sign: it is asked to."""
    if 0xD800 <= ord(char) < 0xE000:
        return False  # half a sign
    import typst

    try:
        typst.compile(_PROBE, ignore_system_fonts=True, format="pdf", sys_inputs={"sign": f"a{char}a"}, pdf_standards="ua-1")
    except typst.TypstError:
        return False
    return True
