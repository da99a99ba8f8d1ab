"""An organisation in which every clause of the standard is kept, and one way to break each."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, DateTime, String, insert, text

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.complaint import Channel, Need
from engine.domain.conformity import ClauseResult
from engine.domain.governance import GovernanceRecord, Grade, RecordKind, RecordState
from engine.domain.kpi import Period
from engine.services.audit import verifying
from engine.services.evidence import conforming
from engine.services.upkeep import jobs
from engine.store.prepared import table_of
from engine.store.tables.clock_tables import ClockRow
from engine.store.tables.door_tables import SurveyInvitationRow, SurveyRow
from engine.store.tables.escalation_tables import EscalationRow
from engine.store.tables.evidence_tables import EvidenceRow
from engine.store.tables.posting_tables import PostingRow
from engine.store.tables.reach_tables import GlassRow, SampleRow
from engine.store.tables.respondent_tables import RespondentRow
from tests.integration.office import Office

_SEATS = (
    Role.HANDLER,
    Role.TEAM_LEADER,
    Role.APPROVER,
    Role.MANAGER,
    Role.REPRESENTATIVE,
    Role.TOP_MANAGEMENT,
    Role.DATA_PROTECTION,
    Role.PROCESS_OWNER,
)
_DAY = timedelta(days=1)
HASH = "ab" * 32


def put(tx: Any, row: Any, **values: Any) -> None:
    """Insert a row; what is not given and must be there is filled in."""
    table, usual = table_of(row), {}
    for column in table.columns:
        if column.nullable or column.autoincrement is True or column.name in {"id", *values}:
            continue
        usual[column.name] = values["at_all"] if column.name.endswith("_at") else _usual(column)
    given = {name: value for name, value in values.items() if name != "at_all"}
    tx._session.execute(insert(table).values(**usual, **given))


def _usual(column: Any) -> Any:
    kind = getattr(column.type, "impl", column.type)
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 6, tzinfo=UTC)
    if isinstance(kind, Boolean):
        return False
    return "" if isinstance(kind, String) else 0


def record(number: int, kind: RecordKind, now: datetime, **other: Any) -> GovernanceRecord:
    """Return a record that was approved, and is not due yet."""
    usual: dict[str, Any] = {
        "title": f"{kind.title} {number}",
        "text": "As decided.",
        "clause": "",
        "grade": None,
        "about": None,
        "owner": "rita",
        "due_on": now.date() + 90 * _DAY,
        "document": "policy.pdf",
        "document_hash": HASH,
        "state": RecordState.APPROVED,
        "made_by": "mara",
        "made_at": now - 30 * _DAY,
        "approved_by": "theo",
        "approved_at": now - 29 * _DAY,
    }
    return GovernanceRecord(number=number, kind=kind, **(usual | other))


def done(now: datetime) -> dict[str, Any]:
    """Return what a record says that was carried out and verified."""
    return {
        "state": RecordState.VERIFIED,
        "done_by": "mara",
        "done_at": now - 20 * _DAY,
        "result": "It helped.",
        "verified_by": "theo",
        "verified_at": now - 10 * _DAY,
    }


def keep_in_order(office: Office, clock: Any) -> None:
    """Let the organisation do everything that the standard asks for."""
    platform = office.platform
    _hire(platform)
    words = {"desired_outcome": "My money back.", "needs": (Need.LARGE_PRINT,)}
    first = office.lodge(adjustments="Letters in large print", **words)
    second = office.lodge(desired_outcome="An apology.", channel=Channel.LETTER)
    open_one = office.lodge(desired_outcome="A new meter.")
    for reference in (first, second):
        office.do(office.reach("closing_check", reference=reference), "closing_check")
    office.reach("investigate", reference=open_one)
    clock.advance(days=20)
    now = platform.now()
    with platform.database.read() as tx:
        numbers = [tx.cases.get(reference).id for reference in (first, second, open_one)]
    platform.database.write(lambda tx: _beside(tx, numbers, now))
    platform.database.write(lambda tx: _govern(tx, platform, now))
    verifying.run(platform)
    clock.advance(days=2)
    jobs.run(platform, name="daily_snapshot")
    verifying.run(platform)
    conforming.freeze_evidence(platform)


def _hire(platform: Platform) -> None:
    people = [
        Actor(username=f"{role.value}_{n}", name=role.title, roles=frozenset({role}))
        for role in _SEATS
        for n in (1, 2)
    ]
    people += [
        Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE})),
        Actor(username="theo", name="Theo", roles=frozenset({Role.TOP_MANAGEMENT})),
    ]
    at = platform.now()

    def hire(tx: Any) -> None:
        for person in people:
            tx.accounts.add(person, password_hash="", at=at)

    platform.database.write(hire)


def _beside(tx: Any, numbers: list[int], now: datetime) -> None:
    first, second, last = numbers
    ago = {"at_all": now - 18 * _DAY}
    put(tx, GlassRow, case_id=first, username="tom", reason="Sick", broken_at=now - 15 * _DAY,
        until_at=now, seen_by="rita", seen_at=now - 14 * _DAY, at_all=now)  # fmt: skip
    put(tx, RespondentRow, case_id=first, number=1, named_by="tom", replied_at=now, **ago)
    put(tx, EscalationRow, case_id=last, token="t", reason="safety", raised_by="hanna",
        level="team_leader", raised_at=now - 10 * _DAY, acknowledged_at=now - 10 * _DAY,
        acknowledged_by="tom", at_all=now)  # fmt: skip
    put(tx, ClockRow, case_id=last, code="word_1", rule="promised_word", title="Word",
        stops_on="updated", state="met", due_at=now - 2 * _DAY, met_at=now - 3 * _DAY,
        at_all=now)  # fmt: skip
    put(tx, ClockRow, case_id=last, code="next", title="Next", stops_on="decided",
        state="running", due_at=now + 30 * _DAY, at_all=now)  # fmt: skip
    for case_id in (first, second):
        sent = {"invited_at": now - 16 * _DAY, "at": now - 16 * _DAY, "at_all": now}
        put(tx, SurveyInvitationRow, case_id=case_id, mails=[], **sent)
        put(tx, SurveyRow, case_id=case_id, **ago)
        tx._session.execute(text("UPDATE issue SET desired_outcome = 'x'"))
        put(tx, EvidenceRow, case_id=case_id, issue=1, kind="document", number=1, linked_by="ivo",
            **ago)  # fmt: skip
    (letter,) = tx._session.execute(
        text("SELECT min(id) FROM communication WHERE case_id = :of"), {"of": first}
    ).first()
    tx._session.execute(text("DELETE FROM posting"))
    put(tx, PostingRow, case_id=first, communication_id=letter, state="sent_again",
        since=now - 15 * _DAY, settled_by="hanna", occasions=[], at_all=now)  # fmt: skip
    for kind in ("quality", "objectivity"):
        put(tx, SampleRow, kind=kind, reviewer="quinn", seed="s", drawn_by="rita",
            drawn_at=now - 5 * _DAY, period_begin=now - 9 * _DAY,
            period_end=now - 6 * _DAY, at_all=now)  # fmt: skip
    tx._session.execute(text("UPDATE remedy SET due_on = '2026-01-08'"))
    tx._session.execute(
        text("UPDATE complaint_case SET safety = 'potential' WHERE id = :of"), {"of": last}
    )


def _govern(tx: Any, platform: Platform, now: datetime) -> None:
    kinds = (RecordKind.POLICY, RecordKind.OBJECTIVE, RecordKind.CONTEXT, RecordKind.RESOURCE)
    kinds += (RecordKind.PLAN, RecordKind.PUBLICATION)
    numbers = {kind: tx.governance.add(record(0, kind, now)) for kind in kinds}
    review = tx.governance.add(record(0, RecordKind.REVIEW, now, **done(now)))
    tx.governance.add(record(0, RecordKind.ACTION, now, about=review, **done(now)))
    audit = tx.governance.add(record(0, RecordKind.AUDIT, now, owner="vera"))
    finding = {"about": audit, "clause": "7.4", "grade": Grade.MINOR, "made_by": "vera"}
    tx.governance.add(record(0, RecordKind.FINDING, now, **finding))
    for account in tx.accounts.all():
        about = {"owner": account.actor.username, "about": numbers[RecordKind.POLICY]}
        tx.governance.add(record(0, RecordKind.TRAINING, now, **about))


OVERDUE = date(2020, 1, 1).isoformat()
_CLOSED_LONG_AGO = "UPDATE complaint_case SET closed_at = '2001-01-01 00:00:00.000000'"
_FORGED = (
    "INSERT INTO process_version (digest, process_id, version, diagrams, tables, forms, "
    "published_by, published_at, reason) SELECT 'forged', process_id, version + 1, diagrams, "
    "tables, forms, 'otto', published_at, reason FROM process_version WHERE version = 1"
)
_NEVER_CHECKED = (
    "UPDATE governance_record SET state = 'done', verified_by = '', "
    "done_at = '2025-09-02 00:00:00.000000' WHERE kind = 'action'"
)
_NO_MANAGER = "UPDATE account SET is_active = false WHERE username LIKE 'ma%'"


def _late(kind: str) -> str:
    return f"UPDATE governance_record SET due_on = '{OVERDUE}' WHERE kind = '{kind}'"  # noqa: S608 - ours


def _not_done(kind: str) -> str:
    states = "state = 'proposed', verified_by = '', done_by = '', done_at = NULL"
    return f"UPDATE governance_record SET {states} WHERE kind = '{kind}'"  # noqa: S608 - ours


BREAKS: Mapping[str, tuple[str, ...]] = {
    "4.1": ("UPDATE account SET is_active = false",),
    "4.2": (_late("policy"),),
    "4.3": (_CLOSED_LONG_AGO, "UPDATE complaint_case SET recorded_at = closed_at"),
    "4.4": (),
    "4.5": ("UPDATE complaint_case SET adjustments = ''",),
    "4.6": ("UPDATE clock SET met_at = NULL WHERE rule = 'promised_word'",),
    "4.7": ("UPDATE respondent SET replied_at = NULL",),
    "4.8": (),
    "4.9": ('UPDATE verification SET findings = \'[{"where": "x", "what": "y"}]\'',),
    "4.10": ("UPDATE broken_glass SET seen_at = NULL",),
    "4.11": (
        "UPDATE issue SET desired_outcome = ''",
        "UPDATE complaint_case SET desired_outcome = ''",
    ),
    "4.12": ("UPDATE complaint_case SET owner = NULL",),
    "4.13": (_late("action"), _not_done("action")),
    "4.14": (_late("training"),),
    "4.15": ("UPDATE clock SET met_at = NULL",),
    "5.1": (_late("context"),),
    "5.2": ("UPDATE escalation SET acknowledged_at = NULL",),
    "5.3": ("UPDATE governance_record SET document_hash = '' WHERE kind = 'policy'",),
    "5.4": (_NO_MANAGER,),
    "6.1": (_FORGED,),
    "6.2": (_late("objective"),),
    "6.3": (_late("plan"),),
    "6.4": (_not_done("resource"),),
    "7.1": (_late("publication"),),
    "7.2": ("UPDATE complaint_case SET category = ''",),
    "7.3": ("UPDATE complaint_case SET journal_seq = journal_seq + 1",),
    "7.4": ("UPDATE clock SET met_at = NULL WHERE stops_on LIKE '%acknowledged%'",),
    "7.5": ("DELETE FROM assessment",),
    "7.6": ("UPDATE issue SET result = NULL",),
    "7.7": ("UPDATE remedy SET carried_out_at = NULL",),
    "7.8": ("UPDATE communication SET kind = 'holding'",),
    "7.9": ("UPDATE remedy SET state = 'accepted'",),
    "8.1": (_CLOSED_LONG_AGO,),
    "8.2": ("UPDATE issue SET cause_area = NULL",),
    "8.3": ("DELETE FROM survey_score", "DELETE FROM survey_response"),
    "8.4": ("UPDATE job_run SET state = 'failed'",),
    "8.5": (_late("finding"),),
    "8.6": (_late("review"), _not_done("review")),
    "8.7": (_NEVER_CHECKED,),
}
"""By clause: what is done behind the back of every service so that it is not kept any more."""


class _UndoneError(Exception):
    """Ends a transaction in which something was broken, with what was found then."""

    def __init__(self, result: ClauseResult) -> None:
        super().__init__("undone")
        self.result = result


def judged(platform: Platform, clause: str, *broken: str) -> ClauseResult:
    """Return how a clause stands once some statements were run, and undo them."""
    period = Period(platform.now() - 365 * _DAY, platform.now())

    def work(tx: Any) -> None:
        for statement in broken:
            tx._session.execute(text(statement))
        view = conforming.view_in(platform, tx, SYSTEM, period)
        (result,) = conforming.results_of(view, [clause])
        raise _UndoneError(result)

    try:
        platform.database.write(work)
    except _UndoneError as undone:
        return undone.result
    raise AssertionError("the transaction ended by itself")
