"""Find the job that already waits: a wish for the same chore is not written twice.

The index is partial over waiting jobs only; building it locks the job table's writers for as long as that queue is long.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade() -> None:
    op.execute("create index hustings_jobs_waiting on procrastinate_jobs (task_name, args) where status = 'todo'")


def downgrade() -> None:
    op.execute("drop index hustings_jobs_waiting")
