"""Keep no addresses of checkout pages: whoever opens one sees the payer's email. Stripe gives the same one when asked again.

Dropping a column locks `payments` for a moment and rewrites nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = depends_on = None


def upgrade() -> None:
    op.drop_column("payments", "checkout_url")


def downgrade() -> None:
    op.add_column("payments", sa.Column("checkout_url", sa.String()))
