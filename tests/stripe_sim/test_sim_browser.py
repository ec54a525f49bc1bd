"""The hosted pages in a real Chromium without JavaScript: usable, readable on a small phone, accessible."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, checkout, line, new_client
from playwright.sync_api import Browser, Page

from stripe_sim import Simulator

SMALL_PHONE: Any = {"width": 320, "height": 640}


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=SMALL_PHONE)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def shop() -> Iterator[str]:
    """The merchant the payer comes back to: another origin than the simulator's."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<h1>Back at {self.path}</h1>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def type_card(page: Page, card: str) -> None:
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code (CVC)").fill("123")
    page.get_by_label("Name on card").fill("Ada Lovelace")


def test_a_payer_is_declined_asked_by_the_bank_and_comes_back_paid(sim: Simulator, visitor: Page, shop: str) -> None:
    client = new_client(sim)
    session = client.v1.checkout.sessions.create(
        checkout(success_url=f"{shop}/thanks?session={{CHECKOUT_SESSION_ID}}", customer_email="ada@example.org")
    )
    visitor.goto(session.url)
    assert visitor.get_by_label("Email").input_value() == "ada@example.org"
    type_card(visitor, "4000 0000 0000 9995")
    visitor.get_by_role("button", name="Pay NZ$20.00").click()
    alert = visitor.get_by_role("alert").inner_text()
    assert "too little money" in alert
    assert "You have not been charged" in alert
    type_card(visitor, "4000 0027 6000 3184")
    visitor.get_by_role("button", name="Pay NZ$20.00").click()
    visitor.get_by_role("button", name="Complete authentication").click()
    assert visitor.get_by_role("heading").inner_text() == f"Back at /thanks?session={session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_the_payer_can_go_back_unpaid(sim: Simulator, visitor: Page, shop: str) -> None:
    session = new_client(sim).v1.checkout.sessions.create(checkout(cancel_url=f"{shop}/back"))
    visitor.goto(session.url)
    visitor.get_by_role("link", name="Back").click()
    assert visitor.get_by_role("heading").inner_text() == "Back at /back"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_small_phone(sim: Simulator, browser: Browser, scheme: Any) -> None:
    client = new_client(sim)
    long = line("Membership dues for three years, Wellington-Central-and-Surroundings branch", 2000, 2)
    open_, paid, expired = (client.v1.checkout.sessions.create(checkout(line_items=[long])) for _ in range(3))
    sim.pay(paid.id)
    client.v1.checkout.sessions.expire(expired.id)
    asked = client.v1.checkout.sessions.create(checkout())
    bank = sim.pay(asked.id, "4000002760003184").go_to
    context = browser.new_context(viewport=SMALL_PHONE, color_scheme=scheme, bypass_csp=True)  # axe brings a script
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    def judge(name: str) -> None:
        found = Axe().run(page).response["violations"]
        assert not found, (name, scheme, [(v["id"], v["nodes"][0]["html"]) for v in found])
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name

    for name, url in {"open": open_.url, "paid": paid.url, "expired": expired.url, "bank": bank}.items():
        page.goto(str(url))
        judge(name)
    page.goto(open_.url)
    page.get_by_role("button", name="Pay NZ$40.00").click()
    judge("mistyped")
    assert [text for text in complaints if "status of 4" not in text] == []
    context.close()


def test_a_payer_chooses_a_bank_account_and_agrees_to_the_debit(sim: Simulator, visitor: Page, shop: str) -> None:
    client = new_client(sim)
    both = {"allowed_payment_method_types": ["card", "nz_bank_account"], "success_url": f"{shop}/thanks"}
    session = client.v1.checkout.sessions.create(checkout(**both))
    visitor.goto(session.url)
    visitor.get_by_role("link", name="NZ bank account").click()
    visitor.get_by_label("Email").fill("ada@example.org")
    visitor.get_by_label("Bank account number").fill("12-3456-7890123-00")
    visitor.get_by_label("Name of the account holder").fill("Ada Lovelace")
    visitor.get_by_role("button", name="Pay NZ$20.00").click()
    assert "Tick the box if you agree" in visitor.get_by_role("alert").inner_text()
    visitor.get_by_label("Bank account number").fill("12-3456-7890123-00")
    visitor.get_by_label("Name of the account holder").fill("Ada Lovelace")
    visitor.get_by_label("I can authorise debits").check()
    visitor.get_by_role("button", name="Pay NZ$20.00").click()
    assert visitor.url == f"{shop}/thanks"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_the_bank_form_is_accessible_on_a_small_phone(sim: Simulator, browser: Browser) -> None:
    types = {"allowed_payment_method_types": ["card", "nz_bank_account"]}
    session = new_client(sim).v1.checkout.sessions.create(checkout(**types))
    context = browser.new_context(viewport=SMALL_PHONE)
    page = context.new_page()
    page.goto(f"{session.url}?by=nz_bank_account")
    page.get_by_role("button").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()
