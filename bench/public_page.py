"""Public pages: warm, as 304, with a query, and a miss, beside a bare hello on the same server; and cold, by the clock."""

from __future__ import annotations

import statistics
import time
from contextlib import redirect_stderr

from werkzeug.test import create_environ, run_wsgi_app

from .drive import Job, fetch, load, one_after_another, pairs, percentile, same
from .figures import Figure
from .place import Place, Server
from .visitor import get

RESULTS = "/tools/time-to-cap?cap={}&speed=100"
POLICY, VERSION = "/policies/data-caps", "/policies/data-caps/v1"
PATHS = {"home": "/", "policies": "/policies", "policy": POLICY, "version": VERSION, "tool": RESULTS.format(30)}
UNCHANGED = {"home": "/", "policy": POLICY, "version": VERSION}
COLD = 200  # times a page is made for its p95


def run(place: Place) -> list[Figure]:
    ours = place.ours()
    hello = Job(place.bare(), same(path="/hello"))
    there = {path: headers for path in PATHS.values() if (headers := _headers(ours, path)) is not None}
    found = []
    for name, path in PATHS.items():
        if path in there:
            found.append(_beside(place, f"page.{name}.warm", Job(ours, same(path=path)), hello, there[path]["cache-control"]))
    for name, path in UNCHANGED.items():
        if path in there:
            known = same(path=path, headers=f"If-None-Match: {there[path]['etag']}\r\n")
            found.append(_beside(place, f"page.{name}.304", Job(ours, known, wanted=304), hello))
    found.append(_asked_each_time(place, "page.tool.query", RESULTS, hello))
    found.append(_cold(place, "page.home.cold_p95", "/"))
    if POLICY in there:
        found.append(_cold(place, "page.policy.cold_p95", POLICY, target="<= 80"))
    return found


def _headers(ours: Server, path: str) -> dict[str, str] | None:
    """What a page says of itself; None, with a word, where there is no such page yet."""
    status, headers, _ = fetch(ours, get(path))
    if status != 200:
        print(f"  {path} answered {status}: left out", flush=True)
        return None
    return headers


def _beside(place: Place, name: str, page: Job, hello: Job, control: str = "") -> Figure:
    pair = pairs(page, hello, seconds=place.seconds, rounds=place.rounds)
    note = f"{pair.spread}, cpu {pair.cpu_ms:.2f} / {pair.baseline_cpu_ms:.2f} ms, client {pair.client_share:.0%} of a core"
    kept = ", immutable" if "immutable" in control else ""
    return Figure(name, pair.rate, "requests/s", pair.baseline, pair.ratio, ">= 0.8", f"bare hello{kept}", note)


def _asked_each_time(place: Place, name: str, path: str, hello: Job) -> Figure:
    """Results that nobody has asked for lately: each is rendered, weighed and compressed anew. Processor time, not rate."""
    job = Job(place.ours(), one_after_another(path=path))
    load(job, seconds=min(1.0, place.seconds), most=20_000)  # templates are compiled
    made, plain = [], []
    for _ in range(place.rounds):
        one = load(job, seconds=place.seconds, most=20_000)
        other = load(hello, seconds=place.seconds / 2, most=100_000)
        made.append(1000 * one.cpu / one.count)
        plain.append(1000 * other.cpu / other.count)
    miss, base = statistics.median(made), statistics.median(plain)
    ratio = statistics.median(a / b for a, b in zip(made, plain, strict=True))
    return Figure(name, miss, "ms cpu", base, ratio, "<= 15", "bare hello’s cpu")


def _cold(place: Place, name: str, path: str, *, target: str | None = None) -> Figure:
    """A page that is not kept, from the request to its last byte, in this process: read, rendered, weighed, compressed.
    By the clock, so that whoever else is on the machine is in it; templates are compiled and the link is open."""
    environ = create_environ(path, headers={"Accept-Encoding": "gzip"})
    log = (place.folder / "bench-cold.log").open("w")  # for as long as the application in this process writes to it
    with redirect_stderr(log):
        app = place.app()
    warm, taken, used = app.extensions["hustings"].warm, [], 0.0
    for _ in range(COLD + 1):
        warm.forget()
        began, worked = time.perf_counter(), time.thread_time()
        _body, status, _headers = run_wsgi_app(app.wsgi_app, dict(environ), buffered=True)
        taken.append(1000 * (time.perf_counter() - began))
        used += 1000 * (time.thread_time() - worked)
        assert status.startswith("200"), status
    first, *rest = taken
    note = (
        f"p50 {percentile(rest, 50):.1f} ms, cpu {used / len(taken):.1f} ms; the first one, templates and all, {first:.0f} ms"
    )
    return Figure(name, percentile(rest, 95), "ms", target=target, note=note)
