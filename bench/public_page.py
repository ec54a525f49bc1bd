"""Public pages: warm, as 304, and a miss, beside a bare hello on the same server."""

from __future__ import annotations

import statistics

from .drive import Job, fetch, load, pairs, same
from .figures import Figure
from .place import Place
from .visitor import get

PATHS = {"home": "/", "policy": "/policies/data-caps"}


def run(place: Place) -> list[Figure]:
    ours, bare = place.ours(), place.bare()
    hello = Job(bare, same(path="/hello"))
    found = []
    for name, path in PATHS.items():
        warm = pairs(Job(ours, same(path=path)), hello, seconds=place.seconds, rounds=place.rounds)
        found.append(
            Figure(f"page.{name}.warm", warm.rate, "requests/s", warm.baseline, warm.ratio, ">= 0.8", "bare hello",
                   f"{warm.spread}, cpu {warm.cpu_ms:.2f} / {warm.baseline_cpu_ms:.2f} ms, "
                   f"client {warm.client_share:.0%} of a core")
        )  # fmt: skip
    _, headers, _ = fetch(ours, get("/"))
    known = Job(ours, same(path="/", headers=f"If-None-Match: {headers['etag']}\r\n"), wanted=304)
    unchanged = pairs(known, hello, seconds=place.seconds, rounds=place.rounds)
    found.append(
        Figure("page.home.304", unchanged.rate, "requests/s", unchanged.baseline, unchanged.ratio, ">= 0.8", "bare hello",
               f"{unchanged.spread}, cpu {unchanged.cpu_ms:.2f} / {unchanged.baseline_cpu_ms:.2f} ms")
    )  # fmt: skip
    found.append(_miss(place, hello))
    return found


def _miss(place: Place, hello: Job) -> Figure:
    """A page that is asked for with a query is rendered anew each time, as on a miss. Processor time, not rate."""
    cold = place.ours()
    made, plain = [], []
    for _ in range(place.rounds):
        one = load(Job(cold, lambda n: [get(f"/?miss={i}") for i in range(n)]), seconds=place.seconds, most=20_000)
        other = load(hello, seconds=place.seconds / 2, most=100_000)
        made.append(1000 * one.cpu / one.count)
        plain.append(1000 * other.cpu / other.count)
    miss, base = statistics.median(made), statistics.median(plain)
    ratio = statistics.median(a / b for a, b in zip(made, plain, strict=True))
    return Figure("page.home.miss", miss, "ms cpu", base, ratio, "<= 15", "bare hello’s cpu")
