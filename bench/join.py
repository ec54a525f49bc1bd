"""The join POST, with everything it writes: beside a bare handler, a page, pgbench; at scale; with a mail server that hangs."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time

from app.ground.embedded import BIN

from .drive import Job, load, pairs
from .figures import Figure
from .jinja_page import LARGE, sized
from .place import SMALL, Place, free_port, wait_for
from .visitor import joins

MOST = 6_000  # joins made ahead for one slice


def run(place: Place) -> list[Figure]:
    ours, bare = place.ours(), place.bare()
    job = Job(ours, joins(ours), wanted=303)
    handler = pairs(job, Job(bare, joins(None), wanted=303), seconds=place.seconds, rounds=place.rounds, most=MOST)
    cpu = f"{handler.spread}, cpu {handler.cpu_ms:.2f} / {handler.baseline_cpu_ms:.2f} ms, p95 {handler.p95:.0f} ms"
    page = pairs(job, sized(place, LARGE), seconds=place.seconds, rounds=place.rounds, most=MOST)
    found = [
        Figure(
            "join.handler", handler.rate, "joins/s", handler.baseline, handler.ratio, ">= 0.4", "bare handler, psycopg", cpu
        ),
        Figure("join.page", page.rate, "joins/s", page.baseline, page.ratio, ">= 0.35", "Jinja page of 12 kB", page.spread),
        _pgbench(place, job),
        _without_checkout(place, job),
    ]
    if place.people > SMALL:
        found.append(_at_scale(place, job))
    found.append(_mail_hangs(place))
    return found


# To pgbench a colon before a letter begins a variable, in quotes too: hence the \x3a.
PGBENCH = """
\\set a random(1, 9000000000000000)
\\set b random(1, 9000000000000000)
\\set c random(1, 9000000000000000)
begin;
insert into rate_counts as c (key, hits, window_ends)
values (uuid_send(gen_random_uuid()), 1, now() + interval '600 s'), (uuid_send(gen_random_uuid()), 1, now() + interval '600 s')
    on conflict (key) do update set hits = c.hits + 1;
insert into payments (id, purpose, purpose_id, cents, currency, method, begun_at, frozen, checkout_id)
values (md5(:a::text)::uuid, 'joining', md5(:b::text)::uuid, 2000, 'NZD', 'card', now(),
        convert_to(repeat(md5(:a::text), 19), 'UTF8'), 'cs_pgbench_' || :c::text);
insert into payment_lines values (md5(:a::text)::uuid, 1, 'dues', 2000);
insert into applications (id, email_index, sealed, signed_at, digest, payment_id, made_at, changed_at)
values (md5(:b::text)::uuid, uuid_send(gen_random_uuid()), convert_to(repeat(md5(:b::text), 45), 'UTF8'), now(),
        md5(:b::text) || md5(:a::text), md5(:a::text)::uuid, now(), now());
insert into procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at) values
    ('hustings', 'joining.remind', 0, jsonb_build_object('application', :b::text, 'number', 1), now() + interval '1 hour'),
    ('hustings', 'joining.remind', 0, jsonb_build_object('application', :b::text, 'number', 2), now() + interval '3 days');
insert into audit_entries (action, subject, actor, data) values
    (E'joining\\x3asigned', E'application\\x3a' || :b::text, 'visitor',
     jsonb_build_object('digest', md5(:a::text), 'wording', 'join-2026-11')),
    (E'payment\\x3abegun', E'payment\\x3a' || :a::text, 'visitor', '{"cents": 2000, "method": "card", "purpose": "joining"}');
commit;
"""


def _pgbench(place: Place, job: Job) -> Figure:
    """The same rows by PostgreSQL’s own load program: no web, no Python, no checkout."""
    script = place.folder / "join.pgbench"
    script.write_text(PGBENCH)
    command = [str(BIN / "pgbench"), "-n", "-c", "8", "-j", "2", "-T", str(max(2, round(place.seconds))), "-M", "prepared"]
    command += ["-f", str(script), "-h", str(place.postgres.socket_dir), "-U", "hustings_app", "hustings"]
    taken = []
    for _ in range(max(2, place.rounds // 2)):
        ours = load(job, seconds=place.seconds, most=MOST)
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        said = re.search(r"tps = ([\d.]+)", done.stdout)
        assert said, done.stdout
        taken.append((ours.rate, float(said[1])))
    ratio = statistics.median(a / b for a, b in taken)
    return Figure("join.pgbench", statistics.median(a for a, _ in taken), "joins/s",
                  statistics.median(b for _, b in taken), ratio, ">= 0.1", "pgbench, the same rows")  # fmt: skip


def _without_checkout(place: Place, job: Job) -> Figure:
    """What the way to Stripe costs: the same application with a gateway that answers without leaving the process."""
    stay = place.ours(name="no checkout", target="bench.no_checkout:app")
    pair = pairs(Job(stay, joins(stay), wanted=303), job, seconds=place.seconds, rounds=max(3, place.rounds // 2), most=MOST)
    place.stop(stay)
    return Figure("join.without_checkout", pair.rate, "joins/s", pair.baseline, pair.ratio, None, "join with the checkout call",
                  f"{pair.spread}, cpu {pair.cpu_ms:.2f} / {pair.baseline_cpu_ms:.2f} ms")  # fmt: skip


def _at_scale(place: Place, job: Job) -> Figure:
    place.fill("hustings_small", SMALL)
    small = place.ours("hustings_small")
    pair = pairs(job, Job(small, joins(small), wanted=303), seconds=place.seconds, rounds=place.rounds, most=MOST)
    place.stop(small)
    return Figure("join.at_scale", pair.rate, "joins/s", pair.baseline, pair.ratio, ">= 0.8",
                  f"the same with {SMALL} people", f"at {place.people}, {pair.spread}")  # fmt: skip


def _mail_hangs(place: Place) -> Figure:
    """A worker with letters to send to a server that takes the connection and says nothing; beside one without letters."""
    port = free_port()
    silent = place.start("silent mail", [sys.executable, "-m", "bench.far_side", str(port), "silent"], os.environ, port)
    wait_for(port, None)
    place.fill("hustings_mail", 100)
    place.fill("hustings_calm", 100)
    hanging = {"MAIL_URL": f"smtp://127.0.0.1:{port}"}
    there, calm = place.ours("hustings_mail", name="mail hangs", **hanging), place.ours("hustings_calm", name="no mail")
    workers = [
        place.start(f"worker {name}", [sys.executable, "-m", "flask", "worker"], place.environ(name, **more))
        for name, more in (("hustings_mail", hanging), ("hustings_calm", {}))
    ]
    load(Job(there, joins(there, later=True), wanted=303), seconds=20, most=50, connections=4)  # fifty letters that hang
    time.sleep(6)
    pair = pairs(
        Job(there, joins(there), wanted=303), Job(calm, joins(calm), wanted=303),
        seconds=place.seconds, rounds=place.rounds, most=MOST,
    )  # fmt: skip
    for server in (*workers, silent, there, calm):
        place.stop(server)
    return Figure(
        "join.mail_hangs", pair.rate, "joins/s", pair.baseline, pair.ratio, ">= 0.95", "no letters to send", pair.spread
    )
