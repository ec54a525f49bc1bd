"""Branches, offices held since–until, authenticator apps, and how strong a session is.

New tables and one nullable column; no lock matters. What the database refuses: two party secretaries on one day, an office
that is edited, a day of ending that is taken back or moved later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = depends_on = None

APP = "hustings_app"

FUNCTION = """
create function only_ends() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or to_jsonb(new) - 'until' <> to_jsonb(old) - 'until'
       or (old.until is not null and (new.until is null or new.until > old.until)) then
        raise exception '% are kept as they were; only an end is added', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until is null or until >= since", name="ck_branches_until_after_since"),
        sa.PrimaryKeyConstraint("id", name="pk_branches"),
    )
    op.create_index("uq_branches_name", "branches", ["name"], unique=True, postgresql_where="until is null")
    op.create_table(
        "offices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("appointed_by", sa.String(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until is null or until >= since", name="ck_offices_until_after_since"),
        sa.CheckConstraint("(office = 'organizer') = (branch_id is not null)", name="ck_offices_branch_of_an_organizer"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_offices_person_id_people"),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_offices_branch_id_branches"),
        sa.PrimaryKeyConstraint("id", name="pk_offices"),
    )
    op.create_index("ix_offices_person_id", "offices", ["person_id"])
    op.create_index("ix_offices_branch_id", "offices", ["branch_id"])
    op.create_index(
        "uq_offices_held_once",
        "offices",
        ["person_id", "office", "branch_id"],
        unique=True,
        postgresql_where="until is null",
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "authenticators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_authenticators_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_authenticators"),
    )
    op.create_index("ix_authenticators_person_id", "authenticators", ["person_id"])
    op.add_column("sign_ins", sa.Column("strong_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        alter table offices add constraint ex_offices_one_secretary
            exclude using gist (daterange(since, until, '[)') with &&) where (office = 'secretary')
    """)
    op.execute(FUNCTION)
    for noun in ("branches", "offices"):
        op.execute(f"create trigger only_ends before update or delete on {noun} for each row execute function only_ends()")
        op.execute(
            f"create trigger refuse_truncate before truncate on {noun} for each statement execute function refuse_change()"
        )
        op.execute(f"grant select, insert, update (until) on {noun} to {APP}")
    op.execute(f"grant select, insert, update, delete on authenticators to {APP}")


def downgrade() -> None:
    op.drop_column("sign_ins", "strong_at")
    for table in ("authenticators", "offices", "branches"):
        op.drop_table(table)
    op.execute("drop function only_ends()")
