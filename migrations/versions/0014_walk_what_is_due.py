"""The nights' chores walk what is due tonight, and not all the years before.

Each index locks its table's writers while it is built; on a large installation build them concurrently by hand first.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = depends_on = None

UNMET = "met_on is null and withdrawn_at is null"


def upgrade() -> None:
    op.execute("drop index if exists ix_dues_charges_until")
    op.execute("create index ix_dues_charges_until on dues_charges (until, membership_id) where withdrawn_at is null")
    op.execute(f"create index if not exists ix_dues_charges_unmet_id on dues_charges (id) where {UNMET}")
    op.execute(f"create index if not exists ix_dues_charges_unmet_membership on dues_charges (membership_id) where {UNMET}")


def downgrade() -> None:
    op.execute("drop index ix_dues_charges_unmet_membership")
    op.execute("drop index ix_dues_charges_unmet_id")
    op.execute("drop index ix_dues_charges_until")
    op.execute("create index ix_dues_charges_until on dues_charges (until) where withdrawn_at is null")
