"""The door: one HTTP server on 127.0.0.1 for the API, the hosted pages and the controls."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from stripe_sim import control
from stripe_sim.api import Answer, Call
from stripe_sim.pages import checkout, desk, invoice, portal, three_d_secure
from stripe_sim.pages.layout import HtmlPage, page

if TYPE_CHECKING:
    from stripe_sim.simulator import Simulator

STYLE = Path(__file__).parent / "pages" / "sim.css"
LARGEST_BODY = 1_000_000


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, simulator: Simulator) -> None:
        self.simulator = simulator
        self.open_sockets: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Door)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open_sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open_sockets.discard(request)
        super().shutdown_request(request)

    def leave(self) -> None:
        """Stops serving at once, and ends the connections kept alive, so that clients see the simulator go."""
        leaving = threading.Thread(target=self.shutdown)
        leaving.start()
        with contextlib.suppress(OSError):  # a knock on our own door, else `shutdown` waits for the next poll
            socket.create_connection(("127.0.0.1", self.server_port), timeout=1).close()
        leaving.join()
        self.server_close()
        for connection in list(self.open_sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that hung up is none of our trouble
            traceback.print_exc()


class Door(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "stripe_sim"
    sys_version = ""
    # One write an answer, at once: else Nagle's algorithm costs 40 ms a request.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.send(413, b"", {})
        body = self.rfile.read(length).decode("utf-8", "replace")
        try:
            self.route(urlsplit(self.path).path, body)
        except ConnectionError:
            raise
        except Exception:
            traceback.print_exc()
            self.send_json(500, {"error": {"type": "api_error", "message": "stripe_sim itself failed: see its stderr"}})

    do_GET = do_POST = do_DELETE = serve

    def route(self, path: str, body: str) -> None:
        simulator = self.server.simulator
        first, _, rest = path.lstrip("/").partition("/")
        form = dict(parse_qsl(body, keep_blank_values=True)) if self.command == "POST" else {}
        match first:
            case "v1" | "v2":
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_answer(simulator.api.answer(Call(self.command, self.path, headers, body)))
            case "_sim" if not rest and self.command == "GET":
                self.send_page(desk.show(simulator, dict(parse_qsl(urlsplit(self.path).query)).get("said", "")))
            case "_sim" if not rest and self.command == "POST" and self.is_from_here():
                self.send_page(desk.act(simulator, form))
            case "_sim":
                self.send_json(*control.answer(simulator, self.command, path, body))
            case "c" if rest.startswith("pay/"):
                id = rest.removeprefix("pay/")
                by = dict(parse_qsl(urlsplit(self.path).query)).get("by", "")
                self.send_page(
                    checkout.submit(simulator.account, id, form) if form else checkout.show(simulator.account, id, by)
                )
            case "p" if rest.startswith("session/"):
                self.send_page(portal.answer(simulator.account, rest.removeprefix("session/"), form))
            case "i":
                self.send_page(invoice.answer(simulator.account, rest, form))
            case "3ds":
                self.send_page(
                    three_d_secure.submit(simulator.account, rest, form)
                    if form
                    else three_d_secure.show(simulator.account, rest)
                )
            case "sim.css":
                self.send(200, STYLE.read_bytes(), {"Content-Type": "text/css; charset=utf-8"})
            case "favicon.ico":
                self.send(204, b"", {})
            case _:
                self.send_page(page("Nothing here", "<p>stripe_sim has no page at this address.</p>", status=404))

    def is_from_here(self) -> bool:
        """A form of another website must not play with the simulator."""
        return self.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")

    # -- answers -------------------------------------------------------------------------------------------

    def send_answer(self, answer: Answer | None) -> None:
        if answer is None:  # a fault: the connection drops without a word
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_json(answer.status, answer.body, answer.headers)

    def send_json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.send(status, json.dumps(body, indent=2).encode(), {"Content-Type": "application/json", **(headers or {})})

    def send_page(self, page: HtmlPage) -> None:
        self.send(page.status, page.html.encode(), {"Content-Type": "text/html; charset=utf-8", **page.headers})

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
