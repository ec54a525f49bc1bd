"""Policies: their versions, which never change, the draft of the next one, and translations.

New tables; no lock matters. What the database refuses: a version or a translation that is edited, deleted or truncated, by
whomever, and a second version of one number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, COUNT = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("id", UUID, nullable=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("position", COUNT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.Column("retired_at", MOMENT),
        sa.Column("successor_id", UUID),
        sa.CheckConstraint("successor_id is null or retired_at is not null", name="ck_policies_successor_of_a_retired"),
        sa.ForeignKeyConstraint(["successor_id"], ["policies.id"], name="fk_policies_successor_id_policies"),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        sa.UniqueConstraint("slug", name="uq_policies_slug"),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", UUID, nullable=False),
        sa.Column("policy_id", UUID, nullable=False),
        sa.Column("number", COUNT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("change_note", TEXT, nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("decided_by", TEXT, nullable=False),
        sa.Column("votes_for", COUNT),
        sa.Column("votes_against", COUNT),
        sa.Column("abstained", COUNT),
        sa.Column("eligible", COUNT),
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", TEXT, nullable=False),
        sa.CheckConstraint("number > 0", name="ck_policy_versions_number"),
        sa.CheckConstraint("number = 1 or change_note <> ''", name="ck_policy_versions_says_what_changed"),
        sa.CheckConstraint(
            "num_nulls(votes_for, votes_against, abstained, eligible) in (0, 4)", name="ck_policy_versions_votes_together"
        ),
        sa.CheckConstraint(
            "votes_for + votes_against + abstained <= eligible", name="ck_policy_versions_votes_of_the_eligible"
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_policy_versions_policy_id_policies"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_versions"),
        sa.UniqueConstraint("policy_id", "number", name="uq_policy_versions_policy_id_number"),
    )
    op.create_table(
        "policy_drafts",
        sa.Column("policy_id", UUID, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("change_note", TEXT, nullable=False),
        sa.Column("revision", COUNT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("saved_by", TEXT, nullable=False),
        sa.Column("consulting_since", MOMENT),
        sa.Column("consulting_until", sa.Date()),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_policy_drafts_policy_id_policies"),
        sa.PrimaryKeyConstraint("policy_id", name="pk_policy_drafts"),
    )
    op.create_table(
        "policy_translations",
        sa.Column("id", UUID, nullable=False),
        sa.Column("version_id", UUID, nullable=False),
        sa.Column("locale", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("of_hash", TEXT, nullable=False),
        sa.Column("translator", TEXT, nullable=False),
        sa.Column("checked_by", TEXT, nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_versions.id"], name="fk_policy_translations_version_id_policy_versions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_policy_translations"),
    )
    op.create_index("ix_policies_successor_id", "policies", ["successor_id"])
    op.create_index("ix_policy_translations_version_id", "policy_translations", ["version_id"])
    op.execute(f"grant select, insert, update (position, retired_at, successor_id) on policies to {APP}")
    op.execute(f"grant select, insert, update, delete on policy_drafts to {APP}")
    for table in ("policy_versions", "policy_translations"):
        op.execute(f"grant select, insert on {table} to {APP}")
        op.execute(
            f"create trigger refuse_change before update or delete on {table} for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger refuse_truncate before truncate on {table} for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    raise NotImplementedError("What was published stays: restore a backup instead.")
