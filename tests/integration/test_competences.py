"""A step that asks for competences is for those who have all of them, wherever it is asked."""

from importlib.resources import files
from itertools import chain, combinations

import pytest

from engine.domain import actor as actor_module
from engine.domain.actor import SYSTEM
from engine.errors import (
    CompetenceMissingError,
    ConflictError,
    DiagramRejectedError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RedressError,
    SeparationOfDutiesError,
)
from engine.process.bundle import build_bundle, inspect
from engine.process.finding import Layer
from engine.services.accounts import accounts, competences, keys, roster
from engine.services.handling import casefile, inbox
from engine.services.process import processes
from engine.services.proposing import publishing
from tests.integration.identity_ways import people
from tests.integration.office import ANSWERS, rows
from tests.integration.own_process import expert, publish_expert
from tests.integration.reach_ways import stand_in
from tests.unit.process.drawing import document, line, node, process

ASKED = ("Fees", "Tax law")
WHY = "A course in May."
SUBSETS = list(chain.from_iterable(combinations(ASKED, n) for n in range(len(ASKED) + 1)))


@pytest.fixture
def office(office):
    """The office, on a process one step of which asks for two competences."""
    publish_expert(office.platform)
    return office


def _can(office, who, *names):
    """Let somebody have competences, and return them as a service meets them."""
    office.platform.database.write(lambda tx: tx.accounts.set_competences(who, names))
    with office.platform.database.read() as tx:
        return tx.accounts.get(who).actor


def _waiting(office, owner="ivo"):
    """Return where a step waits that asks for both competences."""
    reference = office.lodge()
    office.do(reference, "give", owner=owner, by="tom")
    return {"reference": reference, "token": office.token(reference, "work")}


def _ways(office, person):
    """Return by name each way in which a step comes to somebody, or is done by them."""
    platform, tom = office.platform, office.staff["tom"]
    return {
        "claim": lambda at: inbox.claim(platform, actor=person, **at),
        "complete": lambda at: inbox.complete_step(
            platform, actor=person, answers=ANSWERS["acknowledge"], **at
        ),
        "reassign": lambda at: inbox.reassign(
            platform, actor=tom, to=person.username, reason=WHY, **at
        ),
    }


def _lets(act, at):
    try:
        act(at)
    except RedressError as refusal:
        return type(refusal)
    return None


def _told(office, person, at):
    """Return what a list, a count and the case say before somebody tries."""
    platform, reference = office.platform, at["reference"]
    found, _total = inbox.page(platform, actor=person, view="unclaimed")
    file = casefile.view(platform, actor=person, reference=reference)
    (step,) = file.steps
    known = accounts.colleagues(platform, actor=person, competences=step.step.competences)
    return {
        "list": reference in {row.reference for row in found},
        "count": inbox.counts(platform, actor=person)["unclaimed"] == 1,
        "case": step.may_take,
        "nothing lacks": not step.lacks,
        "colleagues": person.username in known,
    }


@pytest.mark.iso("4.14")
@pytest.mark.parametrize("held", SUBSETS, ids="+".join)
def test_a_step_comes_only_to_who_has_all_that_it_asks_for_and_lists_say_the_same(office, held):
    person = _can(office, "hanna", *(name.upper() for name in held))
    at = _waiting(office)

    told = set(_told(office, person, at).values())
    ends = {name: _lets(act, at) for name, act in _ways(office, person).items() if name != "claim"}
    again = _waiting(office)
    ends["claim"] = _lets(_ways(office, person)["claim"], again)

    is_able = len(held) == len(ASKED)
    assert told == {is_able}
    if is_able:
        assert ends["complete"] is ends["claim"] is None
    else:
        assert set(ends.values()) == {CompetenceMissingError}


def test_a_step_is_given_to_who_has_all_that_it_asks_for(office):
    person = _can(office, "hanna", *ASKED)
    at = _waiting(office)

    _ways(office, person)["reassign"](at)

    assert office.steps(at["reference"])["work"].assignee == "hanna"


def test_the_refusal_names_what_is_missing(office):
    at = _waiting(office)
    person = _can(office, "hanna", "Tax law")

    with pytest.raises(CompetenceMissingError) as refused:
        inbox.claim(office.platform, actor=person, **at)

    said = "Hanna may not take the step “Work it out”: this needs the competence “Fees”."
    assert str(refused.value) == said
    assert refused.value.missing == ("Fees",)


def test_a_role_is_still_needed_besides(office):
    at = _waiting(office)
    person = _can(office, "ivo", *ASKED)

    with pytest.raises(NotAllowedError, match="needs the role handler"):
        inbox.claim(office.platform, actor=person, **at)


@pytest.mark.parametrize(("held", "owner"), [(ASKED, "hanna"), (ASKED[:1], None)])
def test_casework_goes_to_the_owner_only_where_they_can_do_it(office, held, owner):
    _can(office, "hanna", *held)

    at = _waiting(office, owner="hanna")

    assert office.steps(at["reference"])["work"].assignee == owner


@pytest.mark.parametrize(
    ("absent", "present", "end"),
    [((), ASKED, None), (ASKED, (), CompetenceMissingError), (ASKED, ASKED, None)],
)
def test_who_stands_in_needs_the_competence_themselves(office, absent, present, end):
    _can(office, "hanna", *absent)
    person = _can(office, "ivo", *present)
    stand_in(office.platform, office.staff["tom"], "hanna", "ivo")
    at = _waiting(office, owner="ivo")

    told = _told(office, person, at)

    assert told["list"] == told["case"] == (end is None)
    assert _lets(_ways(office, person)["claim"], at) is end


def test_who_lost_a_competence_can_put_the_step_back_and_not_complete_it(office):
    at = _waiting(office)
    inbox.claim(office.platform, actor=_can(office, "hanna", *ASKED), **at)
    person = _can(office, "hanna", "Fees")

    with pytest.raises(CompetenceMissingError, match="Tax law"):
        _ways(office, person)["complete"](at)
    inbox.release(office.platform, actor=person, **at)

    assert office.steps(at["reference"])["work"].assignee is None


def test_a_check_that_forgets_one_of_several_competences_is_noticed(office, monkeypatch):
    """Plant the bug: only the first competence counts."""
    at = _waiting(office)
    person = _can(office, "hanna", ASKED[0])
    sound = set(_told(office, person, at).values())
    honest = actor_module.lacking
    monkeypatch.setattr(
        actor_module, "lacking", lambda needed, held: honest(tuple(needed)[:1], held)
    )

    assert sound == {False}
    assert _lets(_ways(office, person)["claim"], at) is None


def test_the_shipped_process_asks_for_none_so_nothing_depends_on_them(office):
    with office.platform.database.read() as tx:
        own, _version = processes.latest(tx, at=office.platform.now())
        (shipped,) = [digest for digest in tx.processes.digests() if digest != own]
        bundle = processes.bundle_of(office.platform, tx, shipped)

    assert bundle.elements
    assert not any(element.competences for element in bundle.elements.values())


def test_a_program_can_do_what_the_owner_of_its_key_can(office):
    hanna = _can(office, "hanna", "Fees")
    key = keys.create(office.platform, actor=hanna, name="Desk", scopes=["work"], days=9)
    at = _waiting(office)

    with pytest.raises(CompetenceMissingError, match="Tax law"):
        inbox.claim(office.platform, actor=keys.actor_of_key(office.platform, key=key).actor, **at)
    _can(office, "hanna", *ASKED)
    inbox.claim(office.platform, actor=keys.actor_of_key(office.platform, key=key).actor, **at)

    assert office.steps(at["reference"])["work"].assignee == "hanna"


# Saying what somebody can do


def _say(office, who, names, *, by="tom", reason=WHY):
    return competences.change(
        office.platform,
        actor=office.staff[by],
        username=who,
        competences=names,
        reason=reason,
    )


def _held(office, who):
    everybody = competences.of_everybody(office.platform, actor=office.staff["tom"])
    return next(set(each.competences) for each in everybody if each.username == who)


@pytest.mark.iso("4.14")
def test_what_is_said_is_kept_in_the_spelling_of_the_house_and_is_an_event(office):
    _say(office, "hanna", [" tax   LAW ", "Poison", "poison"])
    _say(office, "hanna", ["Poison"])

    assert _held(office, "hanna") == {"Poison"}
    kinds = "SELECT detail FROM organisation_event WHERE type = 'competences.changed' ORDER BY seq"
    (first,), (second,) = rows(office.platform.database, kinds)
    assert '"now":["Poison","Tax law"]' in first
    assert '"was":[]' in first
    assert '"was":["Poison","Tax law"]' in second
    assert f'"reason":"{WHY}"' in second
    known = competences.in_use(office.platform, actor=office.staff["hanna"])
    assert known == ("Fees", "Poison", "Tax law")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"who": "tom"}, SeparationOfDutiesError),
        ({"by": "hanna", "who": "ivo"}, NotAllowedError),
        ({"who": "nobody"}, NotFoundError),
        ({"reason": " "}, InvalidInputError),
        ({"names": ["x" * 61]}, InvalidInputError),
        ({"names": [f"c{n}" for n in range(51)]}, InvalidInputError),
        ({"names": ["FEES"]}, ConflictError),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_changes(office, change, refusal):
    _can(office, "hanna", "Fees")

    with pytest.raises(refusal):
        _say(office, **({"who": "hanna", "names": ["Poison"]} | change))

    assert _held(office, "hanna") == {"Fees"}


def test_people_from_a_table_bring_their_competences(office, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "username,name,roles,Competences\n"
        "ann,Ann,handler,tax law; Poison\n"
        f"bo,Bo,handler,{'x' * 61}\n"
        "cy,Cy,handler,\n",
        "utf-8",
    )

    done = roster.carry_out(office.platform, actor=SYSTEM, lines=roster.read(path))

    assert [line.verdict.name for line in done] == ["ADD", "REFUSED", "ADD"]
    assert "60 characters" in done[1].why
    assert _held(office, "ann") == {"Tax law", "Poison"}
    assert _held(office, "cy") == set()
    assert people("dan,Dan,handler")[0].competences == ()


# What nobody can do


def _gaps(office):
    return competences.without_anybody(office.platform, actor=office.staff["mara"])


def test_a_step_that_nobody_can_take_is_told(office):
    _can(office, "hanna", "Fees")
    _can(office, "ivo", *ASKED)

    (finding,) = _gaps(office)

    assert finding.element == "work"
    assert "the competences “Fees” and “Tax law”" in finding.sentence
    _can(office, "hanna", *ASKED)
    assert _gaps(office) == ()


def test_whoever_proposes_a_process_is_told_what_nobody_can_do(office, tmp_path, otto):
    shipped, path = files("bpmn"), tmp_path / "own.bpmn"
    drawn = (shipped / "complaint.bpmn").read_text(encoding="utf-8")
    path.write_text(drawn.replace('form="finding"', 'form="finding" competence="Poison"'))
    paths = [path, *(shipped / name for name in ("triage.dmn", "authority.dmn"))]

    made = publishing.propose(office.platform, actor=otto, paths=paths, reason="New law.")

    assert [finding.element for finding in made.advice] == ["investigate"]
    assert "“Poison”" in made.advice[0].sentence


@pytest.mark.parametrize("asked", ["x" * 61, "a;b", ",".join(f"c{n}" for n in range(9))])
def test_a_step_that_asks_for_what_nobody_can_have_is_refused(asked):
    with pytest.raises(DiagramRejectedError, match="competence"):
        build_bundle([expert(asked)])


def test_a_machine_that_is_asked_for_a_competence_is_mentioned():
    sends = node("service", "m", step={"operation": "send_decision", "competence": "Fees"})
    drawn = document(process("p", node("start", "s"), sends, node("end", "e"), line("s", "m", "e")))

    (finding,) = (each for each in inspect([drawn]) if each.layer is Layer.RUNNING)

    assert (finding.element, finding.severity.value) == ("m", "advice")
    assert "asked of nobody" in finding.problem
