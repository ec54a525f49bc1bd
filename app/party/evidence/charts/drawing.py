"""A sheet to draw on: marks, text and scales. Nothing rests on colour alone: every series has its own dash and marker.

Colours are classes: the site’s stylesheet knows them, and a chart that stands by itself carries a style of its own
(`looks.py`). No style attributes, no script, no font.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape, quoteattr

DASHES = ("", "7 4", "2 4", "9 4 2 4")
GLYPH = 0.58  # the width of an average letter, in ems: wide enough for the fonts people have


@dataclass(frozen=True)
class Paper:
    """How wide a chart is drawn, how high its plot is, and whether only every second year and value is written (`sparse`).

    `glyph` is the width of an average letter, in ems. `names` is how much of the width the names of rows have beside them
    (0 to 1); with 0 they stand above.
    """

    name: str
    width: int
    font: int
    plot: int
    sparse: bool = False
    names: float = 0
    glyph: float = GLYPH


# Two widths, so that letters are never smaller than 12 px on the screen they are for.
NARROW, WIDE = Paper("narrow", 280, 13, 190, sparse=True), Paper("wide", 720, 14, 240)
# For a picture that is passed on, drawn by the typesetter: its letters are narrower.
PANEL = Paper("panel", 360, 13, 130, sparse=True, names=0.42, glyph=0.5)
CARDS = tuple(replace(PANEL, name="card", width=width, plot=plot) for width, plot in ((360, 190), (440, 240), (520, 290)))

ASIDE = (28, 16)  # the margin of a chart that stands by itself


def n(value: float) -> str:
    """A coordinate: one decimal place, no trailing zero."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def wrapped(text: str, width: float, font: float, glyph: float = GLYPH) -> list[str]:
    """A text in lines that fit a width."""
    most = max(8, int(width / (font * glyph)))
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@dataclass
class Sheet:
    """Marks in the order they were made. `key` makes the names of its patterns differ from other sheets on a page."""

    paper: Paper
    key: str
    height: float = 0
    marks: list[str] = field(default_factory=list)
    hatched: set[int] = field(default_factory=set)

    def text(self, x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> None:
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        looks = f' class="{kind}"' if kind else ""
        self.marks.append(f'<text x="{n(x)}" y="{n(y)}"{where}{looks}>{escape(words)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "grid", dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.marks.append(f'<line class="{kind}" x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}"{dashed}/>')

    def path(self, points: list[tuple[float, float]], series: int, *, step: bool = False) -> None:
        """A line through points; as a step it keeps its height until the next point."""
        (x, y), *rest = points
        way = f"M{n(x)} {n(y)}"
        for x, y in rest:
            way += f"H{n(x)}V{n(y)}" if step else f"L{n(x)} {n(y)}"
        dashed = f' stroke-dasharray="{DASHES[series]}"' if DASHES[series] else ""
        self.marks.append(f'<path class="stroke s{series}" d="{way}"{dashed}/>')

    def mark(self, x: float, y: float, series: int, *, hollow: bool = False, size: float = 5.5) -> None:
        """A point: a disc, a square, a triangle or a diamond, hollow where the figure is uncertain."""
        looks = f'class="{"hollow" if hollow else "fill"} s{series}"'
        if series == 0:
            self.marks.append(f'<circle {looks} cx="{n(x)}" cy="{n(y)}" r="{n(size)}"/>')
            return
        if series == 1:
            way = f"M{n(x - size)} {n(y - size)}H{n(x + size)}V{n(y + size)}H{n(x - size)}Z"
        elif series == 2:
            way = f"M{n(x)} {n(y - size * 1.2)}L{n(x + size * 1.15)} {n(y + size)}H{n(x - size * 1.15)}Z"
        else:
            way = (
                f"M{n(x)} {n(y - size * 1.3)}L{n(x + size * 1.3)} {n(y)}L{n(x)} {n(y + size * 1.3)}L{n(x - size * 1.3)} {n(y)}Z"
            )
        self.marks.append(f'<path {looks} d="{way}"/>')

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """A filled bar; on paper and at high contrast it has the pattern of its series."""
        where = f'x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}"'
        self.marks.append(f'<rect class="fill s{series}" {where}/>')
        if series:
            self.hatched.add(series)
            self.marks.append(f'<rect class="hatch" fill="url(#{self.key}-{series})" {where}/>')

    def patterns(self) -> str:
        """Diagonal, dots and cross, in white over the bar."""
        ways = {
            1: '<path d="M-2 8L8 -2M0 10L10 0" stroke="#fff" stroke-width="2"/>',
            2: '<circle cx="3" cy="3" r="1.6" fill="#fff"/>',
            3: '<path d="M0 4H8M4 0V8" stroke="#fff" stroke-width="2"/>',
        }
        made = "".join(
            f'<pattern id="{self.key}-{one}" width="8" height="8" patternUnits="userSpaceOnUse">{ways[one]}</pattern>'
            for one in sorted(self.hatched)
        )
        return f"<defs>{made}</defs>" if made else ""

    def svg(self, *, title: str, desc: str, style: str = "", aside: tuple[int, int] = (0, 0)) -> str:
        """The whole picture, with a `style` and a margin of its own if it stands by itself; else with those of the page."""
        ids = f"{self.key}-t", f"{self.key}-d"
        left, top = aside
        wide, high = self.paper.width + 2 * left, n(self.height + 2 * top)
        size = f'viewBox="{-left} {-top} {wide} {high}"'
        ground = f'<rect class="paper" x="{-left}" y="{-top}" width="{wide}" height="{high}"/>' if style else ""
        style = f"<style>{style}</style>" if style else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {self.paper.name}" {size} role="img" '
            f"aria-labelledby={quoteattr(' '.join(ids))}>"
            f'<title id="{ids[0]}">{escape(title)}</title><desc id="{ids[1]}">{escape(desc)}</desc>{style}{self.patterns()}'
            f'<g aria-hidden="true" font-size="{self.paper.font}">{ground}{"".join(self.marks)}</g></svg>'
        )
