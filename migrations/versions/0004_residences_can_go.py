"""Where somebody said they live goes when they leave: no law asks to keep it. A grant; no lock matters."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None


def upgrade() -> None:
    op.execute("grant delete on residences to hustings_app")


def downgrade() -> None:
    op.execute("revoke delete on residences from hustings_app")
