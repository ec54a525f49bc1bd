"""The client: some keep-alive connections in one thread, each with one request under way; and measuring in pairs.

Requests are made before they are timed. Parsing is the least that finds the end of an answer.
"""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .place import Server

CONNECTIONS = 16


@dataclass(frozen=True)
class Slice:
    """What one stretch of load gave."""

    answers: Counter[int]
    seconds: float
    cpu: float
    client_cpu: float
    millis: list[float]

    @property
    def count(self) -> int:
        return sum(self.answers.values())

    @property
    def rate(self) -> float:
        return self.count / self.seconds


@dataclass(frozen=True)
class Job:
    """Requests for one server: `make(n)` gives the bytes of the next n, `wanted` the only status that counts."""

    server: Server
    make: Callable[[int], list[bytes]]
    wanted: int = 200


def same(*, path: str, headers: str = "") -> Callable[[int], list[bytes]]:
    """The same GET again and again."""
    one = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n{headers}\r\n".encode()
    return lambda count: [one] * count


def one_after_another(*, path: str) -> Callable[[int], list[bytes]]:
    """GETs of as many addresses as there are requests: `path` with a number in it, more of them than are kept anywhere."""
    return lambda count: [same(path=path.format(number))(1)[0] for number in range(1, count + 1)]


def load(job: Job, *, seconds: float, most: int, connections: int = CONNECTIONS) -> Slice:
    """Send requests for some seconds, or until `most` have been answered. Raises RuntimeError on any other status."""
    stock = iter(job.make(most))
    answers: Counter[int] = Counter()
    millis: list[float] = []
    with selectors.DefaultSelector() as selector:
        links: list[socket.socket] = [socket.create_connection(("127.0.0.1", job.server.port)) for _ in range(connections)]
        for one in links:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(20)
        used, own, began = job.server.cpu_seconds(), time.process_time(), time.perf_counter()
        for one in links:
            _send(one, stock, selector, register=True)
        end = began + seconds
        while selector.get_map():
            for key, _ in selector.select(20):
                link = key.fileobj
                assert isinstance(link, socket.socket)
                buffer, sent = key.data
                chunk = link.recv(262144)
                if not chunk:
                    raise RuntimeError(f"{job.server.name} closed the connection: {bytes(buffer[:200])!r}")
                buffer += chunk
                status = _whole(buffer)
                if status is None:
                    continue
                now = time.perf_counter()
                answers[status] += 1
                millis.append((now - sent) * 1000)
                if status != job.wanted:
                    raise RuntimeError(f"{job.server.name} answered {status}: {bytes(buffer[:2000]).decode(errors='replace')}")
                if now < end:
                    _send(link, stock, selector)
                else:
                    selector.unregister(link)
        took = time.perf_counter() - began
        own = time.process_time() - own
        for one in links:
            one.close()
    return Slice(answers, took, job.server.cpu_seconds() - used, own, millis)


def _send(link: socket.socket, stock: Iterator[bytes], selector: selectors.BaseSelector, *, register: bool = False) -> None:
    request = next(stock, None)
    if request is None:
        if not register:
            selector.unregister(link)
        return
    data = (bytearray(), time.perf_counter())
    if register:
        selector.register(link, selectors.EVENT_READ, data)
    else:
        selector.modify(link, selectors.EVENT_READ, data)
    link.sendall(request)


def _whole(buffer: bytearray) -> int | None:
    """The status of an answer that is complete, else None."""
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return None
    status = int(buffer[9:12])
    lower = bytes(buffer[:head]).lower()
    mark = lower.find(b"content-length: ")
    if mark >= 0:
        line = lower.find(b"\r\n", mark)
        length = int(lower[mark + 16 : line if line >= 0 else None])
        return status if len(buffer) >= head + 4 + length else None
    if b"transfer-encoding: chunked" in lower:
        return status if buffer.endswith(b"0\r\n\r\n") else None
    return status  # 304 and 204 have no body


@dataclass(frozen=True)
class Pair:
    """Two jobs measured in turns. `ratio`: the median of the pairs’ ratios of rates."""

    rate: float
    baseline: float
    ratio: float
    cpu_ms: float
    baseline_cpu_ms: float
    p95: float
    client_share: float
    lowest: float
    highest: float

    @property
    def spread(self) -> str:
        """How far the pairs lie apart. A target between these two is not decided by this run."""
        return f"pairs {self.lowest:.2f} to {self.highest:.2f}"


def pairs(ours: Job, baseline: Job, *, seconds: float, rounds: int, most: int = 100_000) -> Pair:
    """Measure both, in turns, after a warm-up of each."""
    for job in (ours, baseline):
        load(job, seconds=min(1.0, seconds), most=most)
    taken: list[tuple[Slice, Slice]] = []
    for turn in range(rounds):
        order = (ours, baseline) if turn % 2 == 0 else (baseline, ours)
        done = {id(job): load(job, seconds=seconds, most=most) for job in order}
        taken.append((done[id(ours)], done[id(baseline)]))
    mine, theirs = [one for one, _ in taken], [other for _, other in taken]
    return Pair(
        rate=statistics.median(one.rate for one in mine),
        baseline=statistics.median(one.rate for one in theirs),
        ratio=statistics.median(one.rate / other.rate for one, other in taken),
        cpu_ms=cpu_ms(mine),
        baseline_cpu_ms=cpu_ms(theirs),
        p95=percentile([ms for one in mine for ms in one.millis], 95),
        client_share=max(one.client_cpu / one.seconds for one in [*mine, *theirs]),
        lowest=min(one.rate / other.rate for one, other in taken),
        highest=max(one.rate / other.rate for one, other in taken),
    )


def cpu_ms(slices: list[Slice]) -> float:
    """Processor time of the server for one answer, in milliseconds."""
    return 1000 * sum(one.cpu for one in slices) / max(1, sum(one.count for one in slices))


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def fetch(server: Server, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """One request, its whole answer: status, headers (a repeated one: its last value), body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as link:
        link.sendall(request)
        buffer = bytearray()
        while _whole(buffer) is None:
            chunk = link.recv(262144)
            if not chunk:
                break
            buffer += chunk
    head, _, body = bytes(buffer).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body
