"""What the database itself will not allow, whatever the application's code says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

FREE = {"select", "insert", "update", "delete"}
ADD = {"select", "insert"}
LOOK = {"select"}
# Everything the application may do with a whole table. What is not here it cannot do.
MAY = {
    "alembic_version": LOOK, "audit_head": LOOK, "electorate_sets": LOOK, "electorates": LOOK,
    "likely_pairs": LOOK, "merges": ADD, "people_likenesses": FREE,
    "roster": LOOK, "roster_graces": LOOK, "roster_tallies": LOOK,
    "registration_steps": ADD, "registration_counts": ADD, "registration_packs": ADD, "registration_lines": ADD,
    "registration_papers": ADD, "registration_sent": ADD, "registration_duties": ADD, "residence_askings": ADD | {"delete"},
    "audit_entries": ADD, "consents": ADD, "declarations": ADD, "dues_paid": ADD, "ledger_entries": ADD, "ledger_lines": ADD,
    "dues_plans": ADD, "differences": ADD, "disputes": ADD, "refunds": ADD, "renewals": ADD,
    "move_tallies": LOOK,
    "membership_moves": ADD, "payment_lines": ADD, "receipt_counters": LOOK, "receipt_notes": ADD, "receipt_papers": ADD,
    "receipts": ADD, "residences": ADD | {"delete"},
    "dues_charges": ADD, "letters": ADD, "memberships": ADD, "payments": ADD, "people": ADD, "stripe_events": ADD,
    "branches": ADD, "branch_electorates": ADD, "branch_moves": ADD, "offices": ADD, "pages_of_names": ADD,
    "people_imports": ADD, "import_parts": ADD | {"delete"}, "import_rows": ADD | {"delete"},
    "bank_imports": ADD, "bank_lines": ADD, "bank_matches": ADD,
    "donors": ADD, "donations": ADD, "contributions": ADD, "donation_moves": ADD, "donation_duties": ADD, "loans": ADD,
    "loan_repayments": ADD, "filed_returns": ADD,
    "policies": ADD, "policy_versions": ADD, "policy_translations": ADD, "policy_drafts": FREE,
    "policy_endorsements": ADD | {"delete"}, "policy_comments": ADD, "policy_amendments": ADD | {"delete"},
    "amendment_supports": ADD | {"delete"}, "amendment_decisions": ADD,
    "mailings": ADD, "mailing_parts": ADD | {"delete"}, "mailing_outcomes": ADD, "bounces": ADD | {"delete"},
    "agreements": ADD, "exports": ADD, "files_of_names": ADD, "names_in_files": {"insert"},
    "erasings": ADD, "erasing_people": ADD,
    "tags": ADD, "segments": ADD, "bulk_acts": ADD, "bulk_slices": ADD | {"delete"},
    "taggings": ADD | {"delete"}, "notes": ADD | {"delete"}, "tasks": ADD | {"delete"},
    "api_keys": ADD, "hooks": ADD, "hook_events": ADD | {"delete"}, "hook_deliveries": ADD | {"delete"},
    "applications": FREE, "authenticators": FREE, "one_time_links": FREE, "passkeys": FREE,
    "people_name_buckets": FREE, "rate_counts": FREE, "sign_ins": FREE,
    "procrastinate_events": FREE, "procrastinate_jobs": FREE, "procrastinate_periodic_defers": FREE,
    "procrastinate_workers": FREE,
}  # fmt: skip
# Facts that are added to a row once they are known; every other column of these tables stays as it was written.
MAY_CHANGE = {
    "agreements": {"agreed_at", "agreed_by_id", "refused_at", "refused_by_id", "refused_because", "done_at"},
    "exports": {
        "begun_at", "counted", "progress", "written_at", "rows", "bytes", "digest", "file_id", "sealed", "office", "expires_at",
        "taken_at", "refused_at", "refused_because", "removed_at",
    },
    "erasings": {
        "agreement_id", "binned_at", "due_on", "taken_back_at", "taken_back_by", "done_at", "erased", "spared",
    },
    "erasing_people": {"over_at", "erased"},
    "bank_imports": {"sealed", "confirmed_at", "confirmed_by", "lines_new", "undone_at", "undone_by"},
    "people_imports": {
        "sealed", "rows", "checking_at", "checked_at", "trouble", "took", "confirmed_at", "confirmed_by", "done_at",
        "undoing_at", "undone_by", "undone_at", "emptied_at",
    },
    "import_rows": {"verdict", "changes", "person_id", "sealed", "outcome", "done_at", "undone"},
    "bank_lines": {
        "sealed", "matched_at", "matched_by", "set_aside_at", "set_aside_by", "set_aside_because", "undone_at",
    },
    "differences": {"cents", "owner_id", "closed_at", "closed_by", "closed_because"},
    "disputes": {"answer_by", "withdrawn_at", "decided_at", "won"},
    "dues_charges": {"withdrawn_at", "met_on"},
    "api_keys": {"used_at", "revoked_at", "revoked_by"},
    "hooks": {"sealed", "paused_at", "paused_because", "refused_in_a_row", "held_until", "ended_at"},
    "hook_deliveries": {
        "attempts", "first_tried_at", "tried_at", "next_try_at", "claimed_until", "accepted_at", "status", "trouble",
    },
    "branches": {"until"},
    "branch_electorates": {"until"},
    "policies": {"position", "retired_at", "successor_id"},
    "policy_endorsements": {"confirmed_at", "shown_at", "shown_by", "hidden_at", "hidden_by", "hidden_because"},
    "policy_comments": {
        "person_id", "display", "body", "answered_at", "removed_at", "shown_at", "shown_by", "hidden_at", "hidden_by",
        "hidden_because",
    },
    "policy_amendments": {
        "person_id", "display", "opened_on", "closes_on", "eligible", "needed", "withdrawn_at", "refused_at", "refused_by",
        "refused_because",
    },
    "amendment_supports": {"person_id"},
    "offices": {"until"},
    "tags": {"until"},
    "taggings": {"ended_at", "ended_by", "ended_batch_id"},
    "tasks": {"done_at", "done_by", "dropped_at", "dropped_by"},
    "segments": {"name", "parts", "ended_at", "ended_by"},
    "bulk_acts": {
        "picked", "sealed", "people", "same", "digest", "confirmed_at", "begun_at", "done_at", "stopped_at", "stopped_because",
        "passed", "changed", "undo_at", "undo_by", "undone_at", "taken_back",
    },
    "donors": {"sealed", "person_id", "email_index", "identity_index"},
    "donations": {"received_on", "told_on", "sealed"},
    "donation_duties": {"about", "done_on", "cents", "cites", "sentence", "due_on", "closed_at", "closed_by", "closed_because"},
    "contributions": {"sealed"},
    "bounces": {"for_good", "code", "at"},
    "letters": {"sealed", "sent_at", "refused_at"},
    "mailings": {
        "kind", "sealed", "changed_at", "asked_authority_at", "authorised_at", "authorised_by", "rate", "confirmed_at",
        "confirmed_by", "shown_count", "frozen_count", "stopped_at", "stopped_by", "stopped_because", "ended_at",
        "ended_because", "asked_authority_by", "refused_at", "refused_because", "vouched_by", "turn_at",
    },
    "likely_pairs": {"apart_at", "apart_by"},
    "memberships": {"ended_on"},
    "merges": {"sealed", "proven_at", "undone_at", "undone_by"},
    "payments": {
        "frozen", "checkout_id", "intent_id", "declined_at", "decline_code", "settled_at", "told_at",
        "closed_at", "closed_because", "invoice_id", "attempts", "processing_at", "paid_on", "rail",
    },
    "people": {"sealed", "email_index", "can_enrol", "email_confirmed_at", "erased_at"},
    "registration_counts": {"count", "lowest", "joined", "came_back", "lapsed", "gone", "worked_out", "counted_at"},
    "registration_packs": {"wanted", "checked_at", "dropped_at", "filed_on", "filed_at", "filed_by", "digest"},
    "registration_lines": {"by_hand", "state", "because", "declaration_digest", "place"},
    "registration_papers": {"made_at", "members", "sha256", "sealed", "forget_on", "failed"},
    "registration_duties": {"count", "cites", "sentence", "done_on", "closed_at", "closed_by", "closed_because"},
    "refunds": {"confirmed_at", "confirmed_by", "provider_id", "made_at", "failed_at", "failed_because"},
    "renewals": {
        "purpose", "purpose_id", "cents", "months", "frozen", "checkout_id",
        "subscription_id", "customer_id", "started_at", "status", "method",
        "method_id", "method_label", "method_expires_on", "next_charge_on", "failing_invoice_id", "stop_wanted_at", "stop_now",
        "ended_at", "ended_because", "looked_at",
    },
    "stripe_events": {"handled_at"},
}  # fmt: skip
FROZEN = (
    "audit_entries",
    "consents",
    "dues_paid",
    "dues_plans",
    "ledger_entries",
    "ledger_lines",
    "membership_moves",
    "payment_lines",
)
APP = "hustings_app"


@pytest.fixture
def as_app(app, settings) -> Iterator[psycopg.Connection]:
    """A connection with the application's own name and rights."""
    with psycopg.connect(settings.database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def as_owner(app, owner_url) -> Iterator[psycopg.Connection]:
    with psycopg.connect(owner_url) as connection:
        yield connection
        connection.rollback()


def rights(owner: psycopg.Connection, table: str, asked: str) -> bool:
    return owner.execute("select has_table_privilege(%s, %s, %s)", [APP, table, asked]).fetchone()[0]


def tables(owner: psycopg.Connection) -> list[str]:
    return sorted(row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'"))


def test_the_application_may_do_exactly_what_is_written_here(app, owner):
    found = {
        table: {asked for asked in ("select", "insert", "update", "delete") if rights(owner, table, asked)}
        for table in tables(owner)
    }
    assert found == MAY


@pytest.mark.parametrize("asked", ["truncate", "references", "trigger", "maintain"])
def test_nothing_more_dangerous_is_granted_on_any_table(app, owner, asked):
    assert [table for table in tables(owner) if rights(owner, table, asked)] == []


def test_columns_that_may_change_are_those_written_here(app, owner):
    rows = owner.execute(
        "select table_name, column_name from information_schema.column_privileges"
        " where grantee = %s and privilege_type = 'UPDATE'",
        [APP],
    ).fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        if "update" not in MAY[table]:
            found.setdefault(table, set()).add(column)
    assert found == MAY_CHANGE


def test_the_application_owns_nothing(app, owner):
    owned = owner.execute(
        """select count(*) from pg_shdepend d join pg_roles r on r.oid = d.refobjid
            where r.rolname = %s and d.deptype = 'o'""",
        [APP],
    ).fetchone()[0]
    assert owned == 0


def test_the_application_has_no_power_over_the_server(app, owner):
    row = owner.execute(
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit from pg_roles"
        " where rolname = %s",
        [APP],
    ).fetchone()
    assert row == (False,) * 6
    assert (
        owner.execute(
            "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles x on x.oid = m.member"
            " where x.rolname = %s",
            [APP],
        ).fetchall()
        == []
    )
    assert owner.execute("select has_schema_privilege(%s, 'public', 'create')", [APP]).fetchone()[0] is False


def test_functions_with_their_owners_rights_are_these_and_keep_to_our_tables(app, owner):
    rows = owner.execute(
        "select proname, proconfig from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'public' and prosecdef order by proname"
    ).fetchall()
    assert rows == [
        ("chain_audit_entry", ["search_path=public, pg_temp"]),
        ("expire_declarations", ["search_path=public, pg_temp"]),
        ("expire_files_of_names", ["search_path=public, pg_temp"]),
        ("expire_pages_of_names", ["search_path=public, pg_temp"]),
        ("expire_receipts", ["search_path=public, pg_temp"]),
        ("files_with", ["search_path=public, pg_temp"]),
        ("forget_imported_rows", ["search_path=public, pg_temp"]),
        ("forget_keys_and_hooks", ["search_path=public, pg_temp"]),
        ("likely_pairs_find", ["search_path=public, pg_temp"]),
        ("likely_pairs_forget", ["search_path=public, pg_temp"]),
        ("merges_let_go", ["search_path=public, pg_temp"]),
        ("merges_say", ["search_path=public, pg_temp"]),
        ("moves_fold", ["search_path=public, pg_temp"]),
        ("moves_tally", ["search_path=public, pg_temp"]),
        ("next_receipt_number", ["search_path=public, pg_temp"]),
        ("registration_count", ["search_path=public, pg_temp"]),
        ("registration_moved", ["search_path=public, pg_temp"]),
        ("roster_fold", ["search_path=public, pg_temp"]),
        ("roster_write", ["search_path=public, pg_temp"]),
    ]


def test_no_trigger_lends_its_owners_rights_to_the_application(app, owner):
    """A trigger fires without the right to execute its function; with it, a trigger of one’s own could be hung on it."""
    rows = owner.execute(
        "select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and prosecdef"
        " and prorettype = 'trigger'::regtype and has_function_privilege(%s, p.oid, 'execute') order by proname",
        [APP],
    ).fetchall()
    assert [row[0] for row in rows] == ["chain_audit_entry"]  # since migration 0002, which has been on its way


@pytest.mark.parametrize("table", sorted(table for table, may in MAY.items() if may == ADD and table not in MAY_CHANGE))
@pytest.mark.parametrize("way", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0}"])
def test_the_application_cannot_change_what_is_append_only(as_app, table, way):
    column = as_app.execute(
        "select column_name from information_schema.columns where table_name = %s order by ordinal_position limit 1", [table]
    ).fetchone()[0]
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(way.format(table, f'"{column}"'))


@pytest.mark.parametrize(
    "way", ["delete from payments", "update payments set cents = 1", "update payments set purpose_id = id"]
)
def test_an_attempt_to_pay_is_not_deleted_and_not_made_another(as_app, way):
    with pytest.raises(errors.InsufficientPrivilege):
        as_app.execute(way)


@pytest.mark.parametrize("table", FROZEN)
@pytest.mark.parametrize("way", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0} cascade"])
def test_not_even_the_owner_changes_these_by_accident(cast, as_owner, table, way):
    column = as_owner.execute(
        "select column_name from information_schema.columns where table_name = %s order by ordinal_position limit 1", [table]
    ).fetchone()[0]
    assert as_owner.execute(f"select count(*) from {table}").fetchone()[0] > 0
    with pytest.raises(errors.IntegrityConstraintViolation, match="append-only"):
        as_owner.execute(way.format(table, f'"{column}"'))


def test_declarations_are_kept_as_they_were_signed_even_from_the_owner(cast, as_owner):
    assert as_owner.execute("select count(*) from declarations").fetchone()[0] > 0
    for way in ("update declarations set wording = 'other'", "delete from declarations"):
        with pytest.raises(errors.IntegrityConstraintViolation), as_owner.transaction():
            as_owner.execute(way)


def test_declarations_expire_seven_years_after_the_membership_and_not_before(cast, as_owner):
    count = as_owner.execute("select count(*) from declarations").fetchone()[0]
    assert as_owner.execute("select expire_declarations()").fetchone()[0] == 0
    as_owner.execute("update memberships set ended_on = current_date - interval '7 years'")
    assert as_owner.execute("select expire_declarations()").fetchone()[0] == 0
    as_owner.execute("update memberships set ended_on = current_date - interval '7 years 1 day'")
    assert as_owner.execute("select expire_declarations()").fetchone()[0] == count


def begin_entry(connection: psycopg.Connection) -> str:
    entry = str(uuid4())
    connection.execute(
        "insert into ledger_entries (id, source, external_id, kind, day, posted_at)"
        " values (%s, 'test', %s, 'payment', current_date, now())",
        [entry, entry],
    )
    return entry


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(2000, "NZD")],
        [(2000, "NZD"), (-1999, "NZD")],
        [(2000, "NZD"), (-2000, "AUD")],
        [(2000, "NZD"), (-2000, "NZD"), (1, "AUD")],
    ],
    ids=["no lines", "one side", "a cent off", "two currencies", "a stray line"],
)
def test_an_entry_that_does_not_sum_to_zero_is_refused(as_app, lines):
    entry = begin_entry(as_app)
    for position, (cents, currency) in enumerate(lines, 1):
        as_app.execute("insert into ledger_lines values (%s, %s, 'suspense', %s, %s)", [entry, position, cents, currency])
    with pytest.raises(errors.CheckViolation, match="does not sum to zero"):
        as_app.commit()


def test_an_entry_that_sums_to_zero_is_kept_and_nothing_can_be_added_to_it_later(as_app):
    entry = begin_entry(as_app)
    for position, cents in enumerate((2000, -1500, -500), 1):
        as_app.execute("insert into ledger_lines values (%s, %s, 'suspense', %s, 'NZD')", [entry, position, cents])
    as_app.commit()
    as_app.execute("insert into ledger_lines values (%s, 4, 'suspense', 1, 'NZD')", [entry])
    with pytest.raises(errors.CheckViolation):
        as_app.commit()


@pytest.mark.parametrize("cents", [(), (1999,), (1500, 501)])
def test_a_payment_is_the_sum_of_its_lines(as_app, cents):
    payment = str(uuid4())
    as_app.execute(
        "insert into payments (id, purpose, purpose_id, cents, currency, method, begun_at)"
        " values (%s, 'joining', %s, 2000, 'NZD', 'card', now())",
        [payment, payment],
    )
    for position, amount in enumerate(cents, 1):
        as_app.execute("insert into payment_lines values (%s, %s, 'dues', %s)", [payment, position, amount])
    with pytest.raises(errors.CheckViolation, match="is not the sum"):
        as_app.commit()


def test_one_membership_in_force_a_person(cast, as_app):
    with pytest.raises(errors.UniqueViolation):
        as_app.execute(
            "insert into memberships (id, person_id, own_application, opened_on)"
            " select gen_random_uuid(), person_id, true, current_date from memberships limit 1"
        )


def test_a_stolen_copy_names_nobody(cast, owner):
    """Every row of every table, as text: no name, email, address or phone of the cast is in it."""
    secret = [table for table in tables(owner) if table not in ("electorates", "electorate_sets")]
    text = "\n".join(row[0] for table in secret for row in owner.execute(f'select t::text from "{table}" t')).casefold()
    sealed = [bytes.fromhex(digits) for digits in re.findall(r"\\x([0-9a-f]+)", text)]
    assert len(sealed) > 20
    for face in cast.values():
        for detail in (face.name, face.email, face.address, face.phone, *face.name.split()):
            if len(detail) > 3:
                assert detail.casefold() not in text, detail
            if len(detail.encode()) > 5:  # a shorter one stands somewhere in so much ciphertext by chance
                assert not [value for value in sealed if detail.encode() in value], detail
