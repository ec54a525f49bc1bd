"""A webhook accepted: signature, event, job, answer; beside a bare handler with one INSERT."""

from __future__ import annotations

from .drive import Job, pairs
from .figures import Figure
from .place import Place
from .visitor import events


def run(place: Place) -> list[Figure]:
    pair = pairs(
        Job(place.ours(), events("/webhooks/stripe")),
        Job(place.bare(), events("/webhook")),
        seconds=place.seconds, rounds=place.rounds, most=12_000,
    )  # fmt: skip
    return [
        Figure("webhook", pair.rate, "events/s", pair.baseline, pair.ratio, ">= 0.6", "bare handler, one INSERT",
               f"{pair.spread}, cpu {pair.cpu_ms:.2f} / {pair.baseline_cpu_ms:.2f} ms, p95 {pair.p95:.0f} ms")
    ]  # fmt: skip
