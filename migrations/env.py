"""Alembic: as the owner of the tables, one migration at a time over all processes, never waiting long for a lock."""

from alembic import context
from sqlalchemy import create_engine, text

from app.wiring import metadata

config = context.config


def ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name and name.startswith("procrastinate_"))


def migrate(connection: object) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=ours,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if "connection" in config.attributes:
    migrate(config.attributes["connection"])
else:
    engine = create_engine(config.attributes["url"], connect_args={"options": "-c lock_timeout=4s"})
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(hashtext('hustings migrations'))"))
        connection.commit()
        migrate(connection)
    engine.dispose()
