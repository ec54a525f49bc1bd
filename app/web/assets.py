"""Static files, read once at start: one stylesheet, names that carry their content's hash, compressed once."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path

from .sending import IMMUTABLE, TEXT, Page, pack, ready

SHEETS = ("tokens", "base", "forms", "tables", "evidence", "policy", "print")
_ADDRESS = re.compile(r"/static/([^.]+)\.[0-9a-f]{12}(\.[a-z0-9]+)")
OURS = "#A8431A"  # the accent that is written into the stylesheet


class PoorContrast(ValueError):
    """The party's colour cannot be read on the page."""


class Assets:
    """All of `static/`, by address. Anything else is not served."""

    def __init__(self, folder: Path, *, accent: str):
        self._by_name: dict[str, str] = {}
        self.by_address: dict[str, Page] = {}
        sheets = [(folder / "css" / f"{name}.css").read_text() for name in SHEETS]
        sheets.insert(1, accent_override(accent))
        self._add("site.css", "\n".join(sheets).encode())
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.parent.name != "css":
                self._add(file.relative_to(folder).as_posix(), file.read_bytes())

    def _add(self, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        digest = hashlib.sha256(body).hexdigest()[:12]
        address = f"/static/{stem}.{digest}{dot}{ending}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = {"text/javascript": "text/javascript; charset=utf-8", "text/css": "text/css; charset=utf-8"}.get(kind, kind)
        headers = [
            ("Content-Type", kind),
            ("Cache-Control", IMMUTABLE),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ]
        self._by_name[name] = address
        self.by_address[address] = ready("200 OK", headers, body, pack(body, 9) if kind.startswith(TEXT) else None)

    def address(self, name: str) -> str:
        """The address of `css`-folder-free `name`, such as `site.css` or `js/signature.js`. Raises KeyError."""
        return self._by_name[name]

    def newer(self, address: str) -> str | None:
        """Where the file is now that an older page names: pages are held for days by caches that are not ours."""
        told = _ADDRESS.fullmatch(address)
        return self._by_name.get(told[1] + told[2]) if told else None


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    parts = [round(int(colour[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share) for i in (1, 3, 5)]
    return "#" + "".join(f"{part:02X}" for part in parts)


def on_dark(accent: str) -> str:
    """The party’s colour as it is on dark paper: made lighter until its contrast there is 7:1."""
    if accent.upper() == OURS:
        return "#FF9B6A"
    return next(c for c in (mix(accent, "#FFFFFF", step / 20) for step in range(21)) if contrast(c, "#17211F") >= 7)


def accent_override(accent: str) -> str:
    """The party's one hue as the six tokens the stylesheet needs. Raises PoorContrast below 4.5:1 on light paper."""
    if contrast(accent, "#FBFAF7") < 4.5:
        raise PoorContrast(f"ACCENT {accent} has a contrast of {contrast(accent, '#FBFAF7'):.2f} on paper; 4.5 is needed.")
    if accent.upper() == OURS:
        return ""  # the stylesheet's own
    dark = on_dark(accent)
    return (
        f":root{{--accent-light:{accent};--accent-light-hover:{mix(accent, '#000000', 0.2)};--accent-dark:{dark};"
        f"--accent-dark-hover:{mix(dark, '#FFFFFF', 0.25)};--accent-tint-light:{mix(accent, '#FFFFFF', 0.87)};"
        f"--accent-tint-dark:{mix(accent, '#000000', 0.7)}}}"
    )
