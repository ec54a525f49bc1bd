"""One simulator and one webhook receiver a test, over real sockets. Everything that passes by is held to the contract."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import stripe

from stripe_sim import Simulator
from stripe_sim.contract import CheckedClient, Contract, checked_client

SECRET = "whsec_test"
PATIENCE = 60  # seconds, on a busy machine; only a failing test waits so long
stripe.enable_telemetry = False


@dataclass
class Letter:
    """One webhook as it arrived."""

    body: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.event["type"]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class Receiver:
    """Takes webhooks on a port of its own. `answers` are the next statuses, 200 when there are none left."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers: list[int] = []
        self.arrived = threading.Condition()
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.arrived:
                    receiver.letters.append(Letter(body, self.headers["Stripe-Signature"]))
                    status = receiver.answers.pop(0) if receiver.answers else 200
                    receiver.arrived.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/stripe"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def types(self) -> list[str]:
        return [letter.type for letter in self.letters]

    def wait_for(self, enough: Callable[[list[Letter]], bool], timeout: float = PATIENCE) -> list[Letter]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: enough(self.letters), timeout), f"only {len(self.letters)} letters came"
            return list(self.letters)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def sim(receiver: Receiver) -> Iterator[Simulator]:
    simulator = Simulator(receiver.url, SECRET, posting_delay=0.02, backoff=(0.02, 0.04, 0.08)).start()
    yield simulator
    for event in simulator.events():
        event.pop("deliveries")
        Contract.installed().check_event(event)
    simulator.stop()


@pytest.fixture
def wire() -> CheckedClient:
    return checked_client()


@pytest.fixture
def client(sim: Simulator, wire: CheckedClient) -> stripe.StripeClient:
    return new_client(sim, wire)


@pytest.fixture
def careless(sim: Simulator) -> stripe.StripeClient:
    """A client that may send what the contract forbids, to see how it is refused."""
    return new_client(sim, stripe.RequestsClient(timeout=PATIENCE))


def new_client(sim: Simulator, wire: stripe.HTTPClient | None = None, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_x", base_addresses={"api": sim.url}, http_client=wire or checked_client(), max_network_retries=retries
    )


def checkout(amount: int = 2000, **more: Any) -> dict[str, Any]:
    """Parameters of a checkout session for one thing."""
    return {
        "mode": "payment",
        "success_url": "http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/back",
        "line_items": [line("Membership dues", amount)],
        **more,
    }


def line(name: str, amount: int, quantity: int = 1) -> dict[str, Any]:
    price = {"currency": "nzd", "unit_amount": amount, "product_data": {"name": name}}
    return {"quantity": quantity, "price_data": price}


def recurring(name: str, amount: int, interval: str = "year", count: int = 1) -> dict[str, Any]:
    """A line item that is charged again and again."""
    item = line(name, amount)
    item["price_data"]["recurring"] = {"interval": interval, "interval_count": count}
    return item


def subscribing(amount: int = 2000, interval: str = "year", count: int = 1, **more: Any) -> dict[str, Any]:
    """Parameters of a checkout session for a subscription to one thing."""
    items = [recurring("Membership dues", amount, interval, count)]
    return checkout(**{"mode": "subscription", "customer_email": "ada@example.org", "line_items": items, **more})


@pytest.fixture
def subscribed(sim: Simulator, client: stripe.StripeClient) -> Callable[..., Any]:
    """Subscribes somebody on the hosted page, and returns the subscription."""

    def subscribe(card: str = "4242 4242 4242 4242", expiry: str = "12/40", **given: Any) -> Any:
        session = client.v1.checkout.sessions.create(subscribing(**given))
        assert sim.pay(session.id, card, authenticate=True, expiry=expiry).state == "paid"
        paid = client.v1.checkout.sessions.retrieve(session.id)
        return client.v1.subscriptions.retrieve(paid.subscription)

    return subscribe


DAY = 86400


def told(sim: Simulator, since: int = 0) -> list[str]:
    """The types of all events, oldest first, from number `since` on."""
    return [event["type"] for event in sim.events()][since:]


def go_to(sim: Simulator, when: str) -> None:
    """Moves the account's clock to noon of a day to come."""
    at = datetime.fromisoformat(f"{when}T12:00:00+00:00").timestamp()
    sim.advance(at - sim.account.time())


def day_of(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


@pytest.fixture
def session(client: stripe.StripeClient) -> Any:
    """An open checkout session for NZ$20.00."""
    return client.v1.checkout.sessions.create(checkout())


@pytest.fixture
def paid(sim: Simulator, client: stripe.StripeClient, session: Any) -> Any:
    """A paid checkout session for NZ$20.00, posted and told."""
    assert sim.pay(session.id).state == "paid"
    assert sim.settle()
    return client.v1.checkout.sessions.retrieve(session.id)


FORM = {"email": "ada@example.org", "card": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123", "name": "Ada L"}


def fill_in(url: str, **typed: str) -> requests.Response:
    """Sends the payment form as a browser would, without following the redirect."""
    return requests.post(url, data={**FORM, **typed}, allow_redirects=False, timeout=PATIENCE)


def until(true: Callable[[], Any], timeout: float = PATIENCE) -> Any:
    end = time.monotonic() + timeout
    while not (value := true()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
    return value
