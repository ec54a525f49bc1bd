"""A whole installation as `make serve` starts it, its processes by name, and people who visit it with patience."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg

from app.ground import clock
from app.ground.embedded import Embedded
from tests import cast
from tests.ports import free_ports
from tests.walk import ADA, hidden

PATIENCE = 60  # seconds after which somebody gives up; only a failing test waits so long
STARTS_WITHIN = 240  # an empty folder becomes a party; on a busy machine that takes a minute
SETTLES_WITHIN = 240  # what was tried in vain while something was dead is tried again after half a minute, then a whole
GONE = (OSError, http.client.HTTPException)


def until(what: Callable[[], Any], *, about: str, patience: float = PATIENCE, instead: Callable[[], Any] = lambda: "") -> Any:
    """The first true answer of `what`, within `patience` seconds; if it never comes, `instead` says what was there."""
    end = time.monotonic() + patience
    while not (answer := what()):
        assert time.monotonic() < end, f"in {patience} seconds never: {about}. {instead()}"
        time.sleep(0.1)
    return answer


@dataclass
class Answer:
    status: int
    headers: Any
    text: str

    @property
    def location(self) -> str:
        return self.headers["Location"]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


class Visitor:
    """Somebody with a browser: keeps cookies, follows nothing by itself."""

    def __init__(self, url: str):
        self.url = url
        self.opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """One request. Raises what the connection raises."""
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(urllib.parse.urljoin(self.url, path), data=body, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.headers, answer.read().decode())

    def insist(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """The same request again until it is answered, as a person presses the button again."""

        def once() -> Answer | None:
            try:
                answer = self.ask(path, form)
            except GONE:
                return None
            assert answer.status in (200, 303, 422, 503), (path, answer.status, answer.text[-2000:])
            return answer if answer.status != 503 else None

        return until(once, about=f"an answer from {path}")


class Installation:
    """One party on this machine, in a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hustings-faults-"))
        self.instance = self.folder / "instance"
        self.port = free_ports(2)
        self.url, self.simulator = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port + 1}"
        self.log = self.folder / "log"
        foreign = ("DATABASE_", "STRIPE_", "PARTY_", "INSTANCE", "PUBLIC_URL", "MAIL_")
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(foreign)},
            "PORT": str(self.port),
            "INSTANCE": str(self.instance),
            "PARTY_NAME": cast.PARTY,
            "FLASK_APP": "wsgi:app",
            "ENVIRONMENT": "demo",
        }
        self.start()

    def start(self) -> None:
        """`make serve`, on the same folder and ports as before."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.serve"], env=self.env, stdout=out, stderr=out, start_new_session=True
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            try:
                return Visitor(self.url).ask("/readyz").status == 200
            except GONE:
                return False

        until(ready, about="ready", patience=STARTS_WITHIN)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- its processes -------------------------------------------------------------------------------------

    def processes(self, name: str) -> list[int]:
        """Our own processes by part: `web` is its parent and its workers, `all` is everything with what started it."""
        children = {pid: _command(pid) for pid in _children(self.process.pid)}

        def those(word: str) -> list[int]:
            return [pid for pid, command in children.items() if word in command]

        match name:
            case "all":
                return [self.process.pid, *_descendants(self.process.pid)]
            case "supervisor":
                return [self.process.pid]
            case "web":
                return [pid for parent in those("granian") for pid in (parent, *_children(parent))]
            case "simulator":
                return those("stripe_sim")
            case "web parent":
                return those("granian")
            case "web workers":
                return [worker for parent in those("granian") for worker in _children(parent)]
            case "worker":
                return those("flask worker")
            case "postgres":
                return those("/postgres -D")
        raise KeyError(name)

    def kill(self, name: str) -> None:
        """kill -9, once there is something to kill."""
        for pid in until(lambda: self.processes(name), about=f"a {name} to kill"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def cut_the_power(self) -> None:
        """kill -9 of all there is, with what kept it running; then `make serve` again."""
        old = self.processes("all")
        for pid in old:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        until(lambda: not [pid for pid in old if lives(pid)], about="all of the old processes gone")
        self.start()

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """That part is dead for a while: whoever would start it again is held meanwhile."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            self.kill(name)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def simulator_with(self, **faults: Any) -> Iterator[None]:
        """Stripe misbehaves for a while."""
        self.control("faults", **faults)
        try:
            yield
        finally:
            self.control("faults", method="DELETE")

    # -- what an outsider can ask --------------------------------------------------------------------------

    def control(self, path: str, *, method: str = "POST", **given: Any) -> dict[str, Any]:
        """Ask the simulator itself, which may be on its way up."""

        def ask() -> Any:
            with suppress(*GONE):
                return [self.control_once(path, method=method, **given)]

        return until(ask, about=f"an answer of the simulator to {path}")[0]

    def control_once(self, path: str, *, method: str = "POST", **given: Any) -> Any:
        """The same, once. Raises what the connection raises; HTTPError where the simulator would not."""
        request = urllib.request.Request(f"{self.simulator}/_sim/{path}", data=json.dumps(given).encode(), method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def checkouts(self, payment: Any) -> list[dict[str, Any]]:
        """Every checkout page that Stripe has for a payment."""
        request = urllib.request.Request(f"{self.simulator}/v1/checkout/sessions?limit=100")
        request.add_header("Authorization", "Bearer sk_test_simulator")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return [page for page in json.load(answer)["data"] if page["client_reference_id"] == str(payment)]

    def letters_to(self, email: str) -> list[dict[str, str]]:
        try:
            answer = Visitor(self.url).ask("/dev/mailbox.json")
        except GONE:
            return []
        return [letter for letter in json.loads(answer.text) if letter["to"] == email] if answer.status == 200 else []

    def flask(self, *args: str) -> subprocess.CompletedProcess[str]:
        """A command of the installation, as whoever looks after it types it."""
        return subprocess.run([sys.executable, "-m", "flask", *args], env=self.env, capture_output=True, text=True)

    def flask_when_ready(self, *args: str) -> None:
        self.wait_until_ready()
        done = self.flask(*args)
        assert done.returncode == 0, done.stdout + done.stderr

    @property
    def now(self) -> datetime:
        """The house's time."""
        file = self.instance / "clock"
        return datetime.now(UTC) + (clock.read_shift(file) if file.exists() else timedelta())

    def owner(self) -> psycopg.Connection:
        """A link to the database, waited for while it recovers from having been killed."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(Embedded(self.instance).url(), autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def one(self, question: str, **values: Any) -> Any:
        with self.owner() as connection:
            return connection.execute(question, values).fetchone()[0]

    def jobs(self) -> list[Any]:
        """The jobs there are, for who wonders why they do not end."""
        with self.owner() as connection:
            return connection.execute(
                "select status::text, task_name, attempts, scheduled_at - now(), args from procrastinate_jobs"
                " order by scheduled_at nulls first limit 20"
            ).fetchall()

    def counts(self) -> dict[str, int]:
        """How much there is of what."""
        tables = ("memberships", "payments", "renewals", "refunds", "disputes", "stripe_events", "letters", "receipts")
        return {table: self.one(f"select count(*) from {table}") for table in tables}


class Joiner(Visitor):
    """Somebody who joins, a step at a time, and presses again whatever was not answered."""

    def __init__(self, site: Installation, name: str):
        super().__init__(site.url)
        self.site, self.name = site, name
        self.email = f"{name.split()[0].lower()}@people.example"
        self.form: dict[str, str] = {}
        self.checkout = ""

    def open_form(self) -> None:
        page = self.insist("/join").text
        self.form = {**ADA, "name": self.name, "email": self.email, "signature": self.name}
        self.form |= {"csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key")}

    def send(self) -> None:
        answer = self.insist("/join", self.form)
        assert answer.status == 303, answer.text[-2000:]
        assert answer.location.startswith(self.site.simulator)
        self.checkout = answer.location.rsplit("/", 1)[1]

    def pay(self) -> None:
        assert self.site.control(f"pay/{self.checkout}", card="4242424242424242")["state"] in ("paid", "closed")

    def wait_until_heard(self) -> None:
        """Until a webhook about the payment has been accepted."""

        def heard() -> bool:
            with suppress(psycopg.OperationalError):
                return bool(self.site.one("select count(*) from stripe_events where payment_id = %(it)s", it=self.payment))
            return False

        until(heard, about=f"a webhook about {self.name}", patience=SETTLES_WITHIN)

    @property
    def payment(self) -> Any:
        """The latest attempt of this form."""
        asked = "select id from payments where purpose_id = %(key)s order by begun_at desc limit 1"
        return self.site.one(asked, key=self.form["key"])

    @property
    def is_member(self) -> bool:
        return self.site.one("select count(*) from declarations where id = %(key)s", key=self.form["key"]) == 1

    def come_back(self) -> None:
        """Loads the page of thanks, as it loads itself, until it says so."""
        until(
            lambda: "You are a member" in self.insist(f"/join/thanks/{self.form['key']}").text,
            about=f"{self.name} a member",
            patience=SETTLES_WITHIN,
        )

    def read_letter(self) -> None:
        until(lambda: self.site.letters_to(self.email), about=f"a letter to {self.name}", patience=SETTLES_WITHIN)

    @property
    def steps(self) -> list[Callable[[], None]]:
        return [self.open_form, self.send, self.pay, self.come_back, self.read_letter]


NOTHING = {
    "ledger entries that do not sum to zero": """select count(*) from
        (select 1 from ledger_lines group by entry_id, currency having sum(cents) <> 0) as crooked""",
    "paid but not told": "select count(*) from payments where settled_at is not null and told_at is null",
    "webhooks that nobody acted on": "select count(*) from stripe_events where handled_at is null",
    "money that did not reach the balance": "select sum(cents) from ledger_lines where account = 'stripe:unsettled'",
    "gaps in the numbers of receipts": """select count(*) from
        (select 1 from receipts r join receipt_counters c using (year) group by year, last having count(*) <> last) as gaps""",
    "letters not sent": "select count(*) from letters where sent_at is null and sealed is not null",
    "jobs given up": "select count(*) from procrastinate_jobs where status = 'failed'",
}
# Of one form: what there must be exactly one of.
ONE = {
    "declaration": "select count(*) from declarations where id = %(key)s",
    "payment that settled": "select count(*) from payments where purpose_id = %(key)s and settled_at is not null",
    "membership": """select count(*) from memberships where person_id =
        (select person_id from declarations where id = %(key)s)""",
    "term": """select count(*) from dues_charges c join declarations d using (membership_id) where d.id = %(key)s""",
    "term paid in full, once": """select count(*) from dues_paid p
        join dues_charges c on c.id = p.charge_id and c.cents = p.cents
        join declarations d using (membership_id) where d.id = %(key)s""",
    "income": """select count(*) from ledger_entries e join payments p on p.id = e.payment_id
        where e.kind = 'payment' and p.purpose_id = %(key)s""",
    "balance transaction": """select count(*) from ledger_entries e join payments p on p.id = e.payment_id
        where e.kind = 'balance' and p.purpose_id = %(key)s""",
    "receipt, over what was paid": """select count(*) from receipts r
        join payments p on p.id = r.payment_id and p.cents = r.cents where p.purpose_id = %(key)s""",
    "letter, sent": """select count(*) from letters l join declarations d on l.key = 'welcome:' || d.membership_id
        where l.sent_at is not null and d.id = %(key)s""",
}


def check_books(site: Installation, joiners: list[Joiner], *, members_before: int) -> None:
    """Whatever was killed: each of them paid once, for one term of one membership, got one receipt and one letter.
    Nothing is left over."""
    site.wait_until_ready()
    for joiner in joiners:
        until(lambda joiner=joiner: joiner.is_member, about=f"{joiner.name} a member", patience=SETTLES_WITHIN)
    for what, question in NOTHING.items():
        until(lambda question=question: not site.one(question), about=f"no {what}", patience=SETTLES_WITHIN, instead=site.jobs)
    assert site.one("select count(*) from memberships") == members_before + len(joiners)
    for joiner in joiners:
        for what, question in ONE.items():
            assert site.one(question, key=joiner.form["key"]) == 1, f"not one {what} of {joiner.name}"
    assert site.one("select count(*) from letters where key like 'welcome:%%'") == site.one("select count(*) from memberships")
    for command in (("ledger", "verify"), ("audit", "verify")):
        done = site.flask(*command)
        assert done.returncode == 0, done.stdout + done.stderr


def listens(port: int) -> bool:
    """Whether somebody answers at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def lives(pid: int) -> bool:
    """Whether there is such a process. One that waits to be buried still counts: PostgreSQL holds it for alive, too."""
    return Path(f"/proc/{pid}").exists()


def _descendants(parent: int) -> list[int]:
    return [pid for child in _children(parent) for pid in (child, *_descendants(child))]


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            state, ppid = stat.rpartition(") ")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(folder.name))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
