"""Which branch a member belongs to, move by move; which electorates fall to a branch; and who was on a page of names.

New tables; no lock matters. What the database refuses: a move that is edited or taken back, an electorate that falls to two
branches at once, an end that is taken back, and forgetting who was looked at before a year has passed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = depends_on = None

APP = "hustings_app"


def upgrade() -> None:
    op.create_table(
        "branch_electorates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("set_code", sa.String(), nullable=False),
        sa.Column("electorate_code", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.CheckConstraint("until is null or until >= since", name="ck_branch_electorates_until_after_since"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_branch_electorates_branch_id_branches"),
        sa.ForeignKeyConstraint(
            ["set_code", "electorate_code"],
            ["electorates.set_code", "electorates.code"],
            name="fk_branch_electorates_set_code_electorates",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_branch_electorates"),
    )
    op.create_index(
        "uq_branch_electorates_held_once",
        "branch_electorates",
        ["set_code", "electorate_code"],
        unique=True,
        postgresql_where="until is null",
    )
    op.create_index("ix_branch_electorates_branch_id", "branch_electorates", ["branch_id"])
    op.create_table(
        "branch_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("because in ('electorate', 'officer')", name="ck_branch_moves_because"),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name="fk_branch_moves_membership_id_memberships"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_branch_moves_branch_id_branches"),
        sa.PrimaryKeyConstraint("id", name="pk_branch_moves"),
    )
    op.create_index("ix_branch_moves_membership_id", "branch_moves", ["membership_id"])
    op.create_table(
        "pages_of_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pages_of_names"),
    )
    op.create_index("ix_pages_of_names_people", "pages_of_names", ["people"], postgresql_using="gin")
    op.create_index("ix_pages_of_names_at", "pages_of_names", ["at"])
    op.execute("""
        create function expire_pages_of_names() returns bigint language sql
            security definer set search_path = public, pg_temp as $$
            with gone as (
                delete from pages_of_names where at < current_timestamp - interval '366 days' returning 1
            ) select count(*) from gone
        $$
    """)
    op.execute("revoke execute on function expire_pages_of_names() from public")
    op.execute(f"grant execute on function expire_pages_of_names() to {APP}")
    op.execute(f"grant select, insert on pages_of_names to {APP}")
    op.execute(
        "create trigger only_ends before update or delete on branch_electorates for each row execute function only_ends()"
    )
    op.execute(
        "create trigger refuse_change before update or delete on branch_moves for each row execute function refuse_change()"
    )
    for table in ("branch_electorates", "branch_moves"):
        op.execute(
            f"create trigger refuse_truncate before truncate on {table} for each statement execute function refuse_change()"
        )
    op.execute(f"grant select, insert, update (until) on branch_electorates to {APP}")
    op.execute(f"grant select, insert on branch_moves to {APP}")


def downgrade() -> None:
    op.execute("drop function expire_pages_of_names()")
    op.drop_table("pages_of_names")
    op.drop_table("branch_moves")
    op.drop_table("branch_electorates")
