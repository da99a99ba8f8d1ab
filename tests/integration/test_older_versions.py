"""A version that was published under earlier rules runs on as it did, and its owner is told why."""

from importlib.resources import files

import pytest

from engine.errors import DiagramRejectedError
from engine.process.bundle import build_bundle, digest_of, load_bundle
from engine.services.handling import inbox
from engine.services.process import processes
from engine.services.process.shipped_scenarios import shipped_scenarios
from engine.services.proposing import proposal_making
from engine.services.studio import process_versions
from engine.services.tryout import playbooks
from tests.integration.office import WHO
from tests.integration.scenario_ways import OTTO, diagrams

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TABLES = diagrams()["tables"]
ASSESS = '<bpmn:userTask id="assess"'
ANSWER_BEGINS = '<bpmn:intermediateCatchEvent id="answer" name="Answer received">'
ANSWER_ENDS = """<bpmn:messageEventDefinition id="answer_definition" messageRef="message_answer" />
      </bpmn:intermediateCatchEvent>"""
MARKERS = """<bpmn:multiInstanceLoopCharacteristics isSequential="true">
  <bpmn:loopCardinality>1</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>
  <bpmn:standardLoopCharacteristics loopMaximum="5" /></bpmn:userTask>"""


def _ends(text, id_):
    """Return where the user task with this id ends."""
    return text.index("</bpmn:userTask>", text.index(f'<bpmn:userTask id="{id_}"'))


def _quantities(text):
    return text.replace(ASSESS, f'{ASSESS} startQuantity="2" completionQuantity="3"')


def _two_times(text):
    after = "P28D</bpmn:timeDuration>"
    return text.replace(after, f"{after}<bpmn:timeDate>2020-01-01T00:00:00Z</bpmn:timeDate>")


def _two_markers(text):
    end = _ends(text, "plan")
    return text[:end] + MARKERS + text[end + len("</bpmn:userTask>") :]


def _starts_a_case(text):
    begins = '<bpmn:receiveTask id="answer" name="Answer received" instantiate="true" messageRef='
    text = text.replace(ANSWER_BEGINS, f'{begins}"message_answer">')
    return text.replace(ANSWER_ENDS, "</bpmn:receiveTask>")


def _compensates(text):
    undoes = '<bpmn:userTask id="undo" name="Undo it" isForCompensation="true" />'
    return text.replace(ASSESS, f"{undoes}{ASSESS}", 1)


def _asks_a_form_of_before(text):
    return text.replace('form="closing"', 'form="closing_of_before"')


FACTS = {
    "quantities-are-one": _quantities,
    "timers-can-be-read": _two_times,
    "markers-stand-alone": _two_markers,
    "nothing-starts-a-case": _starts_a_case,
    "kinds-are-known": _compensates,
    "forms-are-known": _asks_a_form_of_before,
}
"""By the rule of today that refuses it, what a version of before may hold."""


def _diagram(*facts):
    text = (files("bpmn") / "complaint.bpmn").read_text("utf-8")
    for fact in facts:
        before, text = text, fact(text)
        assert text != before
    return text.encode()


def _published(office, xml):
    """Keep a row as an earlier release has published it, and forget what was read."""
    platform, digest = office.platform, digest_of([xml], TABLES)
    platform.database.write(
        lambda tx: tx.processes.publish(
            digest=digest,
            process_id="complaint",
            diagrams=(xml,),
            tables=tuple(TABLES),
            by="otto",
            at=platform.now(),
            reason="It was allowed then.",
        )
    )
    platform.bundles.clear()
    return digest


@pytest.mark.parametrize("rule", FACTS)
@ON_SQLITE
def test_what_only_the_rules_of_today_refuse_goes_the_ways_that_it_went(platform, rule):
    xml = _diagram(FACTS[rule])
    with pytest.raises(DiagramRejectedError) as refusal:
        build_bundle([xml], TABLES)
    loaded, plain = load_bundle([xml], TABLES), build_bundle([_diagram()], TABLES)

    assert {each.rule for each in refusal.value.findings} >= {rule}
    assert loaded.faults == tuple(refusal.value.findings)
    known = playbooks.kept_all(
        shipped_scenarios(), origin=playbooks.Origin.SHIPPED, by="otto", at=platform.now()
    )
    new, old = (playbooks.tried(platform, bundle=each, scenarios=known) for each in (loaded, plain))
    assert new.red == ()
    ways = [[set(each.passed) & plain.elements.keys() for each in of.played] for of in (new, old)]
    assert ways[0] == ways[1]


def test_a_complaint_on_a_version_of_before_is_worked_to_its_end(office):
    xml = _diagram(*FACTS.values())
    digest = _published(office, xml)

    reference = office.reach("assess")
    office.platform.bundles.clear()
    office.reach("closing_check", reference=reference)
    office.platform.bundles.clear()
    step = office.steps(reference)["closing_check"]
    left = inbox.complete_step(
        office.platform,
        actor=office.staff[WHO["closing_check"]],
        reference=reference,
        token=step.token,
        answers={},
    )

    case = office.view(reference).case
    assert (case.process, case.is_open, left) == (digest, False, ())
    assert step.form == "closing_of_before"


@ON_SQLITE
def test_the_owner_reads_why_a_version_would_not_pass_today(redress, office):
    _published(office, _diagram(_quantities, _compensates))

    listed = process_versions.process_versions(office.platform, actor=OTTO)
    told = redress("versions", "check", "2", "--as", "mara")
    fine = redress("versions", "check", "1", "--as", "mara")

    assert [len(each.faults) for each in listed] == [3, 0]
    assert (told.status, fine.status) == (1, 0)
    assert "“Assess the complaint” (assess): Its startQuantity is 2." in told.out
    assert "It runs on as it did." in told.out
    assert "passes the rules of today" in fine.out
    assert redress("versions", "check", "9", "--as", "mara").status != 0


@ON_SQLITE
def test_a_version_that_nobody_can_run_hinders_no_other(office):
    broken = _published(office, b"<not whole")

    with office.platform.database.read() as tx:
        with pytest.raises(DiagramRejectedError):
            processes.bundle_of(office.platform, tx, broken)
        assert processes.role_sets(office.platform, tx, actor=office.staff["hanna"])
        assert processes.awaited_names(office.platform, tx)
    assert process_versions.process_versions(office.platform, actor=OTTO)[0].faults


@ON_SQLITE
def test_what_is_new_is_asked_all_rules(office):
    """Plant the bug: what is proposed is loaded as if it were published."""
    xml = _diagram(_quantities)

    with pytest.raises(DiagramRejectedError):
        proposal_making.build_bundle([xml], TABLES)
    assert load_bundle([xml], TABLES).faults
