"""Teams, restricted complaints, broken glass and samples, as people meet them."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.case_set import CaseSet
from engine.domain.kpi import Period
from engine.errors import (
    ConflictError,
    CourseError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OutOfReachError,
)
from engine.services.figures import facts, reporting
from engine.services.handling import approvals, casefile, casework, inbox
from engine.services.running import glass, operations
from engine.services.staffing import restriction, teams
from tests.integration.office import execute, rows
from tests.integration.reach_ways import RITA, hire, make_team

WHY = "It is about a colleague."


@pytest.fixture
def gina(office):
    """A handler of the team Billing; Hanna and the others belong to none."""
    person = Actor(
        username="gina",
        name="Gina",
        roles=frozenset({Role.HANDLER, Role.INTAKE}),
        teams=frozenset({"billing"}),
    )
    hire(office.platform, person.model_copy(update={"teams": frozenset()}))
    make_team(office.platform, "billing", "gina", categories=["Price"])
    return person


@pytest.fixture
def olaf(office):
    """An administrator."""
    person = Actor(username="olaf", name="Olaf", roles=frozenset({Role.ADMINISTRATOR}))
    return hire(office.platform, person)


def _restrict(office, reference, *people, by="mara"):
    restriction.restrict(
        office.platform, actor=office.staff[by], reference=reference, people=people, reason=WHY
    )


def _references(office, person, **wanted):
    found, _n = inbox.page(office.platform, actor=person, view="all", **wanted)
    return {row.reference for row in found}


def _events(office, reference):
    """Return what happened, but for ordinary looks."""
    return rows(
        office.platform.database,
        "SELECT type, actor, detail FROM journal j JOIN complaint_case c ON c.id = j.case_id "
        "WHERE c.reference = :of AND type <> 'case.read' ORDER BY seq",
        of=reference,
    )


def test_a_complaint_goes_to_the_team_of_its_category_or_of_whoever_takes_it(office, gina):
    by_category = office.lodge(category="Price")
    office.staff["hanna"], hanna = gina, office.staff["hanna"]
    by_taker = office.lodge(category="Delivery or provision")
    office.staff["hanna"] = hanna
    of_nobody = office.lodge()

    found = dict(rows(office.platform.database, "SELECT reference, team FROM complaint_case"))
    assert found == {by_category: "billing", by_taker: "billing", of_nobody: None}


def test_lists_and_searches_show_a_team_only_what_it_works_on(office, gina):
    hers, theirs = office.lodge(category="Price"), office.lodge()
    hanna = office.staff["hanna"]

    assert _references(office, gina) == {hers, theirs}
    assert _references(office, hanna) == {theirs}
    assert _references(office, hanna, search="twice") == {theirs}
    assert _references(office, hanna, search=hers) == set()
    assert inbox.counts(office.platform, actor=hanna)["all"] == 1


def test_a_complaint_of_another_team_is_refused_with_the_reason(office, gina):
    hers = office.lodge(category="Price")

    with pytest.raises(OutOfReachError, match="another team"):
        casework.add_note(
            office.platform, actor=office.staff["hanna"], reference=hers, text="Hello"
        )
    with pytest.raises(OutOfReachError, match="no step of the complaint waits"):
        casefile.view(office.platform, actor=office.staff["ada"], reference=hers)


def test_moving_a_complaint_takes_it_out_of_the_hands_it_was_in(office, gina):
    reference = office.reach("investigate")
    known = {"actor": office.staff["mara"], "reference": reference, "reason": "A bill."}

    teams.move(office.platform, team="billing", **known)

    assert _references(office, gina) == {reference}
    assert [row.step.assignee for row in inbox.page(
        office.platform, actor=gina, view="unclaimed")[0]] == [None]  # fmt: skip
    assert casefile.view(office.platform, actor=gina, reference=reference).case.owner is None
    # Whoever has worked on it before may read on.
    assert casefile.view(office.platform, actor=office.staff["hanna"], reference=reference)
    with pytest.raises(CourseError):
        teams.move(office.platform, team="billing", **known)
    with pytest.raises(NotFoundError):
        teams.move(office.platform, team="nowhere", **known)


def test_a_step_given_to_somebody_of_another_team_opens_the_complaint_to_them(office, gina):
    hers = office.reach("assess", reference=office.lodge())
    teams.move(
        office.platform, actor=office.staff["mara"], reference=hers, team="billing", reason="Bill."
    )
    token = rows(office.platform.database, "SELECT token FROM open_step WHERE element='assess'")
    nora = hire(
        office.platform, Actor(username="nora", name="Nora", roles=frozenset({Role.HANDLER}))
    )

    assert _references(office, nora) == set()
    inbox.reassign(
        office.platform, actor=office.staff["mara"], reference=hers, token=token[0][0], to="nora"
    )

    assert _references(office, nora) == {hers}
    assert casefile.view(office.platform, actor=nora, reference=hers)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"code": "No Spaces"}, "Code"),
        ({"title": " "}, "Title"),
        ({"title": "turned \u202e round"}, "Title"),
        ({"categories": ["Nonsense"]}, "Categories"),
        ({"categories": ["Price"]}, "Categories"),
        ({"members": ["nobody"]}, "Members"),
    ],
)
def test_a_team_that_cannot_be_is_refused_by_field(office, gina, wrong, problem):
    sound = {"code": "delivery", "title": "Delivery", "categories": [], "members": ["gina"]}

    with pytest.raises(InvalidInputError) as refusal:
        teams.keep(office.platform, actor=office.staff["mara"], **(sound | wrong))

    assert list(refusal.value.problems) == [problem]


def test_a_restricted_complaint_is_for_others_one_that_does_not_exist(office):
    reference, other = office.reach("investigate"), office.lodge()
    _restrict(office, reference, "ivo")
    hanna = office.staff["hanna"]

    with pytest.raises(NotFoundError) as hidden:
        casefile.view(office.platform, actor=hanna, reference=reference)
    with pytest.raises(NotFoundError) as absent:
        casefile.view(office.platform, actor=hanna, reference="C-2026-999999")
    assert str(hidden.value).replace(reference, "…") == str(absent.value).replace(
        "C-2026-999999", "…"
    )
    assert _references(office, hanna) == {other}
    assert _references(office, hanna, search="twice") == {other}
    assert inbox.counts(office.platform, actor=hanna) == {
        "mine": 0,
        "unclaimed": 1,
        "late": 0,
        "at_risk": 0,
        "all": 1,
    }
    assert _references(office, office.staff["ivo"]) == {reference, other}
    assert _references(office, office.staff["mara"]) == {reference, other}
    assert _references(office, RITA) == {reference, other}


def test_a_number_and_the_list_behind_it_leave_out_the_same_complaints(office):
    reference, _other = office.reach("investigate"), office.lodge()
    _restrict(office, reference, "ivo", by="mara")
    period = Period.last_days(30, office.platform.now(), "Europe/London")
    received = CaseSet("received", period.begin, period.end, office.platform.now())
    leader = office.staff["tom"]

    facts.keep_up(office.platform)
    lines, total = reporting.cases_behind(office.platform, actor=leader, cases=received)
    told = reporting.report(office.platform, actor=leader, period=period)

    assert total == len(lines) == 1
    assert {f.measure.id: f.figure.n for f in told.figures}["received"] == 1


def test_a_suspended_complaint_that_is_restricted_is_in_no_list(office):
    reference = office.reach("investigate")
    operations.suspend(office.platform, actor=office.staff["mara"], reference=reference, reason=WHY)
    execute(
        office.platform.database,
        "UPDATE complaint_case SET restricted_at = recorded_at, circle = '#' || id, owner = NULL",
    )

    assert inbox.suspended(office.platform, actor=office.staff["tom"])[1] == 0
    assert inbox.suspended_count(office.platform, actor=office.staff["tom"]) == 0
    assert inbox.suspended_count(office.platform, actor=RITA) == 1


def test_approvals_show_no_restricted_draft_to_who_is_not_named(office):
    reference = office.reach("approve_decision")
    _restrict(office, reference, "mara")

    assert approvals.waiting(office.platform, actor=office.staff["ada"])[1] == 0
    assert approvals.waiting(office.platform, actor=RITA)[1] == 0  # no role of hers decides


def test_nobody_who_is_not_named_holds_anything_of_a_restricted_complaint(office):
    reference = office.reach("investigate")
    assert office.view(reference).case.owner == "hanna"

    _restrict(office, reference, "ivo")

    file = casefile.view(office.platform, actor=office.staff["ivo"], reference=reference)
    assert file.case.owner is None
    assert {opened.step.assignee for opened in file.steps} == {None}
    token = file.steps[0].step.token
    with pytest.raises(InvalidInputError, match="not named"):
        inbox.reassign(
            office.platform,
            actor=office.staff["mara"],
            reference=reference,
            token=token,
            to="hanna",
        )
    with pytest.raises(NotFoundError):
        inbox.claim(office.platform, actor=office.staff["hanna"], reference=reference, token=token)


def test_restricting_again_names_others_and_lifting_opens_it(office):
    reference = office.reach("investigate")
    _restrict(office, reference, "ivo")
    _restrict(office, reference, "hanna")

    with pytest.raises(NotFoundError):
        casefile.view(office.platform, actor=office.staff["ivo"], reference=reference)
    named = restriction.named(office.platform, actor=office.staff["hanna"], reference=reference)
    assert named == ("hanna", "mara")

    known = {"actor": office.staff["mara"], "reference": reference, "reason": "It is over."}
    restriction.lift(office.platform, **known)
    assert casefile.view(office.platform, actor=office.staff["ivo"], reference=reference)
    with pytest.raises(CourseError, match="not restricted"):
        restriction.lift(office.platform, **known)
    assert [kind for kind, _by, _detail in _events(office, reference)][-3:] == [
        "case.restricted",
        "case.restricted",
        "case.unrestricted",
    ]


def test_broken_glass_opens_one_page_for_a_while_and_every_look_is_kept(office, clock, olaf):
    reference = office.reach("investigate")
    _restrict(office, reference, "ivo")
    known = {"actor": olaf, "reference": reference}
    with pytest.raises(NotFoundError):
        casefile.view(office.platform, **known)

    until = glass.break_glass(office.platform, reason="Police is here.", **known)
    shown = casefile.view(office.platform, **known)

    assert shown.case.complaint.complainant_name == "Jane Canary"
    kept = [(kind, by) for kind, by, _detail in _events(office, reference)][-2:]
    assert kept == [("glass.broken", "olaf"), ("glass.read", "olaf")]
    with pytest.raises(NotAllowedError):
        casework.add_note(office.platform, text="Hello", **known)
    clock.now = until
    with pytest.raises(NotFoundError):
        casefile.view(office.platform, **known)


def test_an_administrator_reads_no_complaint_without_breaking_glass(office, olaf):
    reference = office.lodge()
    known = {"actor": olaf, "reference": reference}

    with pytest.raises(NotAllowedError):
        casefile.view(office.platform, **known)
    glass.break_glass(office.platform, reason="The printer prints it.", **known)

    assert casefile.view(office.platform, **known).case.reference == reference


def test_who_answers_for_it_is_told_by_mail_and_on_a_page_until_somebody_looks_into_it(
    office, olaf
):
    access = office.platform.policy.access.model_copy(update={"alert_to": ("rita@example.org",)})
    policy = office.platform.policy.model_copy(update={"access": access})
    object.__setattr__(office.platform, "policy", policy)
    reference = office.lodge()

    glass.break_glass(
        office.platform, actor=olaf, reference=reference, reason="The printer prints it."
    )

    now = office.platform.now()
    mail = office.platform.database.write(lambda tx: tx.outbox.take(now, lease_until=now))
    assert (mail.recipient, mail.subject) == ("rita@example.org", f"Glass broken: {reference}")
    assert "Jane" not in mail.body
    (broken,) = glass.broken(office.platform, actor=RITA)
    assert (broken.username, glass.unseen(office.platform, actor=RITA)) == ("olaf", 1)
    glass.see(office.platform, actor=RITA, glass_id=broken.id)
    assert glass.unseen(office.platform, actor=RITA) == 0
    assert glass.broken(office.platform, actor=RITA, is_seen=True)[0].seen_by == "rita"
    with pytest.raises(NotFoundError):
        glass.see(office.platform, actor=RITA, glass_id=broken.id + 1)


def test_nobody_puts_away_a_glass_that_they_broke(office):
    both = Actor(
        username="both",
        name="Both",
        roles=frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION}),
    )
    lone = both.model_copy(update={"roles": frozenset({Role.ADMINISTRATOR})})
    glass.break_glass(office.platform, actor=lone, reference=office.lodge(), reason="A fire.")
    (broken,) = glass.broken(office.platform, actor=both)

    with pytest.raises(ConflictError, match="somebody else"):
        glass.see(office.platform, actor=both, glass_id=broken.id)

    assert glass.unseen(office.platform, actor=RITA) == 1


def test_no_glass_is_broken_where_the_door_is_open(office):
    with pytest.raises(CourseError, match="open to you"):
        glass.break_glass(
            office.platform, actor=office.staff["tom"], reference=office.lodge(), reason="A fire."
        )
