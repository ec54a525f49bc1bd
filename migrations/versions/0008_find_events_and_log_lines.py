"""Find the events of a payment, the log lines about and by somebody, and letters that were not sent.

Each index locks its table's writers while it is built; on a large installation build them concurrently by hand first.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None

INDEXES = {
    "ix_stripe_events_payment_id": "stripe_events (payment_id)",
    "ix_audit_entries_subject": "audit_entries (subject)",
    "ix_audit_entries_actor": "audit_entries (actor)",
    "ix_letters_unsent": "letters (queued_at) where sent_at is null",
}


def upgrade() -> None:
    for name, what in INDEXES.items():
        op.execute(f"create index if not exists {name} on {what}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
