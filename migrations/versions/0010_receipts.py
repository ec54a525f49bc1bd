"""Receipts: numbered by the database without a gap, sealed, kept as they were issued.

A number is drawn from its year’s counter, whose row is held until the transaction ends; at that moment every number that was
drawn must have its receipt, or nothing is kept. The application may draw, add and read; it changes nothing. `sealed` may be
sealed anew by the owner of the tables, and is emptied seven years after the person left; nothing else ever changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = depends_on = None

APP = "hustings_app"

FUNCTIONS = r"""
create function next_receipt_number(of_year bigint) returns bigint language sql
    security definer set search_path = public, pg_temp as $$
    insert into receipt_counters as counter (year, last) values (of_year, 1)
        on conflict (year) do update set last = counter.last + 1 returning last
$$;

create function receipt_has_next_number() returns trigger language plpgsql as $$
begin
    if new.number is distinct from (select last from receipt_counters where year = new.year) then
        raise exception 'receipt % of % is not the next one', new.number, new.year using errcode = 'check_violation';
    end if;
    return new;
end $$;

create function number_has_its_receipt() returns trigger language plpgsql as $$
begin
    if not exists (select from receipts where year = new.year and number = new.last) then
        raise exception 'number % of % was drawn for no receipt', new.last, new.year using errcode = 'check_violation';
    end if;
    return null;
end $$;

create function keep_receipts() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'sealed' = to_jsonb(old) - 'sealed' then
        return new;
    end if;
    raise exception '% are kept as they were issued', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create function expire_receipts() returns bigint language sql security definer set search_path = public, pg_temp as $$
    -- Seven years after the person left (app/law/nz/electoral_act.py, RECORDS_YEARS).
    with theirs as (
        select r.id from receipts r join people p on p.id = r.person_id where p.erased_at < now() - interval '7 years'
    ), papers as (
        update receipt_papers set sealed = null where sealed is not null and receipt_id in (select id from theirs)
    ), notes as (
        update receipt_notes set sealed = null where sealed is not null and receipt_id in (select id from theirs)
    ), emptied as (
        update receipts set sealed = null where sealed is not null and id in (select id from theirs) returning 1
    ) select count(*) from emptied
$$;
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "receipt_counters",
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_receipt_counters"),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("issued_at", moment, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.UniqueConstraint("year", "number", name="uq_receipts_year_number"),
        sa.UniqueConstraint("replaces_id", name="uq_receipts_replaces_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_receipts_payment_id_payments"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_receipts_person_id_people"),
        sa.ForeignKeyConstraint(["replaces_id"], ["receipts.id"], name="fk_receipts_replaces_id_receipts"),
        sa.CheckConstraint("cents > 0", name="ck_receipts_positive"),
        sa.CheckConstraint("number > 0", name="ck_receipts_number"),
    )
    op.create_index(
        "uq_receipts_once", "receipts", ["payment_id"], unique=True, postgresql_where=sa.text("replaces_id is null")
    )
    op.create_index("ix_receipts_payment_id", "receipts", ["payment_id"])
    op.create_index("ix_receipts_person_id", "receipts", ["person_id"])
    op.create_table(
        "receipt_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rendered_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt_papers"),
        sa.UniqueConstraint("receipt_id", name="uq_receipt_papers_receipt_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name="fk_receipt_papers_receipt_id_receipts"),
    )
    op.create_table(
        "receipt_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_receipt_notes"),
        sa.UniqueConstraint("receipt_id", "key", name="uq_receipt_notes_receipt_id_key"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name="fk_receipt_notes_receipt_id_receipts"),
        sa.CheckConstraint("(kind = 'void' and cents = 0) or (kind = 'refund' and cents <> 0)", name="ck_receipt_notes_amount"),
    )
    run = op.get_bind().connection.driver_connection.execute
    run(FUNCTIONS)
    run(f"""
        revoke execute on function next_receipt_number(bigint), expire_receipts() from public;
        grant execute on function next_receipt_number(bigint), expire_receipts() to {APP};
        grant select on receipt_counters to {APP};
        create trigger has_next_number before insert on receipts for each row execute function receipt_has_next_number();
        create constraint trigger has_its_receipt after insert or update on receipt_counters
            deferrable initially deferred for each row execute function number_has_its_receipt();
    """)
    for table in ("receipts", "receipt_papers", "receipt_notes"):
        run(f"grant select, insert on {table} to {APP}")
        run(f"create trigger keep_receipts before update or delete on {table} for each row execute function keep_receipts()")
        run(f"create trigger keep_all before truncate on {table} for each statement execute function refuse_change()")


def downgrade() -> None:
    raise NotImplementedError("Receipts are money records: restore a backup instead.")
