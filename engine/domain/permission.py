"""Who may do what to which complaint: the one table, and how it is read (ISO 10002:2018, 5.4).

Pages, the programming interface, jobs, exports and notifications all ask ``judge``. A page that
shows something as not possible shows the sentence that ``judge`` gives.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from engine.domain.relation import EVERYBODYS, Relation


class Role(StrEnum):
    """What a person is trusted with; diagrams name these in lanes and steps."""

    INTAKE = "intake"
    HANDLER = "handler"
    INVESTIGATOR = "investigator"
    TEAM_LEADER = "team_leader"
    APPROVER = "approver"
    SAFETY_OFFICER = "safety_officer"
    FINANCE = "finance"
    MANAGER = "manager"
    REPRESENTATIVE = "management_representative"
    TOP_MANAGEMENT = "top_management"
    DATA_PROTECTION = "data_protection_officer"
    QUALITY_REVIEWER = "quality_reviewer"
    PROCESS_OWNER = "process_owner"
    RESPONDER = "business_unit_responder"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the role as a person reads it."""
        return self.value.replace("_", " ")


WORKING = frozenset(
    {
        Role.INTAKE,
        Role.HANDLER,
        Role.INVESTIGATOR,
        Role.TEAM_LEADER,
        Role.APPROVER,
        Role.SAFETY_OFFICER,
    }
)
"""Whoever holds one of these works on complaints."""


class Deed(StrEnum):
    """Everything that somebody can ask of the engine; the value completes "may not …"."""

    LODGE = "lodge a complaint"
    READ = "read complaints"
    WORK = "work on complaints"
    REASSIGN = "reassign a step"
    ESCALATE = "escalate a complaint"
    WITHDRAW = "record a withdrawal"
    NOTE = "add a note"
    STATE_ISSUES = "say what a complaint is about"
    REPRESENT = "record who speaks for a complainant"
    CHECK_AUTHORITY = "check who speaks for a complainant"
    FIND = "record findings"
    PROPOSE_REMEDY = "propose a remedy"
    CARRY_OUT_REMEDY = "carry out a remedy"
    VERIFY_REMEDY = "verify a remedy"
    SEE_REMEDIES = "see which remedies are open"
    WRITE = "write to the complainant"
    POST = "see to letters on paper"
    ASK = "ask for information"
    RESPOND = "answer what they are asked"
    FILE = "keep documents of a complaint"
    LINK = "link complaints"
    MERGE = "merge complaints"
    SPLIT = "split a complaint"
    REFER = "refer a complaint to an outside body"
    SEE_ORIGINAL = "see the original of a closed document"
    WITHDRAW_DOCUMENT = "withdraw a document"
    RELEASE_FILE = "release a file that is held back"
    TEND_FILES = "look after stored files"
    ANSWER = "record the complainant's answer"
    GIVE_CODE = "give out a tracking code"
    FOLLOW = "follow a complaint by its code"
    MEASURE = "see the performance figures"
    SEE_SIGNALS = "see signals"
    ANSWER_SIGNAL = "answer signals"
    STATE_NUMBER = "state how many customers there are"
    SEE_PROCESS = "see the process"
    SEE_HEALTH = "see what changed in how a process runs"
    NOTE_HEALTH = "note what changed in how a process runs"
    PUBLISH = "publish a process"
    APPROVE_PROCESS = "approve a process that was proposed"
    MIGRATE = "move running cases to another version"
    IMPORT = "import complaints"
    RUN_JOBS = "run jobs"
    SEE_JOBS = "see how jobs run"
    ADMINISTER = "administer users"
    VERIFY = "verify the journal"
    EXPORT = "take complaints out for other programs"
    EXPORT_NAMES = "take out who did what"
    OPERATE = "change the course of a complaint"
    POSTPONE = "move a due date"
    ASK_EXTENSION = "ask for more time"
    EXTEND = "extend a time limit"
    TELL = "record what happened to a complaint"
    SORT_MAIL = "sort mails that came in"
    SEND_MESSAGE = "send a message to a complaint"
    SEE_INCIDENTS = "see incidents"
    MANAGE_TEAMS = "manage teams"
    MOVE_TEAM = "give a complaint to another team"
    RESTRICT = "restrict a complaint"
    BREAK_GLASS = "break the glass"
    SEE_GLASS = "see who broke the glass"
    DRAW_SAMPLE = "draw complaints for review"
    REVIEW_SAMPLE = "review what was drawn"
    SEE_SAMPLES = "see what was drawn for review"
    DELEGATE = "let somebody stand in for them"
    DELEGATE_OTHERS = "let somebody stand in for others"
    SAY_COMPETENCES = "say what somebody can do"
    SEE_LIMITS = "see limits"
    PROPOSE_LIMIT = "propose a limit"
    PROPOSE_CALENDAR = "propose to count running complaints anew"
    CONFIRM_LIMIT = "confirm a limit"
    RESOLVE = "resolve an incident"
    PROTECT = "handle what is held on a person"
    DISPOSE = "let personal data be erased"
    OVERSEE = "see what is kept and erased"
    SEE_EVIDENCE = "see the evidence of conformity"
    SEE_REGISTER = "see the register of governance"
    GOVERN = "keep the register of governance"
    RECORD_FINDING = "record what an audit found"
    MAKE_REVIEW = "make a pack for the management review"
    KEEP_ACCOUNT = "keep an account of their own"


class Reach(IntEnum):
    """How far a permission reaches, from nothing about a complaint to every one of them.

    Attributes:
        HOUSE: It is about no complaint that exists already.
        COUNTED: Complaints are counted, and none is opened.
        SAMPLED: Complaints that were drawn for the person to review.
        ASSIGNED: Complaints that the person works on, or that wait for the person's role, and
            those of no team.
        TEAM: Besides, those of the person's teams.
        ALL: Those of every team. Restricted ones only for whoever is named on them.
        EVERY: Restricted ones too.
    """

    HOUSE = 0
    COUNTED = 1
    SAMPLED = 2
    ASSIGNED = 3
    TEAM = 4
    ALL = 5
    EVERY = 6


Row = dict[Role, Reach]
"""What one deed takes: a reach for each role that is permitted it."""

_R = Role  # read row by row below, a table is easier on the eye with a short name

_CASEWORK: Row = {
    _R.INTAKE: Reach.TEAM,
    _R.HANDLER: Reach.TEAM,
    _R.INVESTIGATOR: Reach.TEAM,
    _R.TEAM_LEADER: Reach.TEAM,
    _R.APPROVER: Reach.ASSIGNED,
    _R.SAFETY_OFFICER: Reach.ASSIGNED,
    _R.MANAGER: Reach.ALL,
    _R.TOP_MANAGEMENT: Reach.ASSIGNED,  # to whom only what nobody acknowledged comes
}
_FRONT: Row = {_R.INTAKE: Reach.TEAM, _R.HANDLER: Reach.TEAM, _R.TEAM_LEADER: Reach.TEAM}
_DECIDING: Row = {_R.HANDLER: Reach.TEAM, _R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL}
# Whoever pays learns what is to be paid, and nothing else of the complaint.
_PAYING: Row = _DECIDING | {_R.FINANCE: Reach.ALL}
_JOB: Row = {_R.SYSTEM: Reach.EVERY}
_OVERSIGHT: Row = {_R.REPRESENTATIVE: Reach.EVERY, _R.AUDITOR: Reach.EVERY}


def _house(*roles: Role) -> Row:
    """Return a row for what is about no complaint that exists."""
    return dict.fromkeys(roles, Reach.HOUSE)


PERMISSIONS: Mapping[Deed, Mapping[Role, Reach]] = MappingProxyType(
    {
        Deed.LODGE: _house(_R.INTAKE, _R.HANDLER, _R.TEAM_LEADER, _R.SYSTEM),
        Deed.READ: _CASEWORK
        | _OVERSIGHT
        | _JOB
        | {_R.DATA_PROTECTION: Reach.EVERY, _R.QUALITY_REVIEWER: Reach.SAMPLED},
        Deed.WORK: _CASEWORK | _JOB | {_R.REPRESENTATIVE: Reach.ASSIGNED},
        Deed.REASSIGN: {_R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL},
        Deed.ESCALATE: _CASEWORK | _JOB,
        Deed.WITHDRAW: _FRONT | _JOB,
        Deed.NOTE: _CASEWORK,
        Deed.STATE_ISSUES: _FRONT | {_R.INVESTIGATOR: Reach.TEAM, _R.MANAGER: Reach.ALL},
        Deed.REPRESENT: _FRONT | {_R.INVESTIGATOR: Reach.TEAM, _R.MANAGER: Reach.ALL},
        Deed.CHECK_AUTHORITY: _FRONT | {_R.MANAGER: Reach.ALL},
        Deed.FIND: _DECIDING | {_R.INVESTIGATOR: Reach.TEAM},
        Deed.PROPOSE_REMEDY: _DECIDING,
        Deed.CARRY_OUT_REMEDY: _PAYING,
        Deed.VERIFY_REMEDY: _PAYING,
        Deed.SEE_REMEDIES: _CASEWORK | _OVERSIGHT | {_R.FINANCE: Reach.ALL},
        Deed.WRITE: _DECIDING,
        Deed.POST: _FRONT | {_R.MANAGER: Reach.ALL},
        Deed.ASK: _DECIDING | {_R.INVESTIGATOR: Reach.TEAM},
        # Whoever is asked answers, and learns the question alone; the service asks who that is.
        Deed.RESPOND: _house(*(role for role in Role if role is not _R.SYSTEM)),
        Deed.FILE: _CASEWORK | _JOB,
        Deed.LINK: _FRONT | {_R.MANAGER: Reach.ALL},
        Deed.REFER: _DECIDING,
        Deed.SPLIT: _DECIDING,
        Deed.MERGE: {_R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL},
        # Whoever only receives, reviews or audits sees the redacted copy.
        Deed.SEE_ORIGINAL: {role: far for role, far in _CASEWORK.items() if role is not _R.INTAKE}
        | {_R.REPRESENTATIVE: Reach.EVERY, _R.DATA_PROTECTION: Reach.EVERY}
        | _JOB,
        Deed.WITHDRAW_DOCUMENT: _DECIDING | {_R.INVESTIGATOR: Reach.TEAM},
        Deed.RELEASE_FILE: {_R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL},
        Deed.TEND_FILES: {_R.ADMINISTRATOR: Reach.ALL} | _JOB,
        Deed.ANSWER: _FRONT | _JOB,
        Deed.GIVE_CODE: _FRONT | _JOB,
        Deed.FOLLOW: _JOB,
        Deed.MEASURE: {_R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL} | _OVERSIGHT | _JOB,
        # Whole weeks of all complaints; none of them is opened.
        Deed.SEE_SIGNALS: _house(_R.MANAGER, *_OVERSIGHT, _R.SYSTEM),
        Deed.ANSWER_SIGNAL: _house(_R.MANAGER),
        Deed.STATE_NUMBER: _house(_R.MANAGER, _R.REPRESENTATIVE, _R.ADMINISTRATOR, _R.SYSTEM),
        Deed.SEE_PROCESS: _CASEWORK | _OVERSIGHT | {_R.PROCESS_OWNER: Reach.COUNTED},
        # Whole weeks of all complaints but restricted ones; none of them is opened.
        Deed.SEE_HEALTH: _house(_R.PROCESS_OWNER, _R.MANAGER, *_OVERSIGHT),
        Deed.NOTE_HEALTH: _house(_R.PROCESS_OWNER),
        Deed.PUBLISH: _house(_R.PROCESS_OWNER, _R.SYSTEM),
        Deed.APPROVE_PROCESS: _house(_R.PROCESS_OWNER, _R.MANAGER, _R.REPRESENTATIVE),
        # Every case is moved alike; none of them is opened for it.
        Deed.MIGRATE: _house(_R.PROCESS_OWNER, _R.SYSTEM),
        Deed.IMPORT: _house(_R.MANAGER, _R.ADMINISTRATOR, _R.SYSTEM),
        Deed.RUN_JOBS: {_R.ADMINISTRATOR: Reach.ALL} | _JOB,
        Deed.SEE_JOBS: _house(_R.MANAGER, *_OVERSIGHT, _R.ADMINISTRATOR, _R.SYSTEM),
        Deed.ADMINISTER: _house(_R.ADMINISTRATOR, _R.SYSTEM),
        Deed.VERIFY: {_R.MANAGER: Reach.ALL} | _OVERSIGHT | _JOB,
        Deed.EXPORT: {_R.MANAGER: Reach.ALL} | _OVERSIGHT,
        # Who worked when is about people at work: auditors learn it from the journal, with proof.
        Deed.EXPORT_NAMES: {_R.MANAGER: Reach.ALL, _R.REPRESENTATIVE: Reach.EVERY},
        Deed.OPERATE: {_R.MANAGER: Reach.ALL} | _JOB,
        Deed.POSTPONE: {_R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL} | _JOB,
        Deed.ASK_EXTENSION: _FRONT | {_R.INVESTIGATOR: Reach.TEAM, _R.MANAGER: Reach.ALL},
        Deed.EXTEND: {
            _R.TEAM_LEADER: Reach.TEAM,
            _R.MANAGER: Reach.ALL,
            _R.REPRESENTATIVE: Reach.EVERY,
        },
        Deed.TELL: _FRONT | _JOB | {_R.MANAGER: Reach.ALL},
        Deed.SORT_MAIL: {_R.INTAKE: Reach.TEAM, _R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL}
        | _JOB,
        Deed.SEND_MESSAGE: {_R.MANAGER: Reach.ALL} | _JOB,
        Deed.SEE_INCIDENTS: {
            _R.TEAM_LEADER: Reach.TEAM,
            _R.MANAGER: Reach.ALL,
            _R.ADMINISTRATOR: Reach.ALL,
        }
        | _OVERSIGHT
        | _JOB,
        Deed.RESOLVE: {
            _R.MANAGER: Reach.ALL,
            _R.ADMINISTRATOR: Reach.ALL,
            _R.REPRESENTATIVE: Reach.EVERY,
        }
        | _JOB,
        Deed.PROTECT: {_R.DATA_PROTECTION: Reach.EVERY},
        # Two keys: who proposes an erasure never lets it happen.
        Deed.DISPOSE: {_R.REPRESENTATIVE: Reach.EVERY},
        Deed.OVERSEE: {_R.DATA_PROTECTION: Reach.EVERY} | _OVERSIGHT | _JOB,
        Deed.KEEP_ACCOUNT: _house(*(role for role in Role if role is not _R.SYSTEM)),
        Deed.SEE_EVIDENCE: {_R.MANAGER: Reach.ALL} | _OVERSIGHT | _JOB,
        Deed.SEE_REGISTER: _house(
            _R.MANAGER, _R.REPRESENTATIVE, _R.TOP_MANAGEMENT, _R.AUDITOR, _R.SYSTEM
        ),
        Deed.GOVERN: _house(_R.MANAGER, _R.REPRESENTATIVE, _R.TOP_MANAGEMENT),
        Deed.RECORD_FINDING: _house(_R.AUDITOR),
        # Numbers of all complaints; none of them is opened.
        Deed.MAKE_REVIEW: _house(_R.MANAGER, _R.REPRESENTATIVE, _R.TOP_MANAGEMENT, _R.SYSTEM),
        Deed.MANAGE_TEAMS: _house(_R.MANAGER, _R.ADMINISTRATOR, _R.SYSTEM),
        Deed.MOVE_TEAM: {_R.TEAM_LEADER: Reach.TEAM, _R.MANAGER: Reach.ALL},
        Deed.RESTRICT: {
            _R.TEAM_LEADER: Reach.TEAM,
            _R.MANAGER: Reach.ALL,
            _R.REPRESENTATIVE: Reach.EVERY,
            _R.DATA_PROTECTION: Reach.EVERY,
        },
        Deed.BREAK_GLASS: _house(_R.TEAM_LEADER, _R.SAFETY_OFFICER, _R.MANAGER, _R.ADMINISTRATOR),
        Deed.SEE_GLASS: _house(_R.REPRESENTATIVE, _R.DATA_PROTECTION, _R.AUDITOR),
        Deed.DRAW_SAMPLE: {_R.MANAGER: Reach.ALL, _R.REPRESENTATIVE: Reach.ALL},
        Deed.REVIEW_SAMPLE: {_R.QUALITY_REVIEWER: Reach.SAMPLED},
        Deed.SEE_SAMPLES: _house(_R.MANAGER, *_OVERSIGHT, _R.QUALITY_REVIEWER),
        Deed.DELEGATE: _house(*_CASEWORK),
        Deed.DELEGATE_OTHERS: _house(_R.TEAM_LEADER, _R.MANAGER, _R.ADMINISTRATOR),
        Deed.SAY_COMPETENCES: _house(_R.TEAM_LEADER, _R.MANAGER, _R.ADMINISTRATOR, _R.SYSTEM),
        Deed.SEE_LIMITS: _house(*_CASEWORK, _R.REPRESENTATIVE, _R.AUDITOR, _R.ADMINISTRATOR),
        Deed.PROPOSE_LIMIT: _house(_R.MANAGER, _R.REPRESENTATIVE, _R.ADMINISTRATOR),
        Deed.PROPOSE_CALENDAR: _house(_R.MANAGER, _R.REPRESENTATIVE, _R.ADMINISTRATOR, _R.SYSTEM),
        Deed.CONFIRM_LIMIT: _house(_R.MANAGER, _R.REPRESENTATIVE),
    }
)
"""The one table of permissions: deed by deed, who may, and how far it reaches.

A deed without a row, and a service without a deed, fail a test.

Source: ISO 10002:2018, 5.4.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody may do something.

    Attributes:
        why: Why not, to follow "NAME may not DEED: "; empty where it is allowed.
    """

    allowed: bool
    why: str = ""


_YES = Verdict(allowed=True)


def judge(deed: Deed, roles: Collection[Role], relation: Relation = EVERYBODYS) -> Verdict:
    """Return whether the roles permit a deed on a complaint of which somebody knows.

    Args:
        deed: What is asked for.
        roles: Of whoever asks.
        relation: How they stand to the complaint; anything for a deed that is about none.
    """
    row = PERMISSIONS[deed]
    held = [role for role in roles if role in row]
    if not held:
        return Verdict(allowed=False, why=f"this needs the role {_any_of(row)}.")
    if relation.is_about or (relation.has_conflict and deed not in IN_CONFLICT):
        return Verdict(allowed=False, why=f"they {_KEPT_OUT[relation.is_about]}.")
    if any(_reaches(row[role], role, relation) for role in held):
        return _YES
    if relation.is_restricted and not relation.is_named:
        return Verdict(allowed=False, why="the complaint is restricted to named people.")
    farthest = max(row[role] for role in held)
    return Verdict(allowed=False, why=_TOO_FAR[farthest])


def roles_for(deed: Deed) -> frozenset[Role]:
    """Return the roles that permit a deed, whatever their reach."""
    return frozenset(PERMISSIONS[deed])


def reach_of(deed: Deed, roles: Collection[Role]) -> Reach | None:
    """Return how far a deed reaches for somebody with these roles; None where it is refused."""
    row = PERMISSIONS[deed]
    return max((row[role] for role in roles if role in row), default=None)


def _reaches(reach: Reach, role: Role, relation: Relation) -> bool:
    """Tell whether a permission of one role reaches a complaint."""
    if reach in {Reach.HOUSE, Reach.EVERY}:
        return True
    if relation.is_restricted:
        return relation.is_named and reach is not Reach.COUNTED
    is_near = relation.is_assigned or not relation.has_team
    return {
        Reach.COUNTED: False,
        Reach.SAMPLED: relation.is_sampled or relation.is_assigned,
        Reach.ASSIGNED: is_near or role in relation.waits_for,
        Reach.TEAM: is_near or relation.is_of_team,
        Reach.ALL: True,
    }[reach]


_TOO_FAR: Mapping[Reach, str] = {
    Reach.COUNTED: "complaints are only counted for this role.",
    Reach.SAMPLED: "the complaint was not drawn for review.",
    Reach.ASSIGNED: "no step of the complaint waits for this role.",
    Reach.TEAM: "the complaint is another team's.",
    Reach.ALL: "the complaint is restricted to named people.",
}


IN_CONFLICT = frozenset({Deed.READ, Deed.SEE_ORIGINAL, Deed.NOTE})
"""What is left to somebody who declared a conflict of interest in a complaint."""
_KEPT_OUT = {True: "are complained about in it", False: "declared a conflict of interest in it"}


def _any_of(roles: Iterable[Role]) -> str:
    return " or ".join(sorted(role.title for role in roles))
