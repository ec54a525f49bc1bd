"""Strangers, as small as they can be: a Stripe that opens every checkout at once, and a mail server that never answers.

`python -m bench.far_side PORT [silent]`
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys

_numbers = itertools.count(int.from_bytes(os.urandom(5)) << 20)


class Checkout(asyncio.Protocol):
    """Answers each POST with a valid open session, whatever was asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, bytearray()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            lower = bytes(self.buffer[:head]).lower()
            mark = lower.find(b"content-length: ")
            length = int(lower[mark + 16 :].split(b"\r\n", 1)[0]) if mark >= 0 else 0
            if len(self.buffer) < head + 4 + length:
                return
            del self.buffer[: head + 4 + length]
            self._answer()

    def _answer(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        body = _SESSION.replace("NUMBER", str(next(_numbers))).encode()
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRequest-Id: req_bench\r\nContent-Length: %d\r\n\r\n"
            % len(body)
            + body
        )


class Silent(asyncio.Protocol):
    """Takes the connection and says nothing."""


_SESSION = json.dumps(
    {
        "id": "cs_test_NUMBER",
        "object": "checkout.session",
        "amount_total": 2000,
        "currency": "nzd",
        "client_reference_id": None,
        "livemode": False,
        "mode": "payment",
        "payment_intent": None,
        "payment_status": "unpaid",
        "status": "open",
        "metadata": {},
        "url": "http://127.0.0.1:9/pay/cs_test_NUMBER",
    }
)


async def main(port: int, *, silent: bool) -> None:
    server = await asyncio.get_running_loop().create_server(Silent if silent else Checkout, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), silent="silent" in sys.argv[2:]))
