"""Find what the desk counts and looks for: decisions by day, who cannot enrol, failing renewals, a payment by its reference.

Each index locks its table's writers while it is built; on a large installation build them concurrently by hand first.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None

INDEXES = {
    "ix_membership_moves_to_on": 'membership_moves ("to", "on")',
    "ix_people_cannot_enrol": "people (id) where can_enrol <> 'yes'",
    "ix_renewals_failing": "renewals (id) where failing_invoice_id is not null and ended_at is null",
    "ix_payments_reference": "payments (right(id::text, 10))",
}


def upgrade() -> None:
    for name, what in INDEXES.items():
        op.execute(f"create index if not exists {name} on {what}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
