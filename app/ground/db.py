"""The database: one engine, one session per request or job, one commit at the outermost edge.

This is the only file with the word commit in it. The application is connected as `hustings_app`, which owns nothing.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Executable,
    LargeBinary,
    MetaData,
    Row,
    Select,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, scoped_session, sessionmaker

from .settings import APP_ROLE

Unreachable = OperationalError  # what is raised when the database is away
IDLE_SECONDS = 20  # after which a link is asked whether it still leads anywhere


class Base(DeclarativeBase):
    """Every noun. Constraints follow one naming convention, so that a broken one can be turned into a sentence."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        bytes: LargeBinary,
        UUID: Uuid(),
        int: BigInteger,
    }


session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))


def open_engine(url: str, *, pool_size: int = 8, role: str | None = APP_ROLE) -> Engine:
    """Connect lazily to `url` as the role that owns nothing. A link that is dead is noticed and replaced."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 3,
            "options": (f"-c role={role} " if role else "") + "-c timezone=UTC -c statement_timeout=15s -c lock_timeout=8s"
            " -c idle_in_transaction_session_timeout=60s -c max_parallel_workers_per_gather=0",
            "tcp_user_timeout": 5000,
            "application_name": "hustings",
        },
    )
    _notice_dead_links(engine)
    return engine


def _notice_dead_links(engine: Engine) -> None:
    """Before a link is used again: ask the system whether the server has hung up, which costs no trip; ask the server itself
    only when it has, or when the link has been idle so long that the network may have forgotten it."""

    @event.listens_for(engine, "checkin")
    def note(_link: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(link: Any, record: Any, _held: Any) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None:
            return  # new
        waiting = select.poll()
        waiting.register(link.fileno(), select.POLLIN)
        if waiting.poll(0) or time.monotonic() - idle_since > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(link)
            except engine.dialect.loaded_dbapi.Error:
                raise InvalidatePoolError("the server has hung up") from None


def connect(url: str, *, pool_size: int = 8) -> Engine:
    """Bind the session to `url`; done once, by create_app."""
    engine = open_engine(url, pool_size=pool_size)
    session.remove()
    session.configure(bind=engine)
    return engine


def let_go() -> None:
    """At the end of a request: hand its connection back. One whose server has died meanwhile is thrown away, and the answer is
    given all the same: what was to be kept is kept already."""
    try:
        session.remove()
    except DBAPIError:
        session().invalidate()
        session.remove()


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """For one command: the session speaks to `url` as whoever that is, and afterwards to where it did."""
    before, engine = session.get_bind(), open_engine(url, pool_size=1, role=None)
    session.remove()
    session.configure(bind=engine)
    try:
        yield
    finally:
        session.remove()
        session.configure(bind=before)
        engine.dispose()


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: everything in it is kept, or nothing is. Stands in doors, the worker and the CLI, around one verb."""
    current = session()
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        session.remove()


@contextmanager
def one_moment() -> Iterator[Session]:
    """A transaction that takes as long as it needs, all of whose questions see the moment at which it began."""
    with transaction() as current:
        current.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        current.execute(text("select set_config('statement_timeout', '0', true)"))
        yield current


def copy_out(asked: Select[Any]) -> Iterator[bytes]:
    """The rows of a question by COPY, as CSV, a row at a time: nothing is gathered, here or there."""
    connection = session.connection()
    spelt = asked.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    cursor: Any = connection.connection.cursor()  # psycopg's
    with cursor, cursor.copy(f"copy ({spelt}) to stdout (format csv)", dict(spelt.params)) as rows:
        yield from rows


def at_once(statement: Executable, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """Run one statement that is a transaction by itself: it is kept when it is done, whatever becomes of the rest."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.execute(statement, parameters).all()


def array_of(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL spells an array. psycopg looks at every member of a list before it writes one: for many of them."""
    return f"{{{','.join(map(str, numbers))}}}"


def copy_beside(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """COPY rows into a table of this transaction’s own, made like some columns of `table`, and return its name: COPY does not
    go through row-level security, so what is copied beside is inserted from there. All names are ours."""
    beside, named = f"{table}_beside", ", ".join(f'"{column}"' for column in columns)
    link = session.connection().connection.driver_connection
    assert link is not None
    with link.cursor() as cursor:
        cursor.execute(f"drop table if exists pg_temp.{beside}")
        cursor.execute(f"create temp table {beside} on commit drop as select {named} from {table} limit 0")  # noqa: S608
        with cursor.copy(f"copy {beside} ({named}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
    return beside


_looking_as: ContextVar[str] = ContextVar("looking_as", default="")
# A filter must be planned for what was chosen: kept as a plan for any value, a search of four million took two seconds for
# four milliseconds.
_SAY = text("select set_config('hustings.scope', :scope, true), set_config('plan_cache_mode', 'force_custom_plan', true)")


@contextmanager
def looking_as(scope: str) -> Iterator[None]:
    """Within this block every transaction tells the database what it looks as (migration 0023: which rows of the roster it may
    see). The setting ends with each transaction, so that a connection that is handed on carries nothing over."""
    token = _looking_as.set(scope)
    _say_now(scope)
    try:
        yield
    finally:
        _looking_as.reset(token)
        with suppress(DBAPIError):  # a transaction that failed sees nothing anyhow
            _say_now(_looking_as.get())


def _say_now(scope: str) -> None:
    current = session()
    if current.in_transaction():
        current.execute(_SAY, {"scope": scope})


@event.listens_for(Session, "after_begin")
def _say_what_we_look_as(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if (scope := _looking_as.get()) and transaction.nested is False:
        connection.execute(_SAY, {"scope": scope})


@event.listens_for(Session, "before_commit")
def _say_last_things(current: Session) -> None:
    """Run what asked to be written at the very end of the transaction; the audit chain last, as its lock is one for all."""
    if current.get_nested_transaction() is not None:
        return  # a part has ended, not the whole
    for write in current.info.pop("at_the_end", []) + current.info.pop("very_last", []):
        write(current)


@event.listens_for(Session, "after_rollback")
def _forget_last_things(current: Session) -> None:
    if current.get_nested_transaction() is None:
        current.info.clear()


def at_the_end(write: Callable[[Session], None], *, last: bool = False) -> None:
    """Have `write(session)` called once, just before this transaction is kept."""
    session().info.setdefault("very_last" if last else "at_the_end", []).append(write)


@contextmanager
def attempt() -> Iterator[None]:
    """A part of the transaction that may fail by itself: its rows, its jobs and its lines of the log go, the rest stays."""
    current = session()
    kept = {key: list(value) if isinstance(value, list) else value for key, value in current.info.items()}
    try:
        with current.begin_nested():
            yield
    except BaseException:
        current.info.clear()
        current.info.update(kept)
        raise


@contextmanager
def alone_with(name: str) -> Iterator[None]:
    """One at a time over all processes, for work that must ask a stranger before it writes.

    A lock of the database session, held on a connection of its own: no transaction is open while we wait for the
    stranger, and a process that dies lets go at once.
    """
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select pg_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(hashtextextended(:name, 0))"), {"name": name})


def lock_for_now(name: str) -> None:
    """Wait for, and hold until the end of this transaction, the right to act on `name`."""
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def no_hurry() -> None:
    """Let the questions of this transaction take as long as they need, on more than one core: for commands that read all."""
    session.execute(
        text("select set_config('statement_timeout', '0', true), set_config('max_parallel_workers_per_gather', '2', true)")
    )


def plan_once() -> None:
    """Have the next statements of this transaction planned once, not for every value, though it looks as somebody: before very
    many rows are written that point at others, each of which the database looks for (measured: a third of the time)."""
    session.execute(text("select set_config('plan_cache_mode', 'auto', true)"))


def allow_long_counts() -> None:
    """Let the next questions of this transaction be counted on more than one core, and remember some hundred thousand people
    (32 MB) instead of looking each up again: who has a tag, where the question is who has it not."""
    session.execute(
        text("select set_config('max_parallel_workers_per_gather', '2', true), set_config('work_mem', '32MB', true)")
    )


def read_all_of_it() -> None:
    """Have the next questions of this transaction read tables from end to end: for those that want nearly every row, where
    PostgreSQL cannot know it (it takes each wall of a row for one that few rows pass)."""
    session.execute(text("select set_config('enable_nestloop', 'off', true)"))


def stop_early() -> None:
    """Have the next questions of this transaction joined row by row: for those that take the first few of many, where
    PostgreSQL would rather read all of one side before it gives the first."""
    session.execute(text("select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"))


class NotDurable(RuntimeError):
    """The database would forget what it has acknowledged."""


def check_durable() -> None:
    """Refuse a database that may lose acknowledged rows. Raises NotDurable if fsync, synchronous_commit or full_page_writes is
    off."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if session.scalar(text("select current_setting(:s)"), {"s": setting}) in ("off", "local"):
            raise NotDurable(f"PostgreSQL has {setting} off: paid dues could be forgotten. Turn it on.")
