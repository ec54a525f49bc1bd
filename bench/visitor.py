"""Requests as browsers and Stripe send them, made ahead of time."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from stripe import WebhookSignature

from .drive import fetch
from .place import SECRET, Server


def get(path: str, *, cookie: str = "") -> bytes:
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n{more}\r\n".encode()


def post(path: str, body: bytes, *, kind: str = "application/x-www-form-urlencoded", more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def joins(server: Server | None, *, later: bool = False) -> Callable[[int], list[bytes]]:
    """Different people signing the form, each from an address of their own. With a server, its form token goes along."""
    return joins_with(*_form_token(server), later=later) if server else joins_with("", "")


def joins_with(token: str, cookie: str, *, later: bool = False) -> Callable[[int], list[bytes]]:
    def make(count: int) -> list[bytes]:
        return [_join(token, cookie, later=later) for _ in range(count)]

    return make


def _join(token: str, cookie: str, *, later: bool) -> bytes:
    key = uuid4()
    fields = {
        "csrf_token": token,
        "key": str(key),
        "name": "Māia Ngāpō-Whitfield",
        "email": f"maia.{key.hex}@people.example",
        "address": "14 Kōwhai Terrace, Te Awamutu 3800",
        "can_enrol": "yes",
        "dues": "standard",
        "above": "",
        "signature": "Māia Ngāpō-Whitfield",
        "drawing": "",
    }
    if later:
        fields["later"] = "1"
    a, b, c = os.urandom(3)
    more = f"Cookie: {cookie}\r\nX-Forwarded-For: 10.{a}.{b}.{c}\r\n"
    return post("/join", urlencode(fields).encode(), more=more)


def _form_token(server: Server) -> tuple[str, str]:
    _status, headers, body = fetch(server, b"GET /join HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return token_in(body.decode()), headers["set-cookie"].partition(";")[0]


def token_in(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the form has a token"
    return found[1]


def events(path: str) -> Callable[[int], list[bytes]]:
    """Different events about different payments, each signed as Stripe signs."""

    def make(count: int) -> list[bytes]:
        made, now = [], int(time.time())
        for _ in range(count):
            payment, event = str(uuid4()), f"evt_{uuid4().hex}"
            thing = {
                "id": f"cs_test_{event[4:]}", "object": "checkout.session", "client_reference_id": payment,
                "amount_total": 2000, "currency": "nzd", "payment_status": "paid", "status": "complete",
                "metadata": {"payment": payment}, "customer_details": {"email": f"{event}@people.example", "name": None},
                "success_url": "https://party.example/join/thanks", "cancel_url": "https://party.example/join?back=1",
            }  # fmt: skip
            body = json.dumps(
                {
                    "id": event, "object": "event", "api_version": "2026-10-28.endive", "created": now, "livemode": False,
                    "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
                    "type": "checkout.session.completed", "data": {"object": thing},
                }
            )  # fmt: skip
            signature = WebhookSignature.generate_signature_header(body, SECRET)
            made.append(post(path, body.encode(), kind="application/json", more=f"Stripe-Signature: {signature}\r\n"))
        return made

    return make


def signed_in_cookie(app: Flask, token: str) -> str:
    """The cookie of a browser that has just signed in."""
    from app.party.people.signing_in import TOKEN

    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({TOKEN: token, '_permanent': True})}"
