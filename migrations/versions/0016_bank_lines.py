"""Lines of bank statements, the files they came in, and what each line was matched to.

New tables, and an index whose building locks the writers of `payments`; on a large installation build it concurrently first.
What the database refuses: the same line twice, a payment from two lines, a match that is edited, and a line whose amount, day
or words become others.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, COUNT = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()
OPEN = "matched_at is null and set_aside_at is null and undone_at is null"

MAY_CHANGE = {
    "bank_imports": "sealed, confirmed_at, confirmed_by, lines_new, undone_at, undone_by",
    "bank_lines": "sealed, matched_at, matched_by, set_aside_at, set_aside_by, set_aside_because, undone_at",
}

FUNCTION = """
create function keep_bank_words() returns trigger language plpgsql as $$
begin
    -- Emptied, never rewritten; put under a later key by the owner of the tables only (0011). A match and undoing are for good.
    if new.sealed is distinct from old.sealed and new.sealed is not null
       and not is_sealing_anew(tg_relid, to_jsonb(old), to_jsonb(new), 'sealed') then
        raise exception '% are kept as the bank wrote them', tg_table_name using errcode = 'integrity_constraint_violation';
    end if;
    if tg_table_name = 'bank_lines' then
        if (to_jsonb(old) ->> 'matched_at') is distinct from (to_jsonb(new) ->> 'matched_at')
           and (to_jsonb(old) ->> 'matched_at') is not null then
            raise exception 'a match is for good' using errcode = 'integrity_constraint_violation';
        end if;
        if (to_jsonb(old) ->> 'undone_at') is not null and (to_jsonb(new) ->> 'undone_at') is null then
            raise exception 'an import that is undone stays undone' using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "bank_imports",
        sa.Column("id", UUID, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("lines_in_file", COUNT, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.Column("looked_by", TEXT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("confirmed_by", TEXT),
        sa.Column("lines_new", COUNT),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_bank_imports"),
    )
    op.create_index("ix_bank_imports_waiting", "bank_imports", ["looked_at"], postgresql_where="sealed is not null")
    op.create_table(
        "bank_lines",
        sa.Column("id", UUID, nullable=False),
        sa.Column("import_id", UUID, nullable=False),
        sa.Column("number", COUNT, nullable=False),
        sa.Column("identity_index", sa.LargeBinary(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("cents", COUNT, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("matched_at", MOMENT),
        sa.Column("matched_by", TEXT),
        sa.Column("set_aside_at", MOMENT),
        sa.Column("set_aside_by", TEXT),
        sa.Column("set_aside_because", TEXT),
        sa.Column("undone_at", MOMENT),
        sa.CheckConstraint("cents <> 0", name="ck_bank_lines_not_zero"),
        sa.CheckConstraint("num_nonnulls(matched_at, set_aside_at, undone_at) <= 1", name="ck_bank_lines_one_state"),
        sa.ForeignKeyConstraint(["import_id"], ["bank_imports.id"], name="fk_bank_lines_import_id_bank_imports"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_lines"),
    )
    op.create_index("ix_bank_lines_import_id", "bank_lines", ["import_id"])
    op.create_index(
        "uq_bank_lines_identity_index", "bank_lines", ["identity_index"], unique=True, postgresql_where="undone_at is null"
    )
    op.create_index("ix_bank_lines_open", "bank_lines", ["on", "id"], postgresql_where=OPEN)
    op.create_table(
        "bank_matches",
        sa.Column("id", UUID, nullable=False),
        sa.Column("line_id", UUID, nullable=False),
        sa.Column("position", COUNT, nullable=False),
        sa.Column("cents", COUNT, nullable=False),
        sa.Column("payment_id", UUID),
        sa.Column("refund_id", UUID),
        sa.Column("entry_id", UUID),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.CheckConstraint("cents > 0", name="ck_bank_matches_positive"),
        sa.CheckConstraint("num_nonnulls(payment_id, refund_id, entry_id) = 1", name="ck_bank_matches_one_thing"),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name="fk_bank_matches_line_id_bank_lines"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_bank_matches_payment_id_payments"),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name="fk_bank_matches_refund_id_refunds"),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name="fk_bank_matches_entry_id_ledger_entries"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_matches"),
        sa.UniqueConstraint("line_id", "position", name="uq_bank_matches_line_id_position"),
        sa.UniqueConstraint("payment_id", name="uq_bank_matches_payment_id"),
        sa.UniqueConstraint("refund_id", name="uq_bank_matches_refund_id"),
        sa.UniqueConstraint("entry_id", name="uq_bank_matches_entry_id"),
    )
    op.execute("create index if not exists ix_payments_by_bank on payments (paid_on) where rail = 'bank'")
    op.get_bind().connection.driver_connection.execute(FUNCTION)
    for table, columns in MAY_CHANGE.items():
        op.execute(f"grant select, insert, update ({columns}) on {table} to {APP}")
        op.execute(f"create trigger keep_bank_words before update on {table} for each row execute function keep_bank_words()")
    op.execute(f"grant select, insert on bank_matches to {APP}")
    op.execute(
        "create trigger refuse_change before update or delete on bank_matches for each row execute function refuse_change()"
    )
    for table in ("bank_imports", "bank_lines", "bank_matches"):
        op.execute(
            f"create trigger refuse_truncate before truncate on {table} for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("What a payment came from cannot be told without these tables: restore a backup instead.")
