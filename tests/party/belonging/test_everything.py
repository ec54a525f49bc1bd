"""Everything we hold: complete, one’s own and nobody else’s."""

from __future__ import annotations

import json

from app import wiring
from app.ground.db import session
from app.party.belonging.queries import COVERED
from app.party.people import queries as people

AROHA, GRACE = "aroha@people.example", "grace@people.example"

# Tables that are about nobody, or name nobody and are gone in minutes; and the public papers about a year.
ABOUT_NOBODY = {
    "branches", "electorates", "electorate_sets", "rate_counts", "audit_head", "receipt_counters", "bank_imports",
    "filed_returns", "policies", "policy_versions", "policy_drafts", "policy_translations", "branch_electorates",
    "roster_graces", "roster_tallies", "move_tallies",
    "registration_steps", "registration_counts", "registration_packs", "registration_papers",
    "registration_sent", "registration_duties",
    "mailings", "mailing_outcomes", "people_imports", "import_parts",
    "tags", "segments", "bulk_acts", "bulk_slices",
}  # fmt: skip


def test_every_table_that_leads_to_a_person_is_covered():
    tables = wiring.metadata.tables
    about = {"people"} | {name for name, table in tables.items() if "person_id" in table.columns or "subject" in table.columns}
    grown = True
    while grown:
        grown = False
        for name, table in tables.items():
            for key in table.foreign_keys:
                other = key.column.table.name
                # Rows that point at a person's row are theirs; so is a row that only rows of theirs point at.
                for there in {name} if other in about else {other} if name in about else set():
                    if there not in about | ABOUT_NOBODY:
                        about.add(there)
                        grown = True
    about |= {name for name, table in tables.items() if "payment_id" in table.columns}
    assert about - set(COVERED) == set()
    assert set(COVERED) - set(tables) == set()
    assert set(tables) == set(COVERED) | ABOUT_NOBODY


def ids(owner, person_id):
    """The ids of every row about a person, found by the owner of the tables and not by our own queries."""
    them = {"p": person_id}
    memberships = "select id from memberships where person_id = %(p)s"
    charges = f"select id from dues_charges where membership_id in ({memberships})"
    declarations = "select id from declarations where person_id = %(p)s"
    payments = (
        f"select payment_id from dues_paid where charge_id in ({charges}) "
        f"union select id from payments where purpose_id in ({memberships}) or purpose_id in ({declarations})"
    )
    asked = {
        "consents": "select id from consents where person_id = %(p)s",
        "memberships": memberships,
        "decisions": f"select id from membership_moves where membership_id in ({memberships})",
        "declarations": declarations,
        "dues": charges,
        "dues_paid": f"select id from dues_paid where charge_id in ({charges})",
        "payments": payments,
        "ledger": f"select id from ledger_entries where payment_id in ({payments})",
        "receipts": "select id from receipts where person_id = %(p)s",
        "sessions": "select id from sign_ins where person_id = %(p)s",
        "links": "select id from one_time_links where person_id = %(p)s",
        "letters": "select id from letters where person_id = %(p)s",
        "electorates": "select id from residences where person_id = %(p)s",
    }
    return {name: {str(row[0]) for row in owner.execute(sql, them).fetchall()} for name, sql in asked.items()}


def test_nothing_is_left_out_and_nothing_is_somebody_elses(cast, signed_in, press, owner):
    browser = signed_in(GRACE)
    press(browser, "/me/pay", page="/me")
    press(browser, "/me/details", page="/me", address="3/207 Marewa Crescent, Napier 4110", electorate="napier")
    press(browser, "/me/consents/news", page="/me", given="1")
    signed_in(AROHA)
    person = people.find_by_email(GRACE).id
    session.remove()
    answer = browser.get("/me/everything.json")
    held = json.loads(answer.data)
    assert set(held) == set(COVERED.values())
    for name, expected in ids(owner, person).items():
        assert expected, name
        assert {row["id"] for row in held[name]} == expected, name
    assert held["details"]["name"] == "Grace Okonkwo-Hale"
    assert held["details"]["email"] == GRACE
    assert held["declarations"][0]["said"]["signature"]
    assert held["letters"][-1]["text"]
    assert any(
        line["action"] == "person:took_everything" for line in json.loads(browser.get("/me/everything.json").data)["log"]
    )
    logged = owner.execute("select count(*) from audit_entries where subject = %s", [f"person:{person}"]).fetchone()[0]
    assert len([line for line in held["log"] if line["subject"] == f"person:{person}"]) == logged - 2
    assert "Aroha" not in answer.get_data(as_text=True)


def test_no_key_to_the_house_is_in_the_file(cast, signed_in, owner):
    answer = signed_in(AROHA).get("/me/everything.json").get_data(as_text=True)
    assert "token_hash" not in answer


def test_it_comes_as_files_at_once(cast, signed_in):
    browser = signed_in(AROHA)
    for door, kind, ending in (
        ("/me/everything", "text/html; charset=utf-8", ".html"),
        ("/me/everything.json", "application/json; charset=utf-8", ".json"),
    ):
        answer = browser.get(door)
        assert answer.status_code == 200
        assert answer.content_type == kind
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="everything-')
        assert answer.headers["Content-Disposition"].endswith(ending + '"')
        assert answer.headers["Cache-Control"] == "no-store"
        assert "14 Kōwhai Terrace" in answer.get_data(as_text=True)


def test_a_supporter_takes_everything_too(cast, signed_in):
    held = json.loads(signed_in("lin@people.example").get("/me/everything.json").data)
    assert held["memberships"] == []
    assert held["consents"]
