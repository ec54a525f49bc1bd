"""Many synthetic people, for scale: made and sealed by every core, written by COPY in the application's own role, so that
each wall of the database is tried on each row. Nobody real is meant: the names are drawn from lists and from syllables.
"""

# ruff: noqa: S311  (chance makes people here, no secrets)
from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from itertools import accumulate

import click
import psycopg

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import new_id
from app.ground.seal import Seal, fold
from app.ground.settings import APP_ROLE
from app.law.membership import CanEnrol, Standing
from app.law.party_rules import DUES, Rhythm, asked_on, payable_on, term_from
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.electorates import queries as electorates
from app.party.payments.models import Account, LineKind
from app.party.people.rules import wording_of
from app.web.house import house

CHUNK = 10_000  # people in one transaction: its deferred checks wait in memory
NULL = r"\N"

GIVEN = (
    "Aroha Mia Oliver Charlotte Jack Isla Noah Amelia Leo Olivia Tāne Sophie Hūria Grace James Ruby William Ella Thomas Lucy "
    "Hēmi Emily Samuel Hannah Benjamin Anahera Daniel Zoe Ethan Chloe Mere Joshua Sarah Wiremu Jessica Nikau Ava Lucas Maia "
    "Hunter Kahurangi Mason Ngaio Liam Rāwiri Emma Toa Ivy George Māia Henry Freya Hēnare Isabella Theodore Matilda Tama Eva "
    "Arthur Harper Manaia Alice Ryan Georgia Kāhu Willow Max Pania Harry Rewa Caleb Mila Ariā Finn Tūī Archie Violet Wikitōria "
    "Connor Hana Sione Lani Tevita Sina Ioane Mele Malia Filipo Losa Semisi Priya Arjun Ananya Rohan Wei Jing Hao Yan Min Jun "
    "Fatima Omar Aisha Yusuf Leila Hassan Björn Zoë Renée François Siobhán Niamh Lukáš Åsa Jürgen Inès Ōriwa Pōtiki Kōtuku "
    "Whetū Mānuka Hōne Pāora Tīhema Mārama Kōwhai Rōpata Tāwhiri Ānaru Īhaia Ēnoka Ūpoko Rangimārie Te-Aroha Waimārie"
).split()
FAMILY = (
    "Smith Wilson Williams Brown Taylor Jones Singh Wang Anderson Thompson Lee Chen Patel Li Scott Walker Johnson Robinson "
    "Young Campbell Clark Harris Davis Stewart Kumar Ngata Parata Kīngi Tāmihana Pōhatu Rāwhiti Hēnare Paewai Tūhoro Whātāia "
    "Māhina Kereama Rākena Tarawhiti Fuimaono Tuilagi Faleolo Vainikolo Taufa Moala Fifita Latu Kim Park Nguyen Tran Sharma "
    "Kaur Ali Ahmed Murphy O’Brien MacDonald McKenzie Fraser Hamilton Morrison Douglas van-der-Berg Müller Novák Kowalski"
).split()
HEADS = "Ash Bram Cald Dun Elm Fen Gar Hal Ing Kel Lang Mar Nor Oak Pem Quil Ros Stan Thorn Ulver Wain Yar".split()
TAILS = "well ford ton by wick ley more dale stead worth field bury combe shaw gate holm".split()
SYLLABLES = "ka ki kō mā mi rā re ri rō ta tī to tū wai whā whe nga pā po hē hu".split()
STREETS = "Kōwhai Mānuka Tōtara Rimu Station Quarry Marewa Saltmarsh Kererū Harbour Mill Church Ridge Pōhutukawa".split()
KINDS = "Street Road Terrace Crescent Lane Way Place Avenue".split()
TOWNS = (
    "Whangārei 0110,Auckland 1010,Māngere 2022,Hamilton 3204,Tauranga 3110,Rotorua 3010,Taupō 3330,Gisborne 4010,Napier 4110,"
    "Whanganui 4500,Palmerston North 4410,Porirua 5022,Wellington 6011,Nelson 7010,Christchurch 8011,Timaru 7910,Dunedin 9016,"
    "Invercargill 9810,Ōamaru 9400,Kaikōura 7300,Ōpōtiki 3122"
).split(",")

TABLES = {  # in the order in which they can point at one another
    "people": "id, sealed, email_index, can_enrol, created_at, email_confirmed_at, erased_at",
    "people_name_buckets": "person_id, buckets",
    "memberships": "id, person_id, own_application, opened_on, ended_on",
    "membership_moves": 'id, membership_id, "on", "to", by, at',
    "dues_charges": "id, membership_id, since, until, payable_on, rate, cents, currency, cites, raised_at, withdrawn_at, "
    "rhythm, met_on",
    "payments": "id, purpose, purpose_id, cents, currency, method, begun_at, settled_at, told_at, paid_on, rail, attempts",
    "payment_lines": "payment_id, position, kind, cents",
    "ledger_entries": "id, source, external_id, kind, day, posted_at, payment_id",
    "ledger_lines": "entry_id, position, account, cents, currency",
    "dues_paid": 'id, charge_id, payment_id, "on", cents, at, cause',
    "residences": "id, person_id, set_code, electorate_code, said_at",
    "branch_moves": 'id, membership_id, branch_id, "on", because, by, at',
    "consents": "id, person_id, kind, given, wording, source, at",
}
# COPY does not go through row-level security: what it guards is copied beside it and inserted from there.
WALLED = ("people",)
AT_ONCE = 50_000  # from so many on the roster is made in one go at the end


def fill(count: int, *, say: Callable[[str], object]) -> None:
    """Add `count` people, each a member who paid the first dues in cash. Says how far it is as it goes.

    Where each of them stands today follows from when they joined: most are good, some behind, some lapsed. The audit log is
    not told of them: they are weight, not people. A run that is cut short leaves whole chunks, which hold.
    """
    began, settings, today = time.monotonic(), house().settings, clock.today()
    chunks = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    places, later = _branches(today), count >= AT_ONCE
    work = [
        (size, dict(settings.seal_keys), settings.index_key, settings.database_url, today, places, later) for size in chunks
    ]
    done = _by_every_core(work) if len(work) > 1 else (_fill_chunk(*args) for args in work)
    if sys.stdout.isatty():
        with click.progressbar(length=count, label="People") as bar:
            for size in done:
                bar.update(size)
    else:
        made, next_line = 0, time.monotonic() + 5
        for size in done:
            made += size
            if time.monotonic() > next_line:
                say(f"{made} of {count} people")
                next_line = time.monotonic() + 5
    if later:
        from app.keeping import roster

        for line in roster.rebuild(settings.database_owner_url, graces=None):
            say(line)
    seconds = time.monotonic() - began
    say(f"{count} people in {seconds:.0f} s, {count / seconds:.0f} a second.")


Places = list[tuple[str, str, str]]  # set and code of an electorate, and the branch it falls to
Work = tuple[int, dict[int, bytes], bytes | None, str, date, Places, bool]


def _branches(today: date) -> Places:
    """A branch for each electorate that falls to none yet, made by the house’s own verbs; and which is whose."""
    with transaction():
        taken = {(row.set_code, row.electorate_code) for row in branches.electorates_held(on=today)}
        for seat in electorates.electorates_on(today):
            if (seat.set_code, seat.code) not in taken:
                there = branches.find_branch(seat.name) or branch_services.add_branch(seat.name, by="system", on=today)
                held = [row.electorate_code for row in branches.electorates_held(on=today) if row.branch_id == there.id]
                branch_services.hold_electorates(there, [*held, seat.code], by="system", on=today)
        return [(row.set_code, row.electorate_code, str(row.branch_id)) for row in branches.electorates_held(on=today)]


def _by_every_core(work: list[Work]) -> Iterator[int]:
    # Spawned, not forked: a child must not share this process's connections.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_fill_chunk, *args) for args in work]):
            yield done.result()


def _fill_chunk(
    count: int,
    keys: Mapping[int, bytes],
    index_key: bytes | None,
    url: str,
    today: date,
    places: Places,
    later: bool,
) -> int:
    """Make and write some people in one transaction, with their rows of the roster, unless that comes `later`. Returns how
    many."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    maker = Maker(Seal(keys, index_key=index_key), today, places)
    for _ in range(count):
        maker.person(lambda table, *values: rows[table].append("\t".join(values)))
    with psycopg.connect(url, options=f"-c role={APP_ROLE} -c timezone=UTC") as connection:
        connection.execute("set local hustings.roster = 'later'")
        for table, columns in TABLES.items():
            into = f"{table}_beside" if table in WALLED else table
            if table in WALLED:
                connection.execute(f"create temp table {into} on commit drop as select {columns} from {table} limit 0")  # noqa: S608
            with connection.cursor().copy(f"copy {into} ({columns}) from stdin") as copy:
                copy.write("\n".join(rows[table]) + "\n")
            if table in WALLED:
                connection.execute(f"insert into {table} ({columns}) select {columns} from {into}")  # noqa: S608
        if not later:
            connection.execute("select roster_write(array_agg(id)) from people_beside")
    return count


@dataclass(frozen=True)
class Term:
    """One term's dues as a row would have them, for everyone who joined on the same day."""

    since: date
    until: date
    payable_on: date
    cents: Mapping[str, int]
    cites: str
    raised_at: datetime


class Maker:
    """Makes people who do not exist, with everything a member leaves in the tables."""

    def __init__(self, seal: Seal, today: date, places: Places):
        self.seal, self.today, self.places = seal, today, places
        self.buckets = lru_cache(maxsize=None)(seal.name_buckets)  # of one word: few words make many names
        self.terms = lru_cache(maxsize=None)(self._terms)

    def person(self, write: Callable[..., None]) -> None:
        """Write one person's rows: write(table, *values), each value as COPY reads it."""
        name, person, membership = drawn_name(), str(new_id()), str(new_id())
        joined = self.today - timedelta(days=_days_ago())
        at = clock.start_of(joined, time_of_day(12)).isoformat()
        email = f"{fold(name).replace(' ', '.')}.{person[-12:]}@people.example"
        details = _details(name, email)
        write(
            "people", person, _bytes(self.seal.close(details, table="people", row=person)),  # type: ignore[arg-type]
            _bytes(self.seal.index("email", email)), _can_enrol(), at, at, NULL,
        )  # fmt: skip
        buckets = sorted({bucket for word in fold(name).split() for bucket in self.buckets(word)})
        buckets += [self.seal.phone_bucket(str(details["phone"]))] if details["phone"] else []
        write("people_name_buckets", person, f"{{{','.join(map(str, buckets))}}}")
        write("memberships", membership, person, "t", str(joined), NULL)
        write("membership_moves", str(new_id()), membership, str(joined), Standing.GOOD, "system", at)
        if self.places and random.random() < 0.8:
            set_code, electorate, branch = random.choice(self.places)
            write("residences", str(new_id()), person, set_code, electorate, at)
            write("branch_moves", str(new_id()), membership, branch, str(joined), "electorate", "system", at)
        if random.random() < 0.4:
            write("consents", str(new_id()), person, "news", "t", wording_of("news")[0], "own page", at)
        rate = "standard" if random.random() < 0.75 else "concession"
        charges = [
            self._charge(write, membership, term, rate, met_on=None if later else joined)
            for later, term in enumerate(self.terms(joined))
        ]
        self._pay(write, membership, charges[0], self.terms(joined)[0].cents[rate], joined, at)

    def _charge(self, write: Callable[..., None], membership: str, term: Term, rate: str, *, met_on: date | None) -> str:
        charge = str(new_id())
        write(
            "dues_charges", charge, membership, str(term.since), str(term.until), str(term.payable_on), rate,
            str(term.cents[rate]), "NZD", term.cites, term.raised_at.isoformat(), NULL, Rhythm.YEARLY,
            str(met_on) if met_on else NULL,
        )  # fmt: skip
        return charge

    def _pay(self, write: Callable[..., None], membership: str, charge: str, dues: int, on: date, at: str) -> None:
        payment, entry = str(new_id()), str(new_id())
        parts = [(LineKind.DUES, Account.DUES, dues)]
        if random.random() < 0.1:
            parts.append((LineKind.ABOVE, Account.ABOVE_DUES, random.choice((500, 1000, 2000, 5000))))
        whole = sum(cents for _kind, _account, cents in parts)
        write("payments", payment, "dues", membership, str(whole), "NZD", "cash", at, at, at, str(on), "cash", "0")
        write("ledger_entries", entry, "cash", payment, "payment", str(on), at, payment)
        write("ledger_lines", entry, "1", Account.CASH, str(whole), "NZD")
        for place, (kind, account, cents) in enumerate(parts, 1):
            write("payment_lines", payment, str(place), kind, str(cents))
            write("ledger_lines", entry, str(place + 1), account, str(-cents), "NZD")
        write("dues_paid", str(new_id()), charge, payment, str(on), str(dues), at, f"payment:{payment}")

    def _terms(self, joined: date) -> list[Term]:
        """The terms that have been asked for by today: the first, and the second where its time has come."""
        first = self._term(joined, joined=joined, first=True, raised=joined)
        asked = asked_on(first.until, fees=DUES.on(joined).value.fees[Rhythm.YEARLY])
        if self.today < asked:
            return [first]
        return [first, self._term(first.until, joined=joined, first=False, raised=asked)]

    @staticmethod
    def _term(since: date, *, joined: date, first: bool, raised: date) -> Term:
        ruling = DUES.on(raised)
        fees = ruling.value.fees[Rhythm.YEARLY]
        start, until = term_from(since, joined=joined, rhythm=Rhythm.YEARLY)
        cents = {rate: fees.dues(rate).cents for rate in ("standard", "concession")}
        at = clock.start_of(raised, time_of_day(12))
        return Term(start, until, payable_on(start, first=first, fees=fees), cents, ruling.cites, at)


def _days_ago() -> int:
    """How long ago somebody joined: 93 in 100 within a year, the others long enough to be behind or lapsed."""
    luck = random.random()
    return random.randint(0, 364) if luck < 0.93 else random.randint(400, 470) if luck < 0.97 else random.randint(500, 650)


def _can_enrol() -> str:
    return random.choices((CanEnrol.YES, CanEnrol.NO, CanEnrol.UNSURE), (95, 3, 2))[0]


def _details(name: str, email: str) -> dict[str, str | None]:
    street = f"{random.randint(1, 280)} {random.choice(STREETS)} {random.choice(KINDS)}"
    born = f"{random.randint(1930, 2007)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return {
        "name": name,
        "email": email,
        "address": f"{street}, {random.choice(TOWNS)}",
        "phone": f"+6421555{random.randint(0, 9999):04}" if random.random() < 0.6 else "",
        "born_on": born if random.random() < 0.5 else None,
    }


def _bytes(value: bytes) -> str:
    return r"\\x" + value.hex()


# Names as they fall: a few are common, most are rare (Zipf's law, its head flattened as among real names).


def _falling(count: int, head: int) -> list[float]:
    return list(accumulate(1 / (rank + head) for rank in range(count)))


@lru_cache(maxsize=1)
def families() -> list[str]:
    """Some hundred family names, then some ten thousand that syllables make, in a mixed and lasting order."""
    made = [head + tail for head in HEADS for tail in TAILS]
    made += [(a + b + c).capitalize() for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES if a != b != c]
    random.Random(2014).shuffle(made)
    return [*FAMILY, *made]


_GIVEN_WEIGHTS = _falling(len(GIVEN), 10)


@lru_cache(maxsize=1)
def _family_weights() -> list[float]:
    return _falling(len(families()), 30)


def drawn_name() -> str:
    """A name: one or two given, one or two family names, macrons and all."""
    given = random.choices(GIVEN, cum_weights=_GIVEN_WEIGHTS, k=2 if random.random() < 0.35 else 1)
    family = random.choices(families(), cum_weights=_family_weights(), k=2 if random.random() < 0.06 else 1)
    return f"{' '.join(dict.fromkeys(given))} {'-'.join(dict.fromkeys(family))}"
