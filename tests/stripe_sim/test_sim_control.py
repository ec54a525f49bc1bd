"""The control API, and the simulator as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe
from conftest import checkout

from stripe_sim import Simulator

ROOT = Path(__file__).parents[2]


def ask(sim: Simulator, method: str, path: str, **given: Any) -> Any:
    answer = requests.request(method, f"{sim.url}/_sim/{path}", json=given or None, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_session_is_paid_without_a_browser(sim, client, session):
    declined = ask(sim, "POST", f"pay/{session.id}", card="4000 0000 0000 0002")
    assert declined["state"] == "declined"
    assert "You have not been charged" in declined["problems"][""]
    assert ask(sim, "POST", f"pay/{session.id}", card="4242 4242 4242 4242")["state"] == "paid"
    assert ask(sim, "POST", f"pay/{session.id}")["state"] == "closed"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


@pytest.mark.parametrize(("answer", "state"), [(True, "paid"), (False, "declined"), (None, "authenticate")])
def test_the_banks_question_is_answered_as_asked(sim, session, answer, state):
    given = {} if answer is None else {"authenticate": answer}
    assert ask(sim, "POST", f"pay/{session.id}", card="4000002760003184", **given)["state"] == state


def test_a_session_that_never_was_is_not_paid(sim):
    assert requests.post(f"{sim.url}/_sim/pay/cs_test_none", json={}, timeout=60).status_code == 400


def test_faults_are_set_shown_and_cleared(sim):
    ask(sim, "POST", "faults", webhooks={"duplicate": 1}, api=[{"fault": "429"}])
    shown = ask(sim, "GET", "faults")
    assert shown["webhooks"]["duplicate"] == 1
    assert shown["api"][0]["fault"] == "429"
    cleared = ask(sim, "DELETE", "faults")
    assert cleared["webhooks"]["duplicate"] == 0
    assert cleared["api"] == []


def test_the_clock_moves_ahead_and_never_back(sim):
    assert abs(ask(sim, "GET", "clock")["now"] - time.time()) < 60
    assert ask(sim, "POST", "clock", advance=3600)["offset"] == 3600
    assert abs(ask(sim, "GET", "clock")["now"] - time.time() - 3600) < 60
    assert requests.post(f"{sim.url}/_sim/clock", json={"advance": -1}, timeout=60).status_code == 400


def test_the_log_has_every_request_and_what_was_wrong_with_it(sim, careless):
    careless.v1.customers.create({"name": "Ada"}, {"idempotency_key": "key-1"})
    with pytest.raises(stripe.InvalidRequestError):
        careless.v1.customers.create({"nmae": "Ada"})
    good, bad = ask(sim, "GET", "log")["requests"]
    assert (good["method"], good["path"], good["status"]) == ("POST", "/v1/customers", 200)
    assert (good["idempotency_key"], good["contract"]) == ("key-1", "ok")
    assert (bad["status"], bad["contract"]) == (400, "Received unknown parameter: nmae")


def test_events_are_shown_with_their_deliveries(sim, client, paid):
    events = ask(sim, "GET", "events")["events"]
    assert events[-1]["type"] == "charge.updated"
    assert next(iter(events[-1]["deliveries"].values()))["attempts"][0]["status"] == 200


def test_events_are_sent_again(sim, client, paid, receiver):
    assert ask(sim, "POST", "redeliver", reverse=True)["queued"] == 5
    assert ask(sim, "POST", "settle")["settled"]
    assert receiver.types()[5:] == receiver.types()[:5][::-1]


def test_reset_empties_the_account_and_keeps_its_webhook(sim, client, paid, receiver):
    ask(sim, "POST", "clock", advance=3600)
    ask(sim, "POST", "reset")
    assert client.v1.charges.list().data == []
    assert ask(sim, "GET", "clock")["offset"] == 0
    receiver.letters.clear()
    client.v1.customers.create({})
    receiver.wait_for(lambda letters: len(letters) == 1)


@pytest.mark.parametrize("path", ["nonsense", "pay/"])
def test_a_control_that_does_not_exist_is_404(sim, path):
    assert requests.post(f"{sim.url}/_sim/{path}", timeout=60).status_code == 404


def test_a_body_that_is_not_json_is_400(sim):
    assert requests.post(f"{sim.url}/_sim/faults", data="{", timeout=60).status_code == 400


# -- as a process --------------------------------------------------------------------------------------------------


def begin(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "stripe_sim", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    return process, process.stdout.readline().removeprefix("stripe_sim ").strip()


def end(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    return output + errors


def test_it_starts_and_goes_silently():
    process, url = begin()
    assert requests.get(f"{url}/_sim/clock", timeout=60).ok
    assert end(process) == ""


def test_the_account_survives_a_restart(tmp_path, receiver):
    arguments = ("--state", str(tmp_path / "account.sqlite"), "--webhook-url", receiver.url, "--webhook-secret", "whsec_a")
    process, url = begin(*arguments)
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": url})
    paid = client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "attempt-1"})
    left_open = client.v1.checkout.sessions.create(checkout())
    requests.post(f"{url}/_sim/pay/{paid.id}", json={}, timeout=60)
    requests.post(f"{url}/_sim/clock", json={"advance": 60}, timeout=60)
    end(process)

    process, url = begin(*arguments)
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": url})
    assert client.v1.checkout.sessions.retrieve(paid.id).payment_status == "paid"
    assert client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "attempt-1"}).id == paid.id
    assert client.v1.checkout.sessions.retrieve(left_open.id).url.startswith(url)
    assert requests.get(f"{url}/_sim/clock", timeout=60).json()["offset"] == 60
    assert requests.post(f"{url}/_sim/settle", timeout=60).json()["settled"]
    assert len(client.v1.balance_transactions.list().data) == 1  # posted, before or after the restart
    assert len(client.v1.webhook_endpoints.list().data) == 1
    end(process)


def test_it_refuses_to_send_webhooks_to_strangers():
    command = [sys.executable, "-m", "stripe_sim", "--port", "0", "--webhook-url", "http://example.org/hook"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "127.0.0.1 only" in done.stderr


def test_it_runs_without_the_libraries_of_the_tests(tmp_path):
    for name in ("jsonschema", "referencing", "pytest"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('only the tests have this')")
    code = "from stripe_sim import Simulator; Simulator().start().stop(); print('ran')"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "ran\n", done.stderr
