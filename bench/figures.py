"""What a run found: a table on the screen, and instance/bench.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One finding. `target` is what the ratio (or, where there is no baseline, the figure) is held to: `>= 0.8`, `<= 3`."""

    name: str
    figure: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    target: str | None = None
    against: str = ""
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        sign, _, limit = self.target.partition(" ")
        measured = self.figure if self.ratio is None else self.ratio
        return measured >= float(limit) if sign == ">=" else measured <= float(limit)


def keep(figures: list[Figure], file: Path) -> None:
    """Write the figures by name; those of jobs that did not run this time stay as they were."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = json.loads(file.read_text()) if file.exists() else {}
    for one in figures:
        known[one.name] = {
            **{key: _round(value) for key, value in asdict(one).items() if key != "name" and value != ""},
            "holds": one.holds,
        }
    file.write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n")


def table(figures: list[Figure]) -> str:
    lines = [("", "job", "figure", "baseline", "ratio", "target", "against")]
    for one in figures:
        lines.append(
            (
                {True: "ok", False: "LOW" if (one.target or "").startswith(">") else "HIGH", None: ""}[one.holds],
                one.name,
                f"{_round(one.figure)} {one.unit}",
                "" if one.baseline is None else f"{_round(one.baseline)}",
                "" if one.ratio is None else f"{one.ratio:.2f}",
                one.target or "",
                " · ".join(filter(None, (one.against, one.note))),
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[6]]) for line in lines
    )


def _round(value: object) -> object:
    if not isinstance(value, float):
        return value
    return round(value) if abs(value) >= 100 else round(value, 1) if abs(value) >= 10 else round(value, 3)
