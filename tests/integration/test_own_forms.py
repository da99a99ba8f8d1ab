"""Steps that ask forms of the organisation's own, from the answer to its erasure."""

import pytest

from engine.domain.actor import Role
from engine.errors import InvalidInputError
from engine.services.handling import inbox
from engine.services.privacy import subject_access
from tests.integration.caller import Interface
from tests.integration.office import execute, rows
from tests.integration.own_process import publish_forms
from tests.integration.people import erase, lodge, named_in
from tests.unit.domain.own_forms import METER, as_json, field, form_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GAS = {"meter_kind": "gas", "volume": "12.50", "is_sealed": False}
POWER = GAS | {"meter_kind": "power", "faults": ["fast", "dark"], "paid": "7.5"}
MORE = form_of(
    field("serial", required=True, shown_when="meter_kind == 'power'"),
    field("category"),
    field("owner"),
    id_="more",
    title="More",
)


def _open(office, reference, element="read"):
    return next(each for each in office.view(reference).steps if each.step.element == element)


def _complete(office, reference, element="read", **answers):
    return inbox.complete_step(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        token=office.token(reference, element),
        answers=answers,
    )


def _refused(office, reference, element="read", **answers):
    with pytest.raises(InvalidInputError) as refusal:
        _complete(office, reference, element, **answers)
    return refusal.value.problems


def test_answers_are_checked_kept_and_decide_the_way(office):
    digest = publish_forms(office.platform, as_json())
    reference = office.lodge()

    assert _refused(office, reference, meter_kind="gas", volume="0.1") == {
        "Volume": "must be 0.5 or more.",
        "Is it sealed?": "is needed.",
    }
    (step,) = _complete(office, reference, **GAS)

    file = office.view(reference)
    (said,) = file.statements
    assert step.element == "blank"
    assert said.content == {"meter_kind": "gas", "volume": "12.50", "is_sealed": False}
    assert (said.form, said.process) == ("meter", digest)
    assert file.own_forms[said.id].fields[1].title == "Volume"
    assert any("Read the meter" in entry.what for entry in file.timeline)


def test_what_was_not_asked_is_not_kept_and_a_step_without_a_form_is_simply_done(office):
    publish_forms(office.platform, as_json())
    power, gas = office.lodge(), office.lodge()

    (told,) = _complete(office, power, **POWER)
    _complete(office, gas, **GAS)
    assert _refused(office, gas, "blank", note="Why not?") == {
        "note": "is not a field of this form."
    }
    assert _complete(office, gas, "blank") == ()

    assert told.element == "tell"
    assert office.view(power).statements[0].content == {
        "meter_kind": "power",
        "is_sealed": False,
        "faults": ["dark", "fast"],
        "paid": "7.5",
    }
    assert not office.view(gas).case.is_open


@ON_SQLITE
def test_a_condition_looks_at_what_the_process_knows(office):
    publish_forms(office.platform, as_json(), MORE)
    reference = office.lodge()
    _complete(office, reference, **POWER)

    step = _open(office, reference, "tell")
    problems = _refused(office, reference, "tell")

    assert step.asks.model_fields.keys() == {"serial", "category", "owner"}
    assert problems == {"Serial": "is needed."}
    _complete(office, reference, "tell", serial="X", category="not ours", owner="nobody")
    assert office.view(reference).statements[-1].content["owner"] == "nobody"


@ON_SQLITE
def test_a_half_filled_form_is_kept_as_it_was_typed(office):
    publish_forms(office.platform, as_json())
    reference = office.lodge()
    typed = {"meter_kind": "gas", "volume": "much", "remarks": "Behind the door."}

    inbox.save_draft(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        token=office.token(reference, "read"),
        content=typed,
    )

    assert _open(office, reference).answers == typed


def test_each_complaint_is_asked_and_read_in_the_words_of_its_own_version(office):
    publish_forms(office.platform, as_json())
    old = office.lodge()
    fields = [{**each, "title": f"New {each['title']}"} for each in METER["fields"]]
    publish_forms(office.platform, as_json(fields=fields), later=2)
    new = office.lodge()
    office.platform.bundles.clear()

    assert _refused(office, old, meter_kind="power") == {"Is it sealed?": "is needed."}
    assert _refused(office, new, meter_kind="power") == {"New Is it sealed?": "is needed."}
    _complete(office, old, **POWER)

    (said,) = office.view(old).statements
    assert office.view(old).own_forms[said.id].fields[0].title == "Which meter"


@ON_SQLITE
def test_what_was_stated_in_an_older_version_stays_readable_when_the_case_has_moved_on(office):
    publish_forms(office.platform, as_json())
    reference = office.lodge()
    _complete(office, reference, **GAS)
    _complete(office, reference, "blank")
    other = form_of(field("meter_kind", routes=True), id_="meter")
    newer = publish_forms(office.platform, other, later=2)

    execute(office.platform.database, "UPDATE complaint_case SET process = :of", of=newer)
    office.platform.bundles.clear()

    file = office.view(reference)
    assert file.case.process == newer
    assert file.own_forms[file.statements[0].id].title == "Meter reading"


@pytest.mark.iso("8.1")
def test_what_was_stated_is_sealed_handed_out_and_erased(office):
    publish_forms(office.platform, as_json())
    reference = lodge(office)
    _complete(office, reference, **GAS, remarks="Mrs Canary keeps an okapi.")
    database = office.platform.database
    ((stored,),) = rows(database, "SELECT CAST(content AS text) FROM statement")

    with database.read() as tx:
        told, _ = subject_access.gathered(office.platform, tx, tx.cases.get(reference))
    _complete(office, reference, "blank")

    assert "okapi" not in stored.lower()
    (form,) = told["complaints"][0]["forms"]
    assert form["content"]["remarks"] == "Mrs Canary keeps an okapi."
    assert form["questions"]["remarks"] == "Remarks"
    erase(office, reference)
    assert named_in(database) == set()
    assert not office.view(reference).statements[0].content


@ON_SQLITE
def test_the_interface_tells_what_a_step_asks_and_takes_the_answers(office):
    publish_forms(office.platform, as_json())
    reference = office.lodge()
    interface = Interface(office.platform)
    step = f"/complaints/{reference}/steps/{office.token(reference, 'read')}"

    asked = interface.ask("GET", step, by=Role.HANDLER).json()
    refused = interface.ask(
        "POST", f"{step}/completion", by=Role.HANDLER, json={"answers": {"faults": ["dark"]}}
    )
    done = interface.ask("POST", f"{step}/completion", by=Role.HANDLER, json={"answers": POWER})

    assert asked["is_own"]
    assert [each["name"] for each in asked["fields"]] == [e["name"] for e in METER["fields"]]
    assert asked["fields"][1]["shown_when"] == "meter_kind == 'gas'"
    assert asked["answers"]["properties"]["digits"]["title"] == "Digits"
    assert refused.status_code == 422
    assert "Which meter" in refused.text
    assert done.json()["waiting"][0]["element"] == "tell"
    assert interface.ask("GET", step, by=Role.HANDLER).status_code == 409


def test_an_answer_that_was_kept_though_nobody_was_asked_would_be_noticed(office, monkeypatch):
    """Plant the bug: conditions of forms hold whatever was answered."""
    monkeypatch.setattr("engine.process.expressions.Expression.holds", lambda *_: True)
    publish_forms(office.platform, as_json())
    reference = office.lodge()

    _complete(office, reference, **POWER)

    assert "volume" in office.view(reference).statements[0].content
