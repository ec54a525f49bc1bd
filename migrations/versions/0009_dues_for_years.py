"""Renewals, money back, disputes, what a person must look at; dues in other rhythms, met in parts.

Filling in what old rows lack reads and writes all charges, payments and dues once; each table is locked while it is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None

APP = "hustings_app"
MOMENT, TEXT, UUID, CENTS = sa.DateTime(timezone=True), sa.String(), sa.Uuid(), sa.BigInteger()

MAY_CHANGE = {
    "renewals": "purpose, purpose_id, cents, months, frozen, checkout_id, subscription_id, customer_id, started_at, "
    "status, method, method_id, method_label, method_expires_on, next_charge_on, failing_invoice_id, "
    "stop_wanted_at, stop_now, ended_at, ended_because, looked_at",
    "refunds": "provider_id, made_at, failed_at, failed_because",
    "disputes": "answer_by, withdrawn_at, decided_at, won",
    "differences": "cents, owner_id, closed_at, closed_by, closed_because",
    "payments": "invoice_id, attempts, processing_at, paid_on, rail",
    "dues_charges": "met_on",
}


def upgrade() -> None:
    renewals()
    money_back()
    payments()
    dues()
    for table, columns in MAY_CHANGE.items():
        op.execute(f"grant select, insert, update ({columns}) on {table} to {APP}")
    op.execute(f"grant select, insert on dues_plans to {APP}")
    op.execute(
        "create trigger refuse_change before update or delete on dues_plans for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger refuse_truncate before truncate on dues_plans for each statement execute function refuse_change()"
    )


def renewals() -> None:
    op.create_table(
        "renewals",
        sa.Column("id", UUID, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("purpose_id", UUID, nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by", TEXT, nullable=False),
        sa.Column("frozen", sa.LargeBinary()),
        sa.Column("checkout_id", TEXT),
        sa.Column("subscription_id", TEXT),
        sa.Column("customer_id", TEXT),
        sa.Column("started_at", MOMENT),
        sa.Column("status", TEXT),
        sa.Column("method", TEXT),
        sa.Column("method_id", TEXT),
        sa.Column("method_label", TEXT),
        sa.Column("method_expires_on", sa.Date()),
        sa.Column("next_charge_on", sa.Date()),
        sa.Column("failing_invoice_id", TEXT),
        sa.Column("stop_wanted_at", MOMENT),
        sa.Column("stop_now", sa.Boolean()),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_because", TEXT),
        sa.Column("looked_at", MOMENT),
        sa.CheckConstraint("cents > 0", name=op.f("ck_renewals_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewals")),
        sa.UniqueConstraint("checkout_id", name=op.f("uq_renewals_checkout_id")),
        sa.UniqueConstraint("subscription_id", name=op.f("uq_renewals_subscription_id")),
    )
    op.create_index(op.f("ix_renewals_purpose_id"), "renewals", ["purpose_id"])
    op.create_index(op.f("ix_renewals_customer_id"), "renewals", ["customer_id"])
    op.create_index(op.f("ix_renewals_method_expires_on"), "renewals", ["method_expires_on"])
    op.create_index(
        "uq_renewals_running",
        "renewals",
        ["purpose", "purpose_id"],
        unique=True,
        postgresql_where="started_at is not null and stop_wanted_at is null and ended_at is null",
    )
    op.create_index("ix_renewals_not_ended", "renewals", ["id"], postgresql_where="started_at is not null and ended_at is null")


def money_back() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", UUID, nullable=False),
        sa.Column("payment_id", UUID, nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("provider_id", TEXT),
        sa.Column("made_at", MOMENT),
        sa.Column("failed_at", MOMENT),
        sa.Column("failed_because", TEXT),
        sa.CheckConstraint("cents > 0", name=op.f("ck_refunds_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refunds_provider_id")),
    )
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"])
    op.create_index("ix_refunds_open", "refunds", ["asked_at"], postgresql_where="made_at is null and failed_at is null")
    op.create_table(
        "disputes",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("payment_id", UUID, nullable=False),
        sa.Column("cents", CENTS, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("answer_by", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("decided_at", MOMENT),
        sa.Column("won", sa.Boolean()),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_disputes_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_payment_id"), "disputes", ["payment_id"])
    op.create_table(
        "differences",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("cents", CENTS),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("owner_id", UUID),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", TEXT),
        sa.Column("closed_because", TEXT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differences")),
    )
    op.create_index(
        "uq_differences_open", "differences", ["kind", "subject"], unique=True, postgresql_where="closed_at is null"
    )


def payments() -> None:
    op.add_column("payments", sa.Column("bank_reference", TEXT))
    op.create_unique_constraint(op.f("uq_payments_bank_reference"), "payments", ["bank_reference"])
    op.add_column("payments", sa.Column("renewal_id", UUID))
    op.create_foreign_key(op.f("fk_payments_renewal_id_renewals"), "payments", "renewals", ["renewal_id"], ["id"])
    op.create_index(op.f("ix_payments_renewal_id"), "payments", ["renewal_id"])
    op.add_column("payments", sa.Column("invoice_id", TEXT))
    op.create_unique_constraint(op.f("uq_payments_invoice_id"), "payments", ["invoice_id"])
    op.add_column("payments", sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("payments", sa.Column("processing_at", MOMENT))
    op.add_column("payments", sa.Column("paid_on", sa.Date()))
    op.add_column("payments", sa.Column("rail", TEXT))
    op.execute("""
        update payments set paid_on = (settled_at at time zone 'Pacific/Auckland')::date, rail = method
         where settled_at is not null
    """)
    op.add_column("stripe_events", sa.Column("about", TEXT))


def dues() -> None:
    op.add_column("dues_charges", sa.Column("rhythm", TEXT, nullable=False, server_default="yearly"))
    op.alter_column("dues_charges", "rhythm", server_default=None)
    op.add_column("dues_charges", sa.Column("met_on", sa.Date()))
    op.add_column("dues_paid", sa.Column("cause", TEXT))
    op.execute("alter table dues_paid disable trigger refuse_change")
    op.execute("update dues_paid set cause = 'payment:' || payment_id")
    op.execute("alter table dues_paid enable trigger refuse_change")
    op.alter_column("dues_paid", "cause", nullable=False)
    op.drop_index("uq_dues_paid_once", "dues_paid")
    op.create_unique_constraint(op.f("uq_dues_paid_charge_id_cause"), "dues_paid", ["charge_id", "cause"])
    op.create_check_constraint(op.f("ck_dues_paid_not_zero"), "dues_paid", "cents <> 0")
    op.execute("""
        update dues_charges c set met_on = coalesce(p.last, (c.raised_at at time zone 'Pacific/Auckland')::date)
          from (select charge.id, sum(paid.cents) as cents, max(paid."on") as last
                  from dues_charges charge left join dues_paid paid on paid.charge_id = charge.id group by charge.id) p
         where p.id = c.id and coalesce(p.cents, 0) >= c.cents
    """)
    op.create_index(
        "ix_dues_charges_unmet", "dues_charges", ["payable_on"], postgresql_where="met_on is null and withdrawn_at is null"
    )
    op.create_table(
        "dues_plans",
        sa.Column("id", UUID, nullable=False),
        sa.Column("membership_id", UUID, nullable=False),
        sa.Column("rhythm", TEXT, nullable=False),
        sa.Column("rate", TEXT, nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["memberships.id"], name=op.f("fk_dues_plans_membership_id_memberships")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues_plans")),
    )
    op.create_index(op.f("ix_dues_plans_membership_id"), "dues_plans", ["membership_id"])


def downgrade() -> None:
    raise NotImplementedError("Money that was taken back cannot be told without these tables: restore a backup instead.")
