"""What is erased of a case, table by table; a test asks that no table about cases is left out.

The case, its clocks, its outcome and every figure stay; so does the journal, which has
commitments only, and who of the staff did what and when.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, or_, select, update
from sqlmodel import SQLModel

from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.subject_requests import SEALED
from engine.store.tables.assessment_tables import AssessmentRow
from engine.store.tables.authority_tables import AuthorityRow
from engine.store.tables.case_tables import (
    ApprovalRow,
    CaseWordRow,
    CommunicationRow,
    DraftRow,
    NoteRow,
    OutboxRow,
    StatementRow,
)
from engine.store.tables.clock_tables import ExtensionRow
from engine.store.tables.document_tables import DocumentFileRow, DocumentRow
from engine.store.tables.door_tables import (
    SurveyContactRow,
    SurveyInvitationRow,
    SurveyRow,
    TrackingCodeRow,
)
from engine.store.tables.escalation_tables import EscalationRow
from engine.store.tables.extension_tables import ExtensionRequestRow
from engine.store.tables.inquiry_tables import InquiryRow, InterviewRow
from engine.store.tables.issue_tables import IssueRow
from engine.store.tables.kinship_tables import CaseLinkRow, CaseMergeRow
from engine.store.tables.mail_tables import IncomingMailRow
from engine.store.tables.migration_tables import MigratedCaseRow
from engine.store.tables.platform_tables import (
    CorrelationRow,
    IncidentRow,
    MessageRow,
    ReceiptRow,
    RejectionRow,
)
from engine.store.tables.posting_tables import PostingRow
from engine.store.tables.privacy_tables import JournalValueRow, LegalHoldRow, SubjectRequestRow
from engine.store.tables.reach_tables import GlassRow
from engine.store.tables.referral_tables import ReferralRow
from engine.store.tables.remedy_tables import RemedyRow
from engine.store.tables.respondent_tables import KeptOutRow, RespondentRow

EMPTIED: Mapping[type[SQLModel], Mapping[str, Any]] = {
    StatementRow: {"content": "", "content_hash": ""},
    ApprovalRow: {"comment": "", "content_hash": "", "letter_hash": ""},
    EscalationRow: {"detail": "", "action": ""},
    CommunicationRow: {"subject": "", "body": "", "content_hash": ""},
    NoteRow: {"text": ""},
    IssueRow: {"text": "", "desired_outcome": ""},
    RemedyRow: {"text": "", "proof": ""},
    ReferralRow: {"their_reference": "", "summary": ""},
    CaseLinkRow: {"reason": "", "undone_reason": ""},
    InquiryRow: {
        "name": "",
        "email": "",
        "question": "",
        "mails": [],
        "answer": "",
        "source": "",
        "reason": "",
        "next_at": None,
    },
    PostingRow: {"why": "", "tracking": "", "reason": "", "next_at": None},
    CaseMergeRow: {"reason": "", "undone_reason": ""},
    InterviewRow: {"name": "", "place": "", "notes": ""},
    MigratedCaseRow: {"state_before": b""},
    AssessmentRow: {"reason": ""},
    ExtensionRequestRow: {"reason": "", "answer": ""},
    AuthorityRow: {"name": "", "scope": "", "finding": "", "reason": ""},
    RespondentRow: {"username": "", "name": "", "unit": "", "about": ""},
    MessageRow: {"key": "", "payload": {}, "fingerprint": ""},
    IncidentRow: {"cause": "", "gist": "", "resolution": ""},
    ReceiptRow: {"fingerprint": ""},
    LegalHoldRow: {"reason": ""},
    SubjectRequestRow: dict.fromkeys(SEALED, ""),
    GlassRow: {"reason": ""},
    ExtensionRow: {"reason": ""},
    SurveyRow: {"unresolved": "", "comment": ""},
    SurveyInvitationRow: {"reason": "", "mark": None, "mails": [], "remind_at": None},
    IncomingMailRow: {
        "reason": "",
        "sender_mark": None,
        "master_key": None,
        "sealed_key": "",
        "head": "",
        "raw": None,
    },
    DocumentRow: {"description": "", "withdrawal_reason": ""},
    DocumentFileRow: {
        "name": "",
        "sha256": "",
        "arrived_sha256": "",
        "finding": "",
        "storage": "",
        "sealed_key": "",
        "stored_sha256": "",
        "release_reason": "",
    },
}
"""Rows that stay, as something happened then, without what somebody wrote."""

REMOVED: Sequence[type[SQLModel]] = (
    OutboxRow,
    DraftRow,
    CaseWordRow,
    CorrelationRow,
    JournalValueRow,
    TrackingCodeRow,
    SurveyContactRow,
    KeptOutRow,
)
"""Rows that go altogether."""

_REJECTION = table_of(RejectionRow)
_REJECTED = select(_REJECTION.c.id, _REJECTION.c.reason)
_TOO_SHORT = 3
"""Letters; such a name would be found in every sentence."""


def _of_case(table: Table) -> Any:  # noqa: ANN401 - a condition
    """Return what makes a row one of a case; what two cases have in common is of both."""
    ends = [table.c[name] for name in ("case_id", "other_id") if name in table.c]
    return or_(*(end == bindparam("of") for end in ends))


_EMPTY = {
    row.__tablename__: update(table_of(row)).where(_of_case(table_of(row))).values(**values)
    for row, values in EMPTIED.items()
}
_REMOVE = {
    row.__tablename__: delete(table_of(row)).where(_of_case(table_of(row))) for row in REMOVED
}


def erase(session: Session, case_id: int) -> dict[str, int]:
    """Erase what stands beside a case; return how many rows of each table were about it."""
    done = {}
    for name, statement in (_EMPTY | _REMOVE).items():
        done[str(name)] = int(session.execute(statement, {"of": case_id}).rowcount)
    return done


def erase_rejections(session: Session, terms: Sequence[str]) -> int:
    """Erase why rows of imports were refused where that names somebody; return how many."""
    wanted = [term.casefold() for term in terms if len(term) > _TOO_SHORT]
    found = [
        row.id
        for row in session.execute(_REJECTED)
        if any(term in row.reason.casefold() for term in wanted)
    ]
    for number in found:
        session.execute(
            update(_REJECTION).where(_REJECTION.c.id == number).values(reason="(erased)")
        )
    return len(found)
