"""Of a letter to many: who asked for authority and whether it was refused, who said that it asks nobody for anything, and when
its last letter had its turn.

Columns that may be null, which rewrites nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = depends_on = None

MOMENT, TEXT = sa.DateTime(timezone=True), sa.String()


def upgrade() -> None:
    op.add_column("mailings", sa.Column("asked_authority_by", TEXT))
    op.add_column("mailings", sa.Column("refused_at", MOMENT))
    op.add_column("mailings", sa.Column("refused_because", TEXT))
    op.add_column("mailings", sa.Column("vouched_by", TEXT))
    op.add_column("mailings", sa.Column("turn_at", MOMENT))
    op.execute(
        "grant update (asked_authority_by, refused_at, refused_because, vouched_by, turn_at) on mailings to hustings_app"
    )


def downgrade() -> None:
    raise NotImplementedError("Who said what of which letter is not thrown away: restore a backup instead.")
