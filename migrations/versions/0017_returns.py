"""Returns as they were filed with the Electoral Commission.

One new table; no lock matters. What is filed stays as it was filed: the application adds and reads, the owner seals anew, and
nobody edits or deletes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = depends_on = None

APP = "hustings_app"


def upgrade() -> None:
    op.create_table(
        "filed_returns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("ids", postgresql.JSONB(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_filed_returns_version")),
        sa.CheckConstraint("(kind = 'large') = (about <> '')", name=op.f("ck_filed_returns_about_a_donation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_returns")),
        sa.UniqueConstraint("kind", "year", "about", "version", name=op.f("uq_filed_returns_kind_year_about_version")),
    )
    op.execute(f"grant select, insert on filed_returns to {APP}")
    op.execute(
        "create trigger refuse_change before update or delete on filed_returns"
        " for each row execute function refuse_change('sealed')"
    )
    op.execute(
        "create trigger refuse_truncate before truncate on filed_returns for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("What was filed with the Commission stays: restore a backup instead.")
