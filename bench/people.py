"""The people of the console at scale: found, listed, counted. Each answer of the handler beside its bare SQL, in turns.

`handler`: the whole request in this process: rights, scope, questions, unsealing, the page by Jinja, the look written down.
`bare`: the question alone, by psycopg as the owner, without the walls, with its values in its text.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.seal import fold
from app.party.branches import queries as branches
from app.party.branches.rules import OfficeName
from app.party.people import queries as people
from app.party.people.services import sign_ins
from app.party.registration import services as registration

from .drive import percentile
from .figures import Figure
from .keeping import keep
from .officers import holder
from .place import Place
from .visitor import signed_in_cookie

ROUNDS = 40
COMMON = ("ma", "ka", "sm", "wh", "jo", "har")
PLANS = Path("instance/bench-plans.txt")


def run(place: Place) -> list[Figure]:
    app = place.app()
    with app.app_context():
        _unhurried(place)
        secretary, organizer = _officers(app, place)
        asked = {**_lists(place), **_kept(place), **_searches(place)}
        found, plans = [], []
        for name, (queries, target) in asked.items():
            for who, browser in (("party", secretary), ("branch", organizer)):
                figure, plan = _measure(place, browser, f"people.{name}.{who}", queries, target)
                found.append(figure)
                plans.append(plan)
        for who, browser in (("party", secretary), ("branch", organizer)):
            figure, plan = _measure(place, browser, f"people.board.{who}", [{}] * ROUNDS, "<= 300", path="/org")
            found.append(figure)
            plans.append(plan)
        found += _at_scale(found)
        PLANS.parent.mkdir(mode=0o700, exist_ok=True)
        PLANS.write_text("\n\n".join(plans) + "\n")
    return found


def _unhurried(place: Place) -> None:
    """Statistics and visibility as autovacuum would have left them, and today counted, as the worker does every ten minutes."""
    with transaction():
        registration.count_today(on=clock.today())
    with psycopg.connect(place.postgres.url(), autocommit=True) as owner:
        owner.execute("select roster_fold()")
        owner.execute("vacuum analyze roster, roster_tallies, people_name_buckets")


def _officers(app: Flask, place: Place) -> list[FlaskClient]:
    """Browsers of a party secretary and of the organizer of a branch, their second step proven."""
    with transaction():
        branch = branches.open_branches(on=clock.today())[0]
    browsers = []
    for person_id in (holder(place, OfficeName.SECRETARY), holder(place, OfficeName.ORGANIZER, branch=branch)):
        with transaction():
            entry = sign_ins.begin_session(person_id, how="passkey", device="bench", strong=True)
        browser = app.test_client()
        name, _, value = signed_in_cookie(app, entry.token).partition("=")
        browser.set_cookie(name, value)
        browsers.append(browser)
    return browsers


def _lists(place: Place) -> dict[str, tuple[list[dict[str, str]], str]]:
    """Lists by their filters, and what p95 is held to, in ms."""
    today = clock.today()
    long_ago = {"joined_from": str(today - timedelta(days=300)), "joined_to": str(today - timedelta(days=298))}
    some = {name: [dict(asked)] * ROUNDS for name, asked in {
        "list.first": {}, "list.last": {"before": "end"}, "list.behind": {"stands": "behind"},
        "list.behind.last": {"stands": "behind", "before": "end"}, "list.lapsed": {"stands": "lapsed"},
        "list.lapsing": {"lapsing": "30"}, "list.electorate": {"electorate": "nelson"},
        "list.suspended": {"stands": "suspended"},
    }.items()}  # fmt: skip
    adhoc = {
        "list.joined": long_ago, "list.cannot_enrol": {"can_enrol": "no"}, "list.gave": {"gave": "y"},
        "list.news_behind": {"consent": "y", "stands": "behind"},
    }  # fmt: skip
    return {
        **{name: (asked, "<= 100") for name, asked in some.items()},
        **{name: ([dict(asked)] * 8, "<= 2000") for name, asked in adhoc.items()},
    }


def _kept(place: Place) -> dict[str, tuple[list[dict[str, str]], str]]:
    return {name: ([asked] * 8, "<= 2000") for name, asked in keep(place).items()}


def _searches(place: Place) -> dict[str, tuple[list[dict[str, str]], str]]:
    with psycopg.connect(place.postgres.url()) as owner:
        rows = owner.execute(
            "select id from people where sealed is not null order by md5(id::text) limit %s", [ROUNDS]
        ).fetchall()
    names = [fold(people.details_of(people.get_person(row[0])).name).split() for row in rows]
    session.remove()
    typed = {
        "find.full_name": [f"{words[0]} {words[-1]}" for words in names],
        "find.two_prefixes": [f"{words[0][:3]} {words[-1][:3]}" for words in names],
        "find.family_name": [words[-1] for words in names],
        "find.given_name": [words[0] for words in names],
        "find.common": [COMMON[number % len(COMMON)] for number in range(ROUNDS)],
        "find.nobody": [f"zzyx{number}" for number in range(20)],
    }
    plain = {name: [{"find": one} for one in many] for name, many in typed.items()}
    filters = {
        "filtered": {"stands": "behind", "can_enrol": "yes"},
        "lapsed": {"stands": "lapsed"},
        "cannot_enrol": {"can_enrol": "no"},
    }
    filtered = {
        f"{name}.{how}": [{"find": one, **chosen} for one in typed[name]]
        for how, chosen in filters.items()
        for name in ("find.family_name", "find.given_name", "find.common")
    }
    return {name: (asked, "<= 100") for name, asked in {**plain, **filtered}.items()}


def _measure(
    place: Place, browser: FlaskClient, name: str, asked: list[dict[str, str]], target: str, *, path: str = "/org/people"
) -> tuple[Figure, str]:
    """p95 of the handler, and of the bare statements that it asked of roster, people and buckets, in turns."""
    heard: list[tuple[str, object]] = []
    scope: list[str] = []
    handler, bare, cpu, database = [], [], [], []
    with psycopg.connect(place.postgres.url(), autocommit=True) as owner:
        owner.execute("set max_parallel_workers_per_gather = 0")
        owner.prepare_threshold = None  # each question is planned for its own values, as ours are
        link = session.scalar(text("select pg_backend_pid()"))
        session.remove()
        for turn, one in enumerate([*asked[:3], *asked]):
            began, there = time.process_time(), _ran(link)
            with _listening(heard, scope):
                millis = _timed(lambda one=one: _ask(browser, path, one))  # type: ignore[misc]
            used, there = (time.process_time() - began) * 1000, _ran(link) - there
            alone = sum(_timed(lambda said=said: owner.execute(*said).fetchall()) for said in heard)  # type: ignore[misc]
            if turn >= 3:
                handler.append(millis)
                cpu.append(used)
                database.append(there)
                bare.append(alone)
        plan = "\n".join(line for said in heard for line in _explained(scope[0], *said))
    p95, base = percentile(handler, 95), percentile(bare, 95)
    note = (
        f"p50 {percentile(handler, 50):.1f} ms, bare p50 {percentile(bare, 50):.1f} ms,"
        f" cpu of this process p50 {percentile(cpu, 50):.1f} p95 {percentile(cpu, 95):.1f} ms,"
        f" of the database p50 {percentile(database, 50):.1f} p95 {percentile(database, 95):.1f} ms, {place.people} people"
    )
    figure = Figure(f"{name}.p95", p95, "ms", base, None, target, "bare SQL, p95", note)
    return figure, f"-- {name}: {asked[0]}\n{plan}"


def _ask(browser: FlaskClient, path: str, asked: dict[str, str]) -> None:
    with browser.application.app_context():  # of its own, as every request has
        answer = browser.get(f"{path}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.status_code


def _ran(link: int) -> float:
    """Milliseconds of processor that a process of the database has used so far; 0 where that cannot be read (not Linux)."""
    try:
        return int(Path(f"/proc/{link}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return 0.0


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _listening(heard: list[tuple[str, object]], scope: list[str]) -> Iterator[None]:
    """Every question about the roster that is asked meanwhile."""
    heard.clear()
    engine = session.get_bind()

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
        if "set_config('hustings.scope'" in statement:
            scope[:] = [parameters["scope"]]
        elif re.search(r"from (roster|\(|people)", statement, re.IGNORECASE) and statement.lstrip().lower().startswith(
            "select"
        ):
            heard.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _explained(scope: str, statement: str, parameters: object) -> list[str]:
    """The plan as the application gets it: its role, its walls."""
    with session.get_bind().connect() as connection, connection.begin() as whole:
        connection.execute(text("select set_config('hustings.scope', :scope, true)"), {"scope": scope})
        connection.execute(text("set local statement_timeout = 0"))  # watched, a plan takes longer
        rows = connection.exec_driver_sql(f"explain (analyze, buffers, costs off) {statement}", parameters).fetchall()
        whole.rollback()
    return [row[0] for row in rows]


def _at_scale(found: list[Figure]) -> list[Figure]:
    """The last page beside the first."""
    of = {figure.name: figure.figure for figure in found}
    first, last = of["people.list.first.party.p95"], of["people.list.last.party.p95"]
    return [Figure("people.list.last_to_first", last, "ms", first, last / first, "<= 1.2", "the first page, p95")]
