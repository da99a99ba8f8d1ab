"""One transaction and everything it can read and write."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TypeVar

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
from engine.store.case_facts import CaseFacts
from engine.store.case_parts import CaseParts
from engine.store.case_stream import CaseStream
from engine.store.cases import Cases
from engine.store.checkpoints import Checkpoints
from engine.store.clocks import Clocks
from engine.store.closed import ClosedCases
from engine.store.conformity import Conformity
from engine.store.daily_mails import DailyMails
from engine.store.delegations import Delegations, Limits
from engine.store.documents import Documents
from engine.store.door import Codes, Surveys, UnfinishedForms, decided_last
from engine.store.editions import Editions
from engine.store.evidence import EvidenceLinks
from engine.store.evidence_runs import EvidenceRuns
from engine.store.experience import Elapsed, Experiences
from engine.store.extensions import Extensions
from engine.store.forecast import Forecasts
from engine.store.governance import Governance
from engine.store.imports import Imports
from engine.store.improvements import Improvements
from engine.store.incidents import Incidents
from engine.store.inquiries import Inquiries
from engine.store.interviews import Interviews
from engine.store.invitations import Invitations
from engine.store.issues import Issues
from engine.store.jobs import Jobs
from engine.store.journal import Journal
from engine.store.kept_returns import KeptReturns
from engine.store.kinship import Kinship
from engine.store.links import Links
from engine.store.mails import Mails
from engine.store.messages import Messages
from engine.store.migration_plans import MigrationPlans
from engine.store.organisation import Organisation
from engine.store.outbox import Outbox
from engine.store.outside import Outside
from engine.store.postings import Postings
from engine.store.process_drafts import ProcessDrafts
from engine.store.process_health import ProcessHealth
from engine.store.processes import Processes
from engine.store.proposals import Proposals
from engine.store.records import Records
from engine.store.referrals import Referrals
from engine.store.releases import Releases
from engine.store.remedies import Remedies
from engine.store.resealing import Resealing
from engine.store.respondents import KeptOuts, Respondents
from engine.store.resting import Resting
from engine.store.return_preparations import ReturnPreparations
from engine.store.reviews import Reviews
from engine.store.role_requests import RoleRequests
from engine.store.samples import Samples
from engine.store.scenarios import Scenarios
from engine.store.second_factors import SecondFactors
from engine.store.second_looks import SecondLooks
from engine.store.session import Session
from engine.store.signals import Signals
from engine.store.snapshots import Snapshots
from engine.store.stated_numbers import StatedNumbers
from engine.store.steps import Steps
from engine.store.subject_requests import SubjectRequests
from engine.store.subjects import Subjects
from engine.store.taken import Taken, take, take_all
from engine.store.teams import Teams
from engine.store.trial_runs import TrialRuns
from engine.store.verifications import Verifications
from engine.store.visits import Visits
from engine.store.waivers import Waivers
from engine.store.walls import Walls
from engine.store.weekly import Weekly

Repository = TypeVar("Repository")


def _kept(kind: Callable[[Session], Repository]) -> cached_property[Repository]:
    """Return the attribute that makes a repository when it is first asked for."""
    return cached_property(lambda transaction: kind(transaction._session))  # noqa: SLF001 - its own


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

    cases = _kept(Cases)
    """Complaint cases and the messages they wait for."""

    steps = _kept(Steps)
    """Human steps that wait, and drafts."""

    resting = _kept(Resting)
    """Suspended cases."""

    issues = _kept(Issues)
    """What cases are about, and what was found."""

    remedies = _kept(Remedies)
    """What is done for complainants."""

    kinship = _kept(Kinship)
    """Cases that belong together."""

    inquiries = _kept(Inquiries)
    """What was asked while cases were investigated."""

    interviews = _kept(Interviews)
    """Whom somebody spoke with about cases."""

    assessments = _kept(Assessments)
    """How cases were judged, each time."""

    respondents = _kept(Respondents)
    """Persons complained about."""

    evidence = _kept(EvidenceLinks)
    """What findings rest on."""

    authorities = _kept(Authorities)
    """By what authority somebody speaks for complainants."""

    extensions = _kept(Extensions)
    """Requests for more time."""

    kept_out = _kept(KeptOuts)
    """Who is kept away from which case."""

    referrals = _kept(Referrals)
    """Cases at bodies outside."""

    clocks = _kept(Clocks)
    """Promises on time."""

    calendar_changes = _kept(CalendarChanges)
    """Changes of the calendar of running cases."""

    forecasts = _kept(Forecasts)
    """How long it takes from each step to the decision."""

    attendance = _kept(Attendance)
    """Who is gone, and what stands still."""

    calls = _kept(Calls)
    """Calls upwards that wait to be acknowledged."""

    editions = _kept(Editions)
    """Editions of regimes and calendars."""

    records = _kept(Records)
    """Statements, approvals, escalations, communications, notes."""

    documents = _kept(Documents)
    """Documents, and where their files lie."""

    codes = _kept(Codes)
    """Codes by which complainants come back."""

    def alikes(self, sight: Sight) -> Alikes:
        """Return what finds complaints that may be the same, as far as somebody sees them."""
        return Alikes(self._session, sight)

    unfinished = _kept(UnfinishedForms)
    """Half-filled forms of people without an account."""

    surveys = _kept(Surveys)
    """What complainants think of how they were treated."""

    invitations = _kept(Invitations)
    """Who is asked what they think."""

    def decided_last(self, most: int) -> list[tuple[datetime, datetime]]:
        """Return when the complaints decided last were received, and decided; latest first."""
        return decided_last(self._session, most)

    journal = _kept(Journal)
    """What happened."""

    organisation = _kept(Organisation)
    """What happened, and belongs to no case."""

    kept_returns = _kept(KeptReturns)
    """Returns to regulators, as they were sent."""

    return_preparations = _kept(ReturnPreparations)
    """Returns to regulators that are to be sent."""

    checkpoints = _kept(Checkpoints)
    """Signed statements of where every chain of events ended."""

    verifications = _kept(Verifications)
    """What verifications of the journal found."""

    outbox = _kept(Outbox)
    """Mails that are to leave."""

    postings = _kept(Postings)
    """Letters that need a hand."""

    mails = _kept(Mails)
    """Mails that came in."""

    apart = _kept(Apart)
    """What is left out of a backup."""

    closed = _kept(ClosedCases)
    """Cases that are over."""

    scenarios = _kept(Scenarios)
    """Scenarios of drafts and versions."""

    trial_runs = _kept(TrialRuns)
    """What became of scenarios and closed cases on drafts and proposals."""

    proposals = _kept(Proposals)
    """Processes that wait for a second person."""

    processes = _kept(Processes)
    """Published process versions."""

    migration_plans = _kept(MigrationPlans)
    """Plans that move running cases to another version."""

    accounts = _kept(Accounts)
    """Accounts, and failed tries to come in."""

    api_keys = _kept(ApiKeys)
    """Keys by which programs act for people."""

    links = _kept(Links)
    """Links and challenges that open one door once."""

    outside = _kept(Outside)
    """Who somebody is at the organisation's own sign-in."""

    daily_mails = _kept(DailyMails)
    """Who wants a mail each working day."""

    role_requests = _kept(RoleRequests)
    """Administrator rights that wait for a second administrator."""

    second_factors = _kept(SecondFactors)
    """Second factors and recovery codes."""

    visits = _kept(Visits)
    """Browsers that are signed in."""

    case_facts = _kept(CaseFacts)
    """Facts of complaints, and what counts them."""

    jobs = _kept(Jobs)
    """Runs of jobs."""

    snapshots = _kept(Snapshots)
    """Figures as they were told."""

    incidents = _kept(Incidents)
    """What a person has to look at."""

    messages = _kept(Messages)
    """Messages from outside, and the keys by which they find a case."""

    case_parts = _kept(CaseParts)
    """What belongs to cases, for what leaves the house."""

    def case_stream(self, sight: Sight) -> CaseStream:
        """Return complaints with what happened to them, as far as somebody sees them."""
        return CaseStream(self._session, sight)

    def experiences(self, sight: Sight, at: datetime, elapsed: Elapsed) -> Experiences:
        """Return what many journals tell of their steps, looking back from a moment."""
        return Experiences(self._session, sight, at, elapsed)

    def conformity(self, sight: Sight) -> Conformity:
        """Return counts for the clauses of the standard, as far as somebody sees complaints."""
        return Conformity(self._session, sight)

    governance = _kept(Governance)
    """What top management, managers and auditors decide and look at."""

    improvements = _kept(Improvements)
    """What actions shall move, and whether they have."""

    evidence_runs = _kept(EvidenceRuns)
    """What was found about conformity, run by run."""

    reviews = _kept(Reviews)
    """Packs for the management review, and the meetings about them."""

    teams = _kept(Teams)
    """Teams, and who belongs to them."""

    delegations = _kept(Delegations)
    """Who stands in for whom."""

    limits = _kept(Limits)
    """How much money somebody may agree to."""

    samples = _kept(Samples)
    """Closed cases that were drawn for somebody to review."""

    second_looks = _kept(SecondLooks)
    """Discarded mails that are judged a second time."""

    process_health = _kept(ProcessHealth)
    """What was found of a process week by week."""

    signals = _kept(Signals)
    """Control charts, and what they found."""

    weekly = _kept(Weekly)
    """What control charts are made of."""

    stated_numbers = _kept(StatedNumbers)
    """How many customers, contracts or transactions there were."""

    waivers = _kept(Waivers)
    """Rules that do not hold for a while."""

    walls = _kept(Walls)
    """Who is named on a restricted case, has broken the glass, or drew a case."""

    subjects = _kept(Subjects)
    """The people behind complaints, and what of them is erased."""

    subject_requests = _kept(SubjectRequests)
    """What people ask for about their own data."""

    resealing = _kept(Resealing)
    """What an older master key sealed."""

    releases = _kept(Releases)
    """From when which version is the one for new cases."""

    process_drafts = _kept(ProcessDrafts)
    """Processes that are being drafted."""

    imports = _kept(Imports)
    """How far imports got."""
