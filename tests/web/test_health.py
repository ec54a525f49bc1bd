"""What watchers are told: alive, ready, how much and how old; never who."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.web.health import newest_migration
from tests.walk import join


def figures(client, **kwargs) -> dict[str, float]:
    answer = client.get("/metrics", **kwargs)
    assert answer.status_code == 200
    return {
        sample.name + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_alive_and_ready(client):
    assert client.get("/healthz").get_data(as_text=True) == "alive\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "ready\n")


def test_not_ready_while_the_tables_are_of_another_time(client, owner):
    owner.execute("update alembic_version set version_num = '0001'")
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.get_data(as_text=True)) == (503, "migrations\n")
        assert client.get("/healthz").status_code == 200
    finally:
        owner.execute("update alembic_version set version_num = %s", [newest_migration()])
    assert client.get("/readyz").status_code == 200


@pytest.fixture
def database_away(app, settings):
    """No database at the address we know."""
    from app.ground import db

    db.connect("postgresql://hustings_app@127.0.0.1:1/nowhere")
    yield
    db.connect(settings.database_url)


def test_not_ready_and_still_alive_while_the_database_is_away(database_away, client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "database\n")
    assert client.get("/healthz").status_code == 200
    assert figures(client)["hustings_database_up"] == 0
    assert client.get("/privacy").status_code == 200


def test_the_numbers_of_an_empty_house_are_zero(client):
    found = figures(client)
    assert found["hustings_database_up"] == 1
    assert found["process_resident_memory_bytes"] > 0
    ours = {name: value for name, value in found.items() if name.startswith("hustings_") and not name.endswith("_up")}
    assert len(ours) >= 12
    assert set(ours.values()) == {0}


def test_the_numbers_follow_the_money(cast, client, do_the_chores, owner):
    do_the_chores()
    found = figures(client)
    paying = sum(1 for face in cast.values() if face.joined_days_ago is not None)
    assert found["hustings_joins_total"] == paying
    assert found["hustings_payments_settled_total"] == paying
    assert found["hustings_paid_but_not_a_member"] == 0
    assert found["hustings_letters_unsent"] == 0
    accounts = {name: value for name, value in found.items() if name.startswith("hustings_ledger_cents|")}
    assert accounts["hustings_ledger_cents|cash|NZD"] > 0
    assert accounts["hustings_ledger_cents|income:dues|NZD"] < 0
    assert sum(accounts.values()) == 0

    join(client)
    owner.execute(
        "insert into stripe_events (id, type, object_id, received_at) values ('evt_1', 'x', 'y', now() - interval '5 min')"
    )
    found = figures(client)
    assert found["hustings_payments_open"] == 1
    assert found["hustings_inbox_unhandled"] == 1
    assert 299 < found["hustings_inbox_oldest_seconds"] < 400


def test_a_payment_that_settled_while_nobody_was_told_is_counted(cast, client, owner):
    owner.execute("update payments set told_at = null where id = (select id from payments limit 1)")
    assert figures(client)["hustings_paid_but_not_a_member"] == 1


def test_numbers_carry_no_details(cast, client):
    text = client.get("/metrics").get_data(as_text=True)
    for face in cast.values():
        assert face.email not in text
    labels = set(re.findall(r"\{(.*?)\}", text))
    assert all(re.fullmatch(r'(account="[a-z:-]+",currency="[A-Z]{3}"|.*version.*)', label) for label in labels), labels


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "2001:db8::1"])
def test_a_stranger_finds_no_numbers(client, address):
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 404


def test_a_stranger_behind_a_proxy_nobody_told_us_of_finds_none_either(client):
    for header in ("X-Forwarded-For", "Forwarded"):
        assert client.get("/metrics", headers={header: "203.0.113.7"}).status_code == 404


def test_this_machine_may_ask_by_either_address(client):
    for address in ("127.0.0.1", "::1"):
        assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 200
