"""Pages that read the database: thanks after joining, one’s own page; beside a Jinja page of their size."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import session, transaction
from app.ground.ids import new_id

from .drive import Job, fetch, pairs, same
from .figures import Figure
from .jinja_page import sized
from .place import Place
from .visitor import get, signed_in_cookie


def run(place: Place) -> list[Figure]:
    ours = place.ours()
    key, cookie = _member(place)
    found = []
    for name, path, more in (("page.thanks", f"/join/thanks/{key}", ""), ("page.me", "/me", cookie)):
        status, _, body = fetch(ours, get(path, cookie=more))
        if status != 200:
            print(f"  {path} answered {status}: left out", flush=True)
            continue
        headers = f"Cookie: {more}\r\n" if more else ""
        pair = pairs(
            Job(ours, same(path=path, headers=headers)), sized(place, len(body)), seconds=place.seconds, rounds=place.rounds
        )
        found.append(
            Figure(name, pair.rate, "requests/s", pair.baseline, pair.ratio, ">= 0.35", f"Jinja page of {len(body)} bytes",
                   f"{pair.spread}, cpu {pair.cpu_ms:.2f} / {pair.baseline_cpu_ms:.2f} ms, p95 {pair.p95:.0f} ms")
        )  # fmt: skip
    return found


def _member(place: Place) -> tuple[UUID, str]:
    """Somebody who joined with cash, and the cookie of their browser."""
    from app.ground import clock
    from app.law.membership import CanEnrol
    from app.law.money import Money
    from app.party.joining import services as joining
    from app.party.payments import services as payments
    from app.party.people import queries as people
    from app.party.people import services as person_services

    app, key = place.app(), new_id()
    email = f"bench.{key.hex}@people.example"
    answers = joining.Answers(
        "Māia Ngāpō", email, "14 Kōwhai Terrace, Te Awamutu 3800", CanEnrol.YES, "standard", Money(1000), "M"
    )
    with app.app_context():
        with transaction():
            payment = joining.join(answers, key=key, party="Bench", on=clock.today(), method="cash")
            assert payment is not None
            session.flush()
            payments.record_payment(payment, method="cash", on=clock.today(), by="system")
        with transaction():
            person = people.find_by_email(email)
            assert person is not None
            entry = person_services.begin_session(person.id, how="link", device="Bench")
        return key, signed_in_cookie(app, entry.token)
