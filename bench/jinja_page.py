"""The page that others are held against: Jinja, no database, as large as asked. And what it costs beside a hello."""

from __future__ import annotations

from .drive import Job, fetch, pairs, same
from .figures import Figure
from .place import Place
from .visitor import get

LARGE = 12_000


def sized(place: Place, size: int) -> Job:
    """The bare Jinja page whose size is nearest to `size` bytes."""
    bare = place.bare()

    def weigh(rows: int) -> int:
        return len(fetch(bare, get(f"/page/{rows}"))[2])

    empty, some = weigh(0), weigh(20)
    rows = max(0, round((size - empty) / ((some - empty) / 20)))
    return Job(bare, same(path=f"/page/{rows}"))


def run(place: Place) -> list[Figure]:
    page = pairs(
        sized(place, LARGE), Job(place.bare(), same(path="/hello")), seconds=place.seconds, rounds=max(3, place.rounds // 2)
    )
    return [
        Figure("baseline.page_12kb", page.rate, "requests/s", page.baseline, page.ratio, None, "bare hello",
               f"{page.spread}, cpu {page.cpu_ms:.2f} / {page.baseline_cpu_ms:.2f} ms")
    ]  # fmt: skip
