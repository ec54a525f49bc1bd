"""What the database itself will not allow: the role that owns nothing, append-only tables, a ledger that sums to zero, a
chained audit log; and Procrastinate's tables.

The tables are empty, so no lock matters.
"""

from importlib.resources import files

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None

APP = "hustings_app"

# What the application may do. Nothing else: what is missing here it cannot do, whatever its code says.
READ_ONLY = ("electorate_sets", "electorates", "audit_head", "alembic_version")
APPEND_ONLY = (
    "audit_entries", "ledger_entries", "ledger_lines", "payment_lines", "dues_paid", "membership_moves", "consents",
    "declarations", "residences",
)  # fmt: skip
FACTS_ARE_ADDED = {
    "people": "sealed, email_index, can_enrol, email_confirmed_at, erased_at",
    "letters": "sealed, sent_at",
    "memberships": "ended_on",
    "dues_charges": "withdrawn_at",
    "stripe_events": "handled_at",
    "payments": "frozen, checkout_id, checkout_url, intent_id, declined_at, decline_code, settled_at, told_at, closed_at, "
    "closed_because",
}
FREE = (
    "applications",
    "one_time_links",
    "sign_ins",
    "passkeys",
    "people_name_buckets",
    "rate_counts",
)
# Not even their owner changes these by accident.
FROZEN = (
    "audit_entries",
    "ledger_entries",
    "ledger_lines",
    "payment_lines",
    "dues_paid",
    "membership_moves",
    "consents",
)

FUNCTIONS = r"""
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create function ledger_sums_to_zero() returns trigger language plpgsql as $$
declare
    entry uuid := to_jsonb(new) ->> tg_argv[0];
begin
    if (select count(*) from ledger_lines where entry_id = entry) < 2
       or exists (select from ledger_lines where entry_id = entry group by currency having sum(cents) <> 0) then
        raise exception 'ledger entry % does not sum to zero', entry using errcode = 'check_violation';
    end if;
    return null;
end $$;

create function payment_is_its_lines() returns trigger language plpgsql as $$
declare
    payment uuid := to_jsonb(new) ->> tg_argv[0];
begin
    if (select cents from payments where id = payment)
       is distinct from (select sum(cents) from payment_lines where payment_id = payment) then
        raise exception 'payment % is not the sum of its lines', payment using errcode = 'check_violation';
    end if;
    return null;
end $$;

create function keep_declarations() returns trigger language plpgsql as $$
begin
    -- Seven years after the membership ended (app/law/nz/electoral_act.py, RECORDS_YEARS).
    if tg_op = 'UPDATE' or not exists (
        select from memberships m where m.id = old.membership_id and m.ended_on < current_date - interval '7 years'
    ) then
        raise exception 'declarations are kept as they were signed' using errcode = 'integrity_constraint_violation';
    end if;
    return old;
end $$;

create function expire_declarations() returns bigint language sql security definer set search_path = public, pg_temp as $$
    with gone as (
        delete from declarations d using memberships m
         where m.id = d.membership_id and m.ended_on < current_date - interval '7 years' returning 1
    ) select count(*) from gone
$$;

create function chain_audit_entry() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    head audit_head;
begin
    select * into strict head from audit_head for update;
    new.seq := head.seq + 1;
    new.at := clock_timestamp();
    new.hash := encode(sha256(convert_to(concat_ws(E'\x1f', head.hash, new.seq::text,
        to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        new.action, new.subject, new.actor, new.data::text), 'UTF8')), 'hex');
    update audit_head set seq = new.seq, hash = new.hash;
    return new;
end $$;
"""


def upgrade() -> None:
    # Run as it stands: the text has colons and percent signs that are not parameters.
    run = op.get_bind().connection.driver_connection.execute
    run((files("procrastinate") / "sql" / "schema.sql").read_text().encode())
    run(FUNCTIONS)
    run("insert into audit_head values (true, 0, repeat('0', 64))")
    run(f"""
        do $$ begin
            if not exists (select from pg_roles where rolname = '{APP}') then
                create role {APP} login nosuperuser nocreatedb nocreaterole noinherit;
            end if;
            if not pg_has_role(current_user, '{APP}', 'member') then
                grant {APP} to current_user;
            end if;
        end $$;
        revoke all on schema public from public;
        grant usage on schema public to {APP};
        revoke execute on function expire_declarations() from public;
        grant execute on function expire_declarations() to {APP};
    """)
    for table in READ_ONLY:
        run(f"grant select on {table} to {APP}")
    for table in APPEND_ONLY:
        run(f"grant select, insert on {table} to {APP}")
    for table, columns in FACTS_ARE_ADDED.items():
        run(f"grant select, insert, update ({columns}) on {table} to {APP}")
    for table in (*FREE, *_procrastinate(run)):
        run(f"grant select, insert, update, delete on {table} to {APP}")
    run(f"grant usage on all sequences in schema public to {APP}")
    for table in FROZEN:
        run(f"create trigger refuse_change before update or delete on {table} for each row execute function refuse_change()")
        run(f"create trigger refuse_truncate before truncate on {table} for each statement execute function refuse_change()")
    run("""
        create constraint trigger sums_to_zero after insert on ledger_lines
            deferrable initially deferred for each row execute function ledger_sums_to_zero('entry_id');
        create constraint trigger has_lines after insert on ledger_entries
            deferrable initially deferred for each row execute function ledger_sums_to_zero('id');
        create constraint trigger is_its_lines after insert on payments
            deferrable initially deferred for each row execute function payment_is_its_lines('id');
        create constraint trigger is_its_lines after insert on payment_lines
            deferrable initially deferred for each row execute function payment_is_its_lines('payment_id');
        create trigger keep_declarations before update or delete on declarations
            for each row execute function keep_declarations();
        create trigger chain before insert on audit_entries for each row execute function chain_audit_entry();
    """)


def _procrastinate(run) -> list[str]:
    rows = run("select tablename from pg_tables where schemaname = 'public' and tablename like 'procrastinate%'")
    return [row[0] for row in rows.fetchall()]


def downgrade() -> None:
    raise NotImplementedError("The walls are not taken down: restore a backup instead.")
