"""A refund above a limit waits for a second person; a duty knows what it tells of and the day it was done, and stays closed.

`refunds` and `donation_duties` get columns that are empty or have a constant default: no table is written anew. The check on
`donations` is made anew, which reads the table once, under a lock that lets nobody write: seconds for a million rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0016"
branch_labels = depends_on = None

APP = "hustings_app"

STAYS_CLOSED = """
create function keep_closed_duties() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.closed_at is not null then
        raise exception 'a duty that is closed stays as it is' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""
NOBODY_ALONE = "second_needed = false or confirmed_by is null or confirmed_by <> asked_by"


def upgrade() -> None:
    op.add_column("refunds", sa.Column("second_needed", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("refunds", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("refunds", sa.Column("confirmed_by", sa.String()))
    op.create_check_constraint(op.f("ck_refunds_two_people"), "refunds", NOBODY_ALONE)
    op.execute(f"grant update (confirmed_at, confirmed_by) on refunds to {APP}")
    op.add_column("donation_duties", sa.Column("about", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("donation_duties", sa.Column("done_on", sa.Date()))
    op.execute(f"grant update (about, done_on) on donation_duties to {APP}")
    op.execute(STAYS_CLOSED)
    op.execute(
        "create trigger keep_closed before update or delete on donation_duties"
        " for each row execute function keep_closed_duties()"
    )
    op.drop_constraint(op.f("ck_donations_money_is_paid"), "donations")
    op.create_check_constraint(
        op.f("ck_donations_money_is_paid"), "donations", "(payment_id is not null) = (form in ('money', 'over price'))"
    )


def downgrade() -> None:
    raise NotImplementedError("Restore a backup instead.")
