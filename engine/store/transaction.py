"""One transaction and everything it can read and write."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from engine.domain.sight import Sight
from engine.store.accounts import Accounts
from engine.store.alike import Alikes
from engine.store.apart import Apart
from engine.store.api_keys import ApiKeys
from engine.store.assessments import Assessments
from engine.store.attendance import Attendance
from engine.store.authorities import Authorities
from engine.store.calendar_changes import CalendarChanges
from engine.store.calls import Calls
from engine.store.cases import Cases
from engine.store.checkpoints import Checkpoints
from engine.store.clocks import Clocks
from engine.store.closed import ClosedCases
from engine.store.delegations import Delegations, Limits
from engine.store.documents import Documents
from engine.store.door import Codes, Surveys, UnfinishedForms, decided_last
from engine.store.editions import Editions
from engine.store.evidence import EvidenceLinks
from engine.store.extensions import Extensions
from engine.store.forecast import Forecasts
from engine.store.imports import Imports
from engine.store.incidents import Incidents
from engine.store.inquiries import Inquiries
from engine.store.interviews import Interviews
from engine.store.invitations import Invitations
from engine.store.issues import Issues
from engine.store.jobs import Jobs
from engine.store.journal import Journal
from engine.store.kinship import Kinship
from engine.store.links import Links
from engine.store.mails import Mails
from engine.store.measures import Measures
from engine.store.messages import Messages
from engine.store.migration_plans import MigrationPlans
from engine.store.organisation import Organisation
from engine.store.outbox import Outbox
from engine.store.outside import Outside
from engine.store.postings import Postings
from engine.store.process_drafts import ProcessDrafts
from engine.store.processes import Processes
from engine.store.proposals import Proposals
from engine.store.records import Records
from engine.store.referrals import Referrals
from engine.store.releases import Releases
from engine.store.remedies import Remedies
from engine.store.resealing import Resealing
from engine.store.respondents import KeptOuts, Respondents
from engine.store.resting import Resting
from engine.store.role_requests import RoleRequests
from engine.store.samples import Samples
from engine.store.scenarios import Scenarios
from engine.store.second_factors import SecondFactors
from engine.store.session import Session
from engine.store.steps import Steps
from engine.store.subjects import Subjects
from engine.store.taken import Taken, take, take_all
from engine.store.teams import Teams
from engine.store.verifications import Verifications
from engine.store.visits import Visits
from engine.store.waivers import Waivers
from engine.store.walls import Walls


class Transaction:
    """Hands out one repository per kind of record; all share the transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, reference: str, *, command_id: str | None = None) -> Taken:
        """Take a case for a change, see ``engine.store.taken``.

        Raises:
            NotFoundError: No case has this reference.
        """
        return take(self._session, reference, command_id=command_id)

    def take_all(self, case_ids: Sequence[int]) -> tuple[Taken, ...]:
        """Take several cases for a change, with their clocks."""
        return take_all(self._session, case_ids)

    @cached_property
    def cases(self) -> Cases:
        """Complaint cases and the messages they wait for."""
        return Cases(self._session)

    @cached_property
    def steps(self) -> Steps:
        """Human steps that wait, and drafts."""
        return Steps(self._session)

    @cached_property
    def resting(self) -> Resting:
        """Suspended cases."""
        return Resting(self._session)

    @cached_property
    def issues(self) -> Issues:
        """What cases are about, and what was found."""
        return Issues(self._session)

    @cached_property
    def remedies(self) -> Remedies:
        """What is done for complainants."""
        return Remedies(self._session)

    @cached_property
    def kinship(self) -> Kinship:
        """Cases that belong together."""
        return Kinship(self._session)

    @cached_property
    def inquiries(self) -> Inquiries:
        """What was asked while cases were investigated."""
        return Inquiries(self._session)

    @cached_property
    def interviews(self) -> Interviews:
        """Whom somebody spoke with about cases."""
        return Interviews(self._session)

    @cached_property
    def assessments(self) -> Assessments:
        """How cases were judged, each time."""
        return Assessments(self._session)

    @cached_property
    def respondents(self) -> Respondents:
        """Persons complained about."""
        return Respondents(self._session)

    @cached_property
    def evidence(self) -> EvidenceLinks:
        """What findings rest on."""
        return EvidenceLinks(self._session)

    @cached_property
    def authorities(self) -> Authorities:
        """By what authority somebody speaks for complainants."""
        return Authorities(self._session)

    @cached_property
    def extensions(self) -> Extensions:
        """Requests for more time."""
        return Extensions(self._session)

    @cached_property
    def kept_out(self) -> KeptOuts:
        """Who is kept away from which case."""
        return KeptOuts(self._session)

    @cached_property
    def referrals(self) -> Referrals:
        """Cases at bodies outside."""
        return Referrals(self._session)

    @cached_property
    def clocks(self) -> Clocks:
        """Promises on time."""
        return Clocks(self._session)

    @cached_property
    def calendar_changes(self) -> CalendarChanges:
        """Changes of the calendar of running cases."""
        return CalendarChanges(self._session)

    @cached_property
    def forecasts(self) -> Forecasts:
        """How long it takes from each step to the decision."""
        return Forecasts(self._session)

    @cached_property
    def attendance(self) -> Attendance:
        """Who is gone, and what stands still."""
        return Attendance(self._session)

    @cached_property
    def calls(self) -> Calls:
        """Calls upwards that wait to be acknowledged."""
        return Calls(self._session)

    @cached_property
    def editions(self) -> Editions:
        """Editions of regimes and calendars."""
        return Editions(self._session)

    @cached_property
    def records(self) -> Records:
        """Statements, approvals, escalations, communications, notes."""
        return Records(self._session)

    @cached_property
    def documents(self) -> Documents:
        """Documents, and where their files lie."""
        return Documents(self._session)

    @cached_property
    def codes(self) -> Codes:
        """Codes by which complainants come back."""
        return Codes(self._session)

    def alikes(self, sight: Sight) -> Alikes:
        """Return what finds complaints that may be the same, as far as somebody sees them."""
        return Alikes(self._session, sight)

    @cached_property
    def unfinished(self) -> UnfinishedForms:
        """Half-filled forms of people without an account."""
        return UnfinishedForms(self._session)

    @cached_property
    def surveys(self) -> Surveys:
        """What complainants think of how they were treated."""
        return Surveys(self._session)

    @cached_property
    def invitations(self) -> Invitations:
        """Who is asked what they think."""
        return Invitations(self._session)

    def decided_last(self, most: int) -> list[tuple[datetime, datetime]]:
        """Return when the complaints decided last were received, and decided; latest first."""
        return decided_last(self._session, most)

    @cached_property
    def journal(self) -> Journal:
        """What happened."""
        return Journal(self._session)

    @cached_property
    def organisation(self) -> Organisation:
        """What happened, and belongs to no case."""
        return Organisation(self._session)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """Signed statements of where every chain of events ended."""
        return Checkpoints(self._session)

    @cached_property
    def verifications(self) -> Verifications:
        """What verifications of the journal found."""
        return Verifications(self._session)

    @cached_property
    def outbox(self) -> Outbox:
        """Mails that are to leave."""
        return Outbox(self._session)

    @cached_property
    def postings(self) -> Postings:
        """Letters that need a hand."""
        return Postings(self._session)

    @cached_property
    def mails(self) -> Mails:
        """Mails that came in."""
        return Mails(self._session)

    @cached_property
    def apart(self) -> Apart:
        """What is left out of a backup."""
        return Apart(self._session)

    @cached_property
    def closed(self) -> ClosedCases:
        """Cases that are over."""
        return ClosedCases(self._session)

    @cached_property
    def scenarios(self) -> Scenarios:
        """Scenarios that are kept with processes."""
        return Scenarios(self._session)

    @cached_property
    def proposals(self) -> Proposals:
        """Processes that wait for a second person."""
        return Proposals(self._session)

    @cached_property
    def processes(self) -> Processes:
        """Published process versions."""
        return Processes(self._session)

    @cached_property
    def migration_plans(self) -> MigrationPlans:
        """Plans that move running cases to another version."""
        return MigrationPlans(self._session)

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts, and failed tries to come in."""
        return Accounts(self._session)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys by which programs act for people."""
        return ApiKeys(self._session)

    @cached_property
    def links(self) -> Links:
        """Links and challenges that open one door once."""
        return Links(self._session)

    @cached_property
    def outside(self) -> Outside:
        """Who somebody is at the organisation's own sign-in."""
        return Outside(self._session)

    @cached_property
    def role_requests(self) -> RoleRequests:
        """Administrator rights that wait for a second administrator."""
        return RoleRequests(self._session)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Second factors and recovery codes."""
        return SecondFactors(self._session)

    @cached_property
    def visits(self) -> Visits:
        """Browsers that are signed in."""
        return Visits(self._session)

    @cached_property
    def jobs(self) -> Jobs:
        """Runs of jobs and snapshots."""
        return Jobs(self._session)

    @cached_property
    def incidents(self) -> Incidents:
        """What a person has to look at."""
        return Incidents(self._session)

    @cached_property
    def messages(self) -> Messages:
        """Messages from outside, and the keys by which they find a case."""
        return Messages(self._session)

    def measures(self, sight: Sight) -> Measures:
        """Return figures over many cases, as far as somebody sees them."""
        return Measures(self._session, sight)

    @cached_property
    def teams(self) -> Teams:
        """Teams, and who belongs to them."""
        return Teams(self._session)

    @cached_property
    def delegations(self) -> Delegations:
        """Who stands in for whom."""
        return Delegations(self._session)

    @cached_property
    def limits(self) -> Limits:
        """How much money somebody may agree to."""
        return Limits(self._session)

    @cached_property
    def samples(self) -> Samples:
        """Closed cases that were drawn for somebody to review."""
        return Samples(self._session)

    @cached_property
    def waivers(self) -> Waivers:
        """Rules that do not hold for a while."""
        return Waivers(self._session)

    @cached_property
    def walls(self) -> Walls:
        """Who is named on a restricted case, has broken the glass, or drew a case."""
        return Walls(self._session)

    @cached_property
    def subjects(self) -> Subjects:
        """The people behind complaints, and what of them is erased."""
        return Subjects(self._session)

    @cached_property
    def resealing(self) -> Resealing:
        """What an older master key sealed."""
        return Resealing(self._session)

    @cached_property
    def releases(self) -> Releases:
        """From when which version is the one for new cases."""
        return Releases(self._session)

    @cached_property
    def process_drafts(self) -> ProcessDrafts:
        """Processes that are being drafted."""
        return ProcessDrafts(self._session)

    @cached_property
    def imports(self) -> Imports:
        """How far imports got."""
        return Imports(self._session)
