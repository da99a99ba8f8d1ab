"""Who acts, and what each role is trusted with (ISO 10002:2018, 5.4)."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.errors import NotAllowedError


class Role(StrEnum):
    """What a person is trusted with; diagrams name these in lanes and steps."""

    INTAKE = "intake"
    HANDLER = "handler"
    INVESTIGATOR = "investigator"
    TEAM_LEADER = "team_leader"
    APPROVER = "approver"
    SAFETY_OFFICER = "safety_officer"
    MANAGER = "manager"
    PROCESS_OWNER = "process_owner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the role as a person reads it."""
        return self.value.replace("_", " ")


_CASEWORK = frozenset(
    {
        Role.INTAKE,
        Role.HANDLER,
        Role.INVESTIGATOR,
        Role.TEAM_LEADER,
        Role.APPROVER,
        Role.SAFETY_OFFICER,
        Role.MANAGER,
    }
)


class Deed(StrEnum):
    """Everything that somebody can ask of the engine; the value completes "may not …"."""

    LODGE = "lodge a complaint"
    READ = "read complaints"
    WORK = "work on complaints"
    REASSIGN = "reassign a step"
    ESCALATE = "escalate a complaint"
    WITHDRAW = "record a withdrawal"
    NOTE = "add a note"
    ANSWER = "record the complainant's answer"
    MEASURE = "see the performance figures"
    SEE_PROCESS = "see the process"
    PUBLISH = "publish a process"
    IMPORT = "import complaints"
    RUN_JOBS = "run jobs"
    ADMINISTER = "administer users"
    VERIFY = "verify the journal"
    OPERATE = "change the course of a complaint"
    POSTPONE = "move a due date"
    SEND_MESSAGE = "send a message to a complaint"
    SEE_INCIDENTS = "see incidents"
    RESOLVE = "resolve an incident"


ALLOWED: dict[Deed, frozenset[Role]] = {
    Deed.LODGE: frozenset({Role.INTAKE, Role.HANDLER, Role.TEAM_LEADER, Role.SYSTEM}),
    Deed.READ: _CASEWORK | {Role.AUDITOR, Role.SYSTEM},
    Deed.WORK: _CASEWORK | {Role.SYSTEM},
    Deed.REASSIGN: frozenset({Role.TEAM_LEADER, Role.MANAGER}),
    Deed.ESCALATE: _CASEWORK | {Role.SYSTEM},
    Deed.WITHDRAW: frozenset({Role.INTAKE, Role.HANDLER, Role.TEAM_LEADER, Role.SYSTEM}),
    Deed.NOTE: _CASEWORK,
    Deed.ANSWER: frozenset({Role.INTAKE, Role.HANDLER, Role.TEAM_LEADER, Role.SYSTEM}),
    Deed.MEASURE: frozenset({Role.TEAM_LEADER, Role.MANAGER, Role.AUDITOR, Role.SYSTEM}),
    Deed.SEE_PROCESS: _CASEWORK | {Role.PROCESS_OWNER, Role.AUDITOR},
    Deed.PUBLISH: frozenset({Role.PROCESS_OWNER, Role.SYSTEM}),
    Deed.IMPORT: frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.SYSTEM}),
    Deed.RUN_JOBS: frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
    Deed.ADMINISTER: frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
    Deed.VERIFY: frozenset({Role.AUDITOR, Role.MANAGER, Role.SYSTEM}),
    Deed.OPERATE: frozenset({Role.MANAGER, Role.SYSTEM}),
    Deed.POSTPONE: frozenset({Role.TEAM_LEADER, Role.MANAGER, Role.SYSTEM}),
    Deed.SEND_MESSAGE: frozenset({Role.MANAGER, Role.SYSTEM}),
    Deed.SEE_INCIDENTS: frozenset(
        {Role.TEAM_LEADER, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM}
    ),
    Deed.RESOLVE: frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.SYSTEM}),
}
"""The one table of permissions; a deed without a row fails a test."""


class Actor(BaseModel):
    """A person or a job that asks the engine for something."""

    model_config = ConfigDict(frozen=True)

    username: str
    name: str
    roles: frozenset[Role]

    def may(self, deed: Deed) -> bool:
        """Tell whether one of the actor's roles permits the deed."""
        return not self.roles.isdisjoint(ALLOWED[deed])

    def require(self, deed: Deed) -> None:
        """Refuse the actor unless one of its roles permits the deed.

        Raises:
            NotAllowedError: No role of the actor permits it.
        """
        if not self.may(deed):
            raise NotAllowedError(self.name, deed, ALLOWED[deed])

    def holds_any(self, roles: Iterable[str]) -> bool:
        """Tell whether the actor holds one of the roles a step asks for."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(username="system", name="Redress", roles=frozenset({Role.SYSTEM}))
"""Who acts when a clock or a job does."""
