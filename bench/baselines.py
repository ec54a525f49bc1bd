"""What the application is held against: bare Flask handlers with nothing around them, and nothing left out that costs.

Each is the shortest honest way to do the same work on the same server. No sealing, no validation, no tokens, no headers.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import uuid
from datetime import UTC, datetime, timedelta

from flask import Flask, redirect, render_template, request
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

app = Flask(__name__, template_folder=os.path.dirname(os.path.abspath(__file__)))
pool = ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=8, open=False, kwargs={"prepare_threshold": 1})
far_side = threading.local()


@app.get("/hello")
def hello() -> str:
    return "hello\n"


@app.get("/page/<int:rows>")
def page(rows: int) -> str:
    """A page by Jinja: menu, table, form fields; about 200 bytes a row, and an expression or tag every 30 or 40 of them."""
    return render_template("page.html", rows=ROWS[:rows], title="A page", menu=MENU)


MENU = [{"path": f"/part-{number}", "label": f"Part <{number}>"} for number in range(8)]
ROWS = [
    {"id": number, "name": f"Māia O’Brien {number}", "place": "Ōtāhuhu & Māngere", "cents": 2000 + number, "paid": number % 3}
    for number in range(1000)
]


@app.post("/join")
def join():  # type: ignore[no-untyped-def]
    """The rows of one join in one transaction: two counts, application, payment with its line, two jobs, two log lines.

    The checkout is opened first, so that its id needs no statement of its own.
    """
    form, now = request.form, datetime.now(UTC)
    key, payment = uuid.UUID(form["key"]), uuid.uuid4()
    checkout = _open_checkout(payment, form)
    with pool.connection() as db, db.transaction():
        db.execute(COUNT, [[os.urandom(16), os.urandom(16)], [600, 600]])
        db.execute(
            "insert into payments"
            " (id, purpose, purpose_id, cents, currency, method, begun_at, frozen, checkout_id)"
            " values (%s, 'joining', %s, 2000, 'NZD', 'card', %s, %s, %s)",
            [payment, key, now, os.urandom(620), checkout["id"]],
        )
        db.execute("insert into payment_lines values (%s, 1, 'dues', 2000)", [payment])
        db.execute(
            "insert into applications (id, email_index, sealed, signed_at, digest, payment_id, made_at, changed_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [key, os.urandom(16), os.urandom(1450), now, os.urandom(32).hex(), payment, now, now],
        )
        db.execute(
            "insert into procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)"
            " values ('hustings', 'joining.remind', 0, %s, %s), ('hustings', 'joining.remind', 0, %s, %s)",
            [
                *(Jsonb({"application": str(key), "number": 1}), now + timedelta(hours=1)),
                *(Jsonb({"application": str(key), "number": 2}), now + timedelta(days=3)),
            ],
        )
        db.execute(
            "insert into audit_entries (action, subject, actor, data) values"
            " ('joining:signed', %s, 'visitor', %s), ('payment:begun', %s, 'visitor', %s)",
            [
                *(f"application:{key}", Jsonb({"digest": os.urandom(32).hex(), "wording": "join-2026-11"})),
                *(f"payment:{payment}", Jsonb({"cents": 2000, "method": "card", "purpose": "joining"})),
            ],
        )
    return redirect(checkout["url"], 303)


COUNT = """
    insert into rate_counts as c (key, hits, window_ends)
    select key, 1, clock_timestamp() + make_interval(secs => seconds)
      from unnest(%s::bytea[], %s::int[]) as wanted (key, seconds)
    on conflict (key) do update set hits = c.hits + 1
"""


def _open_checkout(payment: uuid.UUID, form) -> dict[str, str]:  # type: ignore[no-untyped-def]
    link = getattr(far_side, "link", None)
    if link is None:
        link = far_side.link = http.client.HTTPConnection("127.0.0.1", int(os.environ["FAR_SIDE"]))
    link.request(
        "POST",
        "/v1/checkout/sessions",
        body=f"mode=payment&client_reference_id={payment}&customer_email={form['email']}&line_items[0][quantity]=1",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": str(payment)},
    )
    return dict(json.loads(link.getresponse().read()))


@app.post("/webhook")
def webhook() -> dict[str, bool]:
    """Read the event, one INSERT, answer."""
    event = json.loads(request.get_data())
    with pool.connection() as db:
        db.execute(
            "insert into stripe_events (id, type, object_id, payment_id, received_at) values (%s, %s, %s, %s, now())",
            [event["id"], event["type"], event["data"]["object"]["id"], event["data"]["object"]["client_reference_id"]],
        )
    return {"heard": True}


# Opened by the worker that serves, not by the process that starts it.
@app.before_request
def open_pool() -> None:
    if pool.closed and request.method == "POST":
        pool.open()
