"""The audit log: who did what, when. One vocabulary, append-only, hash-chained, ids only.

The database chains each row to the one before it (migration 0001) under the lock of a single head row, at the very end
of the transaction. `verify` reads the whole chain and names the first row that was edited, deleted, forged or moved.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, at_the_end, session


class Action(enum.StrEnum):
    """Everything that is ever said in the log."""

    SIGNED = "joining:signed"
    ABANDONED = "joining:abandoned"
    APPLIED = "membership:applied"
    ADMITTED = "membership:admitted"
    RESIGNED = "membership:resigned"
    REOPENED = "membership:reopened"
    LAPSED = "membership:lapsed"
    CHARGED = "dues:charged"
    DUES_PAID = "dues:paid"
    DUES_TAKEN_BACK = "dues:taken_back"
    PLAN_CHOSEN = "dues:plan_chosen"
    PAYMENT_BEGUN = "payment:begun"
    PAYMENT_DECLINED = "payment:declined"
    PAYMENT_UNDERWAY = "payment:underway"
    PAYMENT_SETTLED = "payment:settled"
    PAYMENT_CLOSED = "payment:closed"
    PAYMENT_UNMATCHED = "payment:unmatched"
    PAYMENT_RECORDED = "payment:recorded"
    REFUND_ASKED = "refund:asked"
    REFUND_CONFIRMED = "refund:confirmed"
    REFUND_MADE = "refund:made"
    REFUND_FAILED = "refund:failed"
    DISPUTE_OPENED = "dispute:opened"
    DISPUTE_DECIDED = "dispute:decided"
    RENEWAL_BEGUN = "renewal:begun"
    RENEWAL_STARTED = "renewal:started"
    RENEWAL_CHANGED = "renewal:changed"
    RENEWAL_STOPPED = "renewal:stopped"
    RENEWAL_ENDED = "renewal:ended"
    DIFFERENCE_FOUND = "difference:found"
    DIFFERENCE_TAKEN_UP = "difference:taken_up"
    DIFFERENCE_CLOSED = "difference:closed"
    BANK_FILE_READ = "bank:file_read"
    BANK_FILE_FORGOTTEN = "bank:file_forgotten"
    BANK_IMPORTED = "bank:imported"
    BANK_UNDONE = "bank:undone"
    BANK_LINE_SEEN = "bank:line_seen"
    BANK_LINE_MATCHED = "bank:line_matched"
    BANK_LINE_SET_ASIDE = "bank:line_set_aside"
    BANK_LINE_TAKEN_BACK = "bank:line_taken_back"
    AGREEMENT_ASKED = "agreement:asked"
    AGREEMENT_GIVEN = "agreement:given"
    AGREEMENT_REFUSED = "agreement:refused"
    AGREEMENT_CARRIED_OUT = "agreement:carried_out"
    EXPORT_ASKED = "export:asked"
    EXPORT_WRITTEN = "export:written"
    EXPORT_REFUSED = "export:refused"
    EXPORT_TAKEN = "export:taken"
    EXPORT_REMOVED = "export:removed"
    ERASING_ASKED = "erasing:asked"
    ERASING_BINNED = "erasing:binned"
    ERASING_TAKEN_BACK = "erasing:taken_back"
    ERASING_DONE = "erasing:done"
    LEDGER_EXPORTED = "ledger:exported"
    RECEIPT_ISSUED = "receipt:issued"
    RECEIPT_PRINTED = "receipt:printed"
    RECEIPT_REISSUED = "receipt:reissued"
    RECEIPT_VOIDED = "receipt:voided"
    RECEIPT_REFUNDED = "receipt:refund_noted"
    DONATION_OFFERED = "donation:offered"
    DONATION_CHARGED = "donation:charged"
    DONATION_RECEIVED = "donation:received"
    DONATION_STOPPED = "donation:stopped"
    DONATION_RECORDED = "donation:recorded"
    CONTRIBUTIONS_TOLD = "donation:contributions_told"
    DONATION_LEFT = "donation:left"
    DUTY_FOUND = "duty:found"
    DUTY_DONE = "duty:done"
    LOAN_RECORDED = "loan:recorded"
    LOAN_REPAID = "loan:repaid"
    RETURN_FILED = "return:filed"
    RETURN_LOOKED_AT = "return:looked_at"
    REGISTRATION_NOTED = "registration:noted"
    PACK_MADE = "pack:made"
    PACK_CHANGED = "pack:changed"
    PACK_DROPPED = "pack:dropped"
    PACK_PRINTED = "pack:printed"
    PACK_FILED = "pack:filed"
    REGISTRATION_SENT = "registration:sent"
    POLICY_DRAFTED = "policy:drafted"
    POLICY_DROPPED = "policy:dropped"
    POLICY_CONSULTED = "policy:consulted"
    POLICY_PUBLISHED = "policy:published"
    POLICY_TRANSLATED = "policy:translated"
    POLICY_RETIRED = "policy:retired"
    ENDORSEMENT_SHOWN = "endorsement:words_let_through"
    ENDORSEMENT_HIDDEN = "endorsement:words_hidden"
    COMMENT_SHOWN = "comment:let_through"
    COMMENT_HIDDEN = "comment:hidden"
    COMMENT_REMOVED = "comment:removed"
    COMMENT_ANSWERED = "comment:answered"
    AMENDMENT_OPENED = "amendment:opened"
    AMENDMENT_REFUSED = "amendment:refused"
    AMENDMENT_DECIDED = "amendment:decided"
    IMPORT_SENT = "import:sent"
    IMPORT_MAPPED = "import:mapped"
    IMPORT_CHECKED = "import:checked"
    IMPORT_DECIDED = "import:row_decided"
    IMPORT_CONFIRMED = "import:confirmed"
    IMPORT_APPLIED = "import:rows_applied"
    IMPORT_DONE = "import:done"
    IMPORT_UNDOING = "import:undo_asked"
    IMPORT_ROWS_UNDONE = "import:rows_undone"
    IMPORT_UNDONE = "import:undone"
    IMPORT_FORGOTTEN = "import:forgotten"
    IMPORT_REFUSED_TAKEN = "import:refused_rows_taken"
    ENROLLED = "person:enrolled"
    CORRECTED = "person:corrected"
    CONSENTED = "person:consented"
    WITHDREW = "person:withdrew"
    LINK_SENT = "person:link_sent"
    SIGNED_IN = "person:signed_in"
    SIGNED_OUT = "person:signed_out"
    SESSION_REVOKED = "person:session_revoked"
    PASSKEY_ADDED = "person:passkey_added"
    PASSKEY_REMOVED = "person:passkey_removed"
    PROVED = "person:proved"
    AUTHENTICATOR_ADDED = "person:authenticator_added"
    AUTHENTICATOR_REMOVED = "person:authenticator_removed"
    PROOFS_FORGOTTEN = "person:proofs_forgotten"
    LOOKED_AT = "person:looked_at"
    LOOKED_THROUGH = "people:looked_through"
    APPOINTED = "office:appointed"
    OFFICE_ENDED = "office:ended"
    BRANCH_ADDED = "branch:added"
    ELECTORATE_HELD = "branch:electorate_held"
    ELECTORATE_LET_GO = "branch:electorate_let_go"
    BRANCH_MOVED = "membership:branch_moved"
    LETTER_BOUNCED = "person:letter_bounced"
    MAILING_DRAFTED = "mailing:drafted"
    MAILING_CHANGED = "mailing:changed"
    MAILING_ASKED = "mailing:authority_asked"
    MAILING_AUTHORISED = "mailing:authorised"
    MAILING_NOT_AUTHORISED = "mailing:authority_refused"
    MAILING_CONFIRMED = "mailing:confirmed"
    MAILING_STOPPED = "mailing:stopped"
    MAILING_WENT_ON = "mailing:went_on"
    MAILING_ENDED = "mailing:ended"
    TAG_MADE = "tag:made"
    TAG_RETIRED = "tag:retired"
    TAGGED = "person:tagged"
    UNTAGGED = "person:untagged"
    NOTED = "person:noted"
    TASK_SET = "person:task_set"
    TASK_DONE = "person:task_done"
    SEGMENT_SAVED = "segment:saved"
    SEGMENT_CHANGED = "segment:changed"
    SEGMENT_ENDED = "segment:ended"
    MANY_CONFIRMED = "many:confirmed"
    MANY_DONE = "many:done"
    MANY_STOPPED = "many:stopped"
    MANY_TAKEN_BACK = "many:taken_back"
    KEY_GIVEN = "key:given"
    KEY_REVOKED = "key:revoked"
    HOOK_ADDED = "hook:added"
    HOOK_SIGNED_ANEW = "hook:signed_anew"
    HOOK_PAUSED = "hook:paused"
    HOOK_RESUMED = "hook:resumed"
    HOOK_ENDED = "hook:ended"
    HOOK_SENT_AGAIN = "hook:sent_again"
    TOOK_EVERYTHING = "person:took_everything"
    MERGED = "person:merged"
    MERGE_UNDONE = "person:merge_undone"
    MERGE_PROVEN = "person:merge_proven"
    SET_APART = "person:set_apart"
    LEFT = "person:left"
    KEYS_ROTATED = "keys:rotated"
    BACKED_UP = "backup:made"


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # given by the trigger
    at: Mapped[datetime]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]


class AuditHead(Base):
    """The one row that chains the log: its lock, its last hash, and the count that shows a cut tail."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("one", "one_row"),)

    one: Mapped[bool] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


def record(action: Action, subject: str, *, by: str, **data: str | int | bool | None) -> None:
    """Write one line when this transaction is kept.

    `subject` and `by` are `noun:id` (or `visitor`, `system`, `stripe`); `data` holds ids, codes, cents and days, never details.
    """
    pending: list[dict[str, Any]] = session().info.setdefault("audit", [])
    if not pending:
        at_the_end(_write, last=True)
    pending.append({"action": str(action), "subject": subject, "actor": by, "data": data})


def _write(current: Session) -> None:
    current.execute(_INSERT, {"lines": json.dumps(current.info.pop("audit"))})


# One statement for all lines of a transaction, in the order they were said.
_INSERT = text("""
    insert into audit_entries (action, subject, actor, data)
    select line ->> 'action', line ->> 'subject', line ->> 'actor', line -> 'data'
      from jsonb_array_elements(cast(:lines as jsonb)) with ordinality as said (line, place) order by place
""")


@dataclass(frozen=True)
class Fault:
    seq: int
    sentence: str


FIRST = "0" * 64
_ROWS = """
    select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, action, subject, actor,
           data::text as data, hash
      from audit_entries order by seq
"""


def link(previous: str, *, seq: int, at: str, action: str, subject: str, actor: str, data: str) -> str:
    """The hash of one row: SHA-256 over the row before's hash and this row's columns, parted by U+001F."""
    return hashlib.sha256("\x1f".join([previous, str(seq), at, action, subject, actor, data]).encode()).hexdigest()


def verify() -> tuple[int, list[Fault]]:
    """Read the whole chain: how many rows there are, and every place where it does not hold."""
    faults: list[Fault] = []
    previous, expected, count = FIRST, 1, 0
    for row in _rows():
        if row.seq != expected:
            missing = f"Row {expected} is" if row.seq == expected + 1 else f"Rows {expected} to {row.seq - 1} are"
            faults.append(Fault(expected, f"{missing} missing from the audit log."))
        elif row.hash != link(
            previous, seq=row.seq, at=row.at, action=row.action, subject=row.subject, actor=row.actor, data=row.data
        ):
            faults.append(Fault(row.seq, f"Row {row.seq} ({row.action} of {row.subject}) is not what was written."))
        previous, expected, count = row.hash, row.seq + 1, count + 1
    head = session.execute(text("select seq, hash from audit_head")).one()
    if head.seq >= expected:
        faults.append(Fault(expected, f"Rows {expected} to {head.seq} are missing from the end of the audit log."))
    elif head.seq < expected - 1 or head.hash != previous:
        faults.append(Fault(expected - 1, f"The head of the audit log does not match row {expected - 1}."))
    return count, faults


def _rows() -> Iterable[Any]:
    return session.execute(text(_ROWS).execution_options(yield_per=5000))


def of(noun: str, row: UUID | int) -> str:
    """How a row is named in the log: `person:0199…`."""
    return f"{noun}:{row}"
