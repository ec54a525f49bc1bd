"""People from a file: the file while it is needed, and what each of its rows is and became.

New tables, a function that puts waiting search buckets into their index, and a trigger on people that fires for who is erased;
it locks people for a moment. What the database refuses: to show rows of an import to a transaction that looks as the members
of some branches, and to keep what a file says about somebody who is erased.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = depends_on = None

APP = "hustings_app"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "people_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("rows", sa.BigInteger()),
        sa.Column("checking_at", moment),
        sa.Column("checked_at", moment),
        sa.Column("trouble", sa.String()),
        sa.Column("took", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("confirmed_at", moment),
        sa.Column("confirmed_by", sa.String()),
        sa.Column("done_at", moment),
        sa.Column("undoing_at", moment),
        sa.Column("undone_by", sa.String()),
        sa.Column("undone_at", moment),
        sa.Column("emptied_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_people_imports"),
    )
    op.create_table(
        "import_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["people_imports.id"], name="fk_import_parts_import_id_people_imports"),
        sa.PrimaryKeyConstraint("id", name="pk_import_parts"),
        sa.UniqueConstraint("import_id", "position", name="uq_import_parts_import_id_position"),
    )
    op.create_table(
        "import_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("changes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("outcome", sa.String()),
        sa.Column("done_at", moment),
        sa.Column("undone", sa.String()),
        sa.ForeignKeyConstraint(["import_id"], ["people_imports.id"], name="fk_import_rows_import_id_people_imports"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_import_rows_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_import_rows"),
        sa.UniqueConstraint("import_id", "line", name="uq_import_rows_import_id_line"),
    )
    op.create_index("ix_import_rows_person_id", "import_rows", ["person_id"])
    op.create_index("ix_import_rows_waiting", "import_rows", ["import_id", "line"], postgresql_where=sa.text("outcome is null"))
    op.execute("alter table import_rows enable row level security")
    op.execute(f"create policy in_scope on import_rows for select to {APP} using ((select scope_is_no_narrower()))")
    op.execute(f"create policy written on import_rows for insert to {APP} with check (true)")
    op.execute(f"create policy changed on import_rows for update to {APP} using ((select scope_is_no_narrower()))")
    op.execute(f"create policy taken_out on import_rows for delete to {APP} using ((select scope_is_no_narrower()))")
    op.execute(f"grant select, insert on people_imports to {APP}")
    changing = (
        "sealed, rows, checking_at, checked_at, trouble, took, confirmed_at, confirmed_by, done_at, undoing_at, undone_by,"
        " undone_at, emptied_at"
    )
    op.execute(f"grant update ({changing}) on people_imports to {APP}")
    op.execute(f"grant select, insert, delete on import_parts to {APP}")
    op.execute(
        f"grant select, insert, delete, update (verdict, changes, person_id, sealed, outcome, done_at, undone)"
        f" on import_rows to {APP}"
    )
    # New buckets wait beside their index until a vacuum, and each search reads all that waits: for two thousand searches in a
    # row they are put in first. Only the owner of an index may.
    op.execute("""
        create function settle_name_buckets() returns bigint language sql
            security definer set search_path = public, pg_temp as $$
            select gin_clean_pending_list('ix_people_name_buckets_buckets')
        $$
    """)
    op.execute("revoke execute on function settle_name_buckets() from public")
    op.execute(f"grant execute on function settle_name_buckets() to {APP}")
    # Whoever is erased, by whichever verb: what a file says about them, and what we held before it, goes with the rest.
    op.execute("""
        create function forget_imported_rows() returns trigger language plpgsql
            security definer set search_path = public, pg_temp as $$
        begin
            update import_rows set sealed = null where person_id = new.id and sealed is not null;
            return null;
        end $$
    """)
    op.execute("revoke execute on function forget_imported_rows() from public")
    op.execute("""
        create trigger forget_imported_rows after update on people for each row
            when (old.erased_at is null and new.erased_at is not null) execute function forget_imported_rows()
    """)


def downgrade() -> None:
    op.execute("drop trigger forget_imported_rows on people")
    op.execute("drop function forget_imported_rows()")
    op.execute("drop function settle_name_buckets()")
    for table in ("import_rows", "import_parts", "people_imports"):
        op.drop_table(table)
