"""The inbox: who sees what, who may take it, and what happens to half-filled forms."""

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SeparationOfDutiesError,
    StepClaimedError,
    StepNotOpenError,
)
from engine.services.handling import casefile, inbox
from engine.store.link import PostgresLink
from tests.integration.office import ANSWERS, execute, rows, statements

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _seen(office, who, view, **filters):
    found, total = inbox.page(office.platform, actor=office.staff[who], view=view, **filters)
    assert total == len(found)
    return [(row.reference, row.step.element) for row in found]


@pytest.fixture
def gina(office):
    """A second handler."""
    person = Actor(username="gina", name="Gina", roles=frozenset({Role.HANDLER}))
    office.platform.database.write(
        lambda tx: tx.accounts.add(person, password_hash="", at=office.platform.now())
    )
    office.staff["gina"] = person
    return person


def test_each_seat_sees_what_it_may_take(office):
    new, ready = office.lodge(), office.reach("approve_decision")

    seen = {who: _seen(office, who, "unclaimed") for who in ("hanna", "tom", "ada", "mara")}

    assert seen == {
        "hanna": [(new, "register")],
        "tom": [],
        "ada": [(ready, "approve_decision")],
        "mara": [],
    }


def test_claiming_moves_a_step_from_unclaimed_to_mine_and_releasing_back(office, staff):
    reference = office.lodge()
    where = {"actor": staff["hanna"], "reference": reference, "token": "0"}
    where["token"] = office.token(reference, "register")

    inbox.claim(office.platform, **where)
    claimed = _seen(office, "hanna", "mine"), _seen(office, "hanna", "unclaimed")
    inbox.release(office.platform, **where)
    released = _seen(office, "hanna", "mine"), _seen(office, "hanna", "unclaimed")

    assert claimed == ([(reference, "register")], [])
    assert released == ([], [(reference, "register")])


def test_a_step_in_other_hands_is_not_taken_finished_or_released(office, staff, gina):
    reference = office.reach("assess")
    where = {"reference": reference, "token": office.token(reference, "assess")}
    inbox.claim(office.platform, actor=staff["hanna"], **where)

    for act in (inbox.claim, inbox.release):
        with pytest.raises(StepClaimedError, match=r"Hanna[ a-zA-Z]* works on"):
            act(office.platform, actor=gina, **where)
    with pytest.raises(StepClaimedError):
        office.do(reference, "assess", by="gina")

    assert office.do(reference, "assess", by="hanna")


def test_a_leader_reassigns_to_somebody_who_may_do_it(office, staff, gina):
    reference = office.reach("assess")
    where = {"reference": reference, "token": office.token(reference, "assess")}
    inbox.claim(office.platform, actor=staff["hanna"], **where)

    inbox.reassign(office.platform, actor=staff["tom"], to="gina", **where)

    assert office.steps(reference)["assess"].assignee == "gina"
    with pytest.raises(NotAllowedError):
        inbox.reassign(office.platform, actor=staff["tom"], to="ada", **where)
    with pytest.raises(InvalidInputError, match="nobody active has the user name bob"):
        inbox.reassign(office.platform, actor=staff["tom"], to="bob", **where)
    with pytest.raises(NotAllowedError):
        inbox.reassign(office.platform, actor=gina, to="hanna", **where)


@ON_SQLITE
def test_a_person_who_left_gets_no_step(office, staff, gina):
    reference = office.reach("assess")
    execute(office.platform.database, "UPDATE account SET is_active = 0 WHERE username = 'gina'")

    with pytest.raises(InvalidInputError):
        inbox.reassign(
            office.platform,
            actor=staff["tom"],
            reference=reference,
            token=office.token(reference, "assess"),
            to="gina",
        )


@ON_SQLITE
def test_a_gate_is_not_given_to_whoever_drafted(office, staff):
    office.staff["hanna"] = staff["hanna"].model_copy(
        update={"roles": staff["hanna"].roles | {Role.APPROVER}}
    )
    execute(
        office.platform.database,
        "UPDATE account SET roles = json_array('handler', 'approver') WHERE username = 'hanna'",
    )
    reference = office.reach("approve_decision")
    where = {"reference": reference, "token": office.token(reference, "approve_decision")}

    with pytest.raises(SeparationOfDutiesError):
        inbox.claim(office.platform, actor=office.staff["hanna"], **where)
    with pytest.raises(SeparationOfDutiesError):
        inbox.reassign(office.platform, actor=staff["tom"], to="hanna", **where)


@pytest.mark.parametrize("who", ["ada", "tom", "ivo", "mara", "sam"])
@ON_SQLITE
def test_only_a_role_of_the_step_completes_it(office, who):
    reference = office.lodge()

    with pytest.raises(NotAllowedError, match="Register the complaint"):
        office.do(reference, "register", by=who)

    assert set(office.steps(reference)) == {"register"}


@ON_SQLITE
def test_neither_an_auditor_nor_the_system_works_on_steps(office, staff):
    reference = office.lodge()

    for actor in (staff["vera"], SYSTEM):
        with pytest.raises(NotAllowedError):
            inbox.complete_step(
                office.platform,
                actor=actor,
                reference=reference,
                token=office.token(reference, "register"),
                answers=ANSWERS["register"],
            )


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "999999", "-1", "x", "1; DROP TABLE draft"])
def test_a_token_that_never_was_is_refused(office, staff, token):
    reference = office.lodge()
    where = {"actor": staff["hanna"], "reference": reference, "token": token}

    for act in (
        lambda: inbox.claim(office.platform, **where),
        lambda: inbox.release(office.platform, **where),
        lambda: inbox.save_draft(office.platform, content={}, **where),
        lambda: inbox.complete_step(office.platform, answers=ANSWERS["register"], **where),
    ):
        with pytest.raises(StepNotOpenError):
            act()


@ON_SQLITE
def test_a_token_of_another_case_opens_nothing(office, staff):
    first, second = office.reach("assess"), office.lodge()

    with pytest.raises(StepNotOpenError):
        inbox.complete_step(
            office.platform,
            actor=staff["hanna"],
            reference=second,
            token=office.token(first, "assess"),
            answers=ANSWERS["assess"],
        )


@ON_SQLITE
@pytest.mark.parametrize(
    ("element", "answers", "problems"),
    [
        ("register", {"category": "Gardening"}, {"Category": "'Gardening' is not one of ours."}),
        ("register", {"scope": "perhaps"}, {"What is it?"}),
        ("register", {"colour": "red"}, {"colour": "is not a field of this form."}),
        ("acknowledge", {"text": "Hi"}, {"Acknowledgement": "needs at least 20 characters."}),
        ("acknowledge", {"text": " " * 40}, {"Acknowledgement": "needs at least 20 characters."}),
        ("assess", {"severity": 9}, {"Severity"}),
        ("assess", {"amount": "-5"}, {"Amount at stake": "must be 0 or more."}),
        ("assess", {"amount": "lots"}, {"Amount at stake": "must be a number."}),
        ("assess", {"amount": "Infinity"}, {"Amount at stake"}),
        ("assign", {"owner": "nobody"}, {"Owner": "'nobody' handles no complaints."}),
        ("assign", {"owner": "ada"}, {"Owner": "'ada' handles no complaints."}),
    ],
)
def test_a_wrong_form_is_refused_by_field_and_the_step_stays(office, element, answers, problems):
    reference = office.reach(element)

    with pytest.raises(InvalidInputError) as refusal:
        office.do(reference, element, **answers)

    if isinstance(problems, dict):
        assert refusal.value.problems == problems
    else:
        assert set(refusal.value.problems) == problems
    assert element in office.steps(reference)


@pytest.mark.iso("4.7")
def test_an_investigator_who_owns_a_case_is_not_given_what_only_handlers_do(office):
    reference = office.reach(
        "plan", assess={"severity": 4, "complexity": "complex"}, assign={"owner": "ivo"}
    )
    planned = office.steps(reference)["plan"].assignee
    office.do(reference, "plan")

    assert planned is None
    assert office.steps(reference)["investigate"].assignee == "ivo"


def test_a_draft_is_kept_for_its_author_and_goes_with_the_step(office, staff, gina):
    reference = office.reach("assess")
    where = {"reference": reference, "token": office.token(reference, "assess")}
    typed = {"severity": "4", "note": "half a tho\x00ught", "nested": [{"a": None}]}
    inbox.save_draft(office.platform, actor=staff["hanna"], content={"old": 1}, **where)
    kept_at = inbox.save_draft(office.platform, actor=staff["hanna"], content=typed, **where)

    mine = inbox.draft(office.platform, actor=staff["hanna"], **where)
    hers = inbox.draft(office.platform, actor=gina, **where)
    shown = office.view(reference).steps[0]
    office.do(reference, "assess")

    assert mine.content == typed | {"note": "half a thought"}
    assert mine.saved_at == kept_at == shown.saved_at
    assert hers is None
    assert rows(office.platform.database, "SELECT count(*) FROM draft") == [(0,)]


def test_a_draft_beyond_any_form_is_refused_and_the_one_before_stays(office, staff):
    reference = office.reach("assess")
    where = {"reference": reference, "token": office.token(reference, "assess")}
    inbox.save_draft(office.platform, actor=staff["hanna"], content={"note": "kept"}, **where)

    with pytest.raises(InvalidInputError, match="at most 200,000 characters"):
        inbox.save_draft(
            office.platform, actor=staff["hanna"], content={"note": "x" * 200_000}, **where
        )

    assert inbox.draft(office.platform, actor=staff["hanna"], **where).content == {"note": "kept"}


def test_search_finds_words_in_any_order_and_takes_signs_literally(office):
    wanted = office.lodge(summary="50% off was never given", complainant_name="O'Hara")
    office.lodge(summary="Five hundred off")

    found = [
        _seen(office, "hanna", "all", search=search)
        for search in ("o'hara 50%", "50_", "%", wanted.lower(), "' OR 1=1 --")
    ]

    hit = [(wanted, "register")]
    assert found == [hit, [], [], hit, []]


def test_filters_and_pages_agree_with_the_count(office):
    references = [office.lodge(summary=f"Number {n}") for n in range(5)]
    office.do(references[0], "register", category="Delivery or provision")

    pages = [
        inbox.page(office.platform, actor=office.staff["hanna"], view="all", limit=2, offset=offset)
        for offset in (0, 2, 4, 6)
    ]
    filtered = _seen(office, "hanna", "all", categories=("Delivery or provision",))

    assert [len(found) for found, _total in pages] == [2, 2, 2, 0]
    assert {total for _found, total in pages} == {6}
    keys = [(row.reference, row.step.element) for found, _ in pages for row in found]
    assert len(set(keys)) == 6
    assert {reference for reference, _ in filtered} == {references[0]}


def test_late_steps_are_those_past_their_due_time(office, clock):
    reference = office.lodge()
    due = office.steps(reference)["register"].due_at
    clock.now = due
    in_time = _seen(office, "hanna", "late")
    clock.advance(seconds=1)

    late = _seen(office, "hanna", "late")

    assert (in_time, late) == ([], [(reference, "register")])
    assert inbox.counts(office.platform, actor=office.staff["hanna"])["late"] == 1


def test_severity_in_the_inbox_follows_the_assessment(office):
    reference = office.reach("assess")
    office.do(reference, "assess", severity=5)

    assert _seen(office, "hanna", "all", severities=(5,)) == [(reference, "acknowledge")]


def test_approvers_see_only_gates_they_may_give(office):
    office.lodge()
    ready = office.reach("approve_decision")

    assert _seen(office, "ada", "all", gates_only=True) == [(ready, "approve_decision")]
    assert _seen(office, "mara", "all", gates_only=True) == []


@ON_SQLITE
def test_a_case_page_never_offers_its_form_to_those_who_may_not(office, staff):
    reference = office.reach("approve_decision")

    seen = {
        who: casefile.view(office.platform, actor=staff[who], reference=reference).steps[0]
        for who in ("hanna", "ada")
    }

    assert (seen["hanna"].may_take, seen["hanna"].is_barred) == (False, True)
    assert (seen["ada"].may_take, seen["ada"].is_barred) == (True, False)


@ON_SQLITE
def test_a_case_that_is_closed_takes_no_more_commands(office, staff):
    reference = office.reach("closing_check")
    token = office.token(reference, "closing_check")
    office.do(reference, "closing_check")

    with pytest.raises(StepNotOpenError):
        inbox.claim(office.platform, actor=staff["tom"], reference=reference, token=token)
    with pytest.raises(NotFoundError):
        inbox.claim(office.platform, actor=staff["tom"], reference="C-0", token=token)


def test_a_command_needs_few_statements(office, staff, monkeypatch):
    """Most of them are posted: PostgreSQL gets them in a few messages."""
    needed, messages = {}, {}
    sent, run, commit = [], PostgresLink.run, PostgresLink.commit
    monkeypatch.setattr(PostgresLink, "run", lambda link, calls: sent.append(0) or run(link, calls))
    monkeypatch.setattr(
        PostgresLink, "commit", lambda link, calls: sent.append(0) or commit(link, calls)
    )
    reference = office.lodge()
    for element in (
        *("register", "assess", "acknowledge", "assign", "investigate", "draft_decision"),
        "approve_decision",
    ):
        step = office.steps(reference)[element]
        who = {"assign": "tom", "approve_decision": "ada"}.get(element, "hanna")
        sent.clear()
        with statements(office.platform.database) as seen:
            inbox.complete_step(
                office.platform,
                actor=staff[who],
                reference=reference,
                token=step.token,
                answers=ANSWERS[step.form],
            )
        needed[element], messages[element] = len(seen), len(sent)

    # An event that tells something personal has a row beside it; approvals ask for limits, and a
    # decision that is sent is a letter and offers its remedies.
    assert max(needed.values()) <= 35, needed
    assert max(messages.values()) <= 13, messages
    assert messages["draft_decision"] <= 9, messages
