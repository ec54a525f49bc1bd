"""Indexes for two questions that read whole tables: the charges of a membership, withdrawn ones too, and the applications
under one email.

Built concurrently: nobody who joins waits for them.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

INDEXES = (("dues_charges", "membership_id"), ("applications", "email_index"))


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for table, column in INDEXES:
            op.create_index(f"ix_{table}_{column}", table, [column], postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for table, column in INDEXES:
            op.drop_index(f"ix_{table}_{column}", table, postgresql_concurrently=True, if_exists=True)
