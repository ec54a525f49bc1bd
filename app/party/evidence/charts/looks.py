"""What the classes of a chart look like where no stylesheet of ours is: in a file opened by itself, and on a card."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from app.web.assets import on_dark

LIGHT = {"paper": "#FBFAF7", "ink": "#14201F", "ink-2": "#475553", "control": "#74807D", "line": "#D8D6CC",
         "s1": "#5B6B73", "s2": "#0A5A78", "s3": "#6B3A7A"}  # fmt: skip
DARK = {"paper": "#0F1716", "ink": "#EEF2EE", "ink-2": "#B7C3BF", "control": "#7F8E8A", "line": "#2C3936",
        "s1": "#A3B3BB", "s2": "#7CC7E8", "s3": "#D3A6E3"}  # fmt: skip
SHAPES = (
    ".strong{font-weight:650;paint-order:stroke;stroke-width:4}"
    ".stroke{fill:none;stroke-width:3}.hollow{stroke-width:2.5}.hatch{display:none}"
)


def for_file(accent: str) -> str:
    """The style of a chart that is opened by itself: light, dark and on paper. `accent` is the party’s colour."""
    light = _rules(LIGHT | {"s0": accent})
    return (
        '.chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}'
        + SHAPES
        + light
        + f"@media (prefers-color-scheme:dark){{{_rules(DARK | {'s0': on_dark(accent)})}}}"
        + f"@media print{{{light}.hatch{{display:inline}}}}@media (prefers-contrast:more){{.hatch{{display:inline}}}}"
    )


def for_card(accent: str) -> str:
    """The style of a chart that the typesetter draws: light, in its own letters, and no rule it does not know."""
    return '.chart{font-family:"Libertinus Serif"}' + SHAPES.replace("650", "700") + _rules(LIGHT | {"s0": accent})


def policy(style: str) -> str:
    """The content security policy of a file that may use this style and nothing else."""
    return f"sandbox; default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


def _rules(colours: dict[str, str]) -> str:
    """What each class looks like in one set of colours."""
    paper, ink = colours["paper"], colours["ink"]
    said = [
        f".paper{{fill:{paper}}}.chart text{{fill:{colours['ink-2']}}}.chart .strong{{fill:{ink};stroke:{paper}}}",
        f".grid{{stroke:{colours['line']}}}.axis{{stroke:{colours['control']}}}",
    ]
    said += [f".fill.{s}{{fill:{colours[s]}}}.stroke.{s},.hollow.{s}{{stroke:{colours[s]}}}" for s in ("s0", "s1", "s2", "s3")]
    return "".join([*said, f".hollow{{fill:{paper}}}"])
