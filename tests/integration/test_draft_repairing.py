"""A draft that was drawn elsewhere is made runnable: listed, undone, never lost."""

import json
from hashlib import sha256

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.process_draft import DraftFile, FileKind, RepairKind
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.process.finding import Severity
from engine.services.studio import draft_history, draft_repairing, process_drafts
from engine.services.studio.draft_files import Uploaded
from engine.services.studio.repairing import way_ahead
from engine.store.process_drafts import ProcessDrafts
from tests.integration.office import rows
from tests.integration.process_ways import FOREIGN, OTTO, opened, uploaded
from tests.integration.reach_ways import hire
from tests.unit.process.drawing import document, line, node, process

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OLGA = Actor(username="olga", name="Olga Ost", roles=frozenset({Role.PROCESS_OWNER}))


def _repair(office, draft, actor=OTTO):
    return draft_repairing.repair_process_draft(
        office.platform, actor=actor, number=draft.number, rev=draft.rev
    )


def _outlook(office, draft):
    return draft_repairing.process_draft_outlook(office.platform, actor=OTTO, number=draft.number)


def _blocking(office, draft):
    found = process_drafts.check_process_draft(office.platform, actor=OTTO, number=draft.number)
    return [each for each in found if each.severity is Severity.BLOCKING]


def _originals(office, draft):
    return draft_history.process_draft_originals(office.platform, actor=OTTO, number=draft.number)


def _events(office):
    asked = "SELECT type, detail FROM organisation_event ORDER BY seq"
    return [(kind, json.loads(said)) for kind, said in rows(office.platform.database, asked)]


def test_a_foreign_draft_is_made_runnable_and_everything_is_told(office):
    draft = uploaded(office.platform)

    made = _repair(office, draft)

    main = made.files[0].content
    assert ('<userTask id="pruefen"' in main, "BPMNShape" in main) == (True, True)
    assert [file.kind for file in made.files] == [FileKind.DIAGRAM, FileKind.FORM]
    told = [(each.element, each.label, each.what) for each in made.repairs]
    assert ("pruefen", "Prüfen", "A person does it now.") in told
    assert (
        "complaint",
        "Antrag",
        "The process has the id “complaint” now; it was “Antrag”.",
    ) in told
    assert made.repairs[0].what == "It was written in iso-8859-1; now it is in UTF-8."
    assert made == process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)
    running = [each for each in _blocking(office, made) if each.layer == "running"]
    assert running == []


@ON_SQLITE
def test_what_is_in_the_way_is_told_before_and_true_afterwards(office):
    draft = uploaded(office.platform)
    before = _blocking(office, draft)

    seen = _outlook(office, draft)
    after = _blocking(office, _repair(office, draft))

    assert list(seen.found) == before
    assert list(seen.left) == after
    assert (len(before), len(seen.mended), len(after)) == (6, 3, 3)
    assert way_ahead(seen) == ("6 things stand in the way: Make it runnable mends 3, 3 need you.")


@ON_SQLITE
def test_what_the_journal_says_is_what_came(office):
    _repair(office, uploaded(office.platform))

    came = sha256(FOREIGN.content).hexdigest()
    (_, told), (_, repaired) = (each for each in _events(office) if each[0].startswith("draft."))
    assert told["originals"] == repaired["originals"] == [came]
    assert repaired["repairs"] > 5


@ON_SQLITE
def test_the_original_is_taken_back_with_all_that_was_repaired(office):
    draft = uploaded(office.platform)
    made = _repair(office, draft)
    (original,) = _originals(office, made)
    assert (original.name, original.content, original.by) == (*_given(FOREIGN), "otto")

    back = draft_history.take_back_original(
        office.platform, actor=OTTO, number=made.number, rev=made.rev, original=original.number
    )

    assert (back.files, back.repairs) == (draft.files, draft.repairs)
    assert _events(office)[-1][0] == "draft.original_taken_back"
    again = draft_history.return_process_draft(
        office.platform, actor=OTTO, number=made.number, rev=back.rev, save=made.rev
    )
    assert (again.files, again.repairs) == (made.files, made.repairs)


def _given(file):
    return file.name, file.content


@ON_SQLITE
def test_a_repair_is_undone_by_going_back(office):
    draft = uploaded(office.platform)
    made = _repair(office, draft)

    back = draft_history.return_process_draft(
        office.platform, actor=OTTO, number=made.number, rev=made.rev, save=draft.rev
    )

    assert (back.files, back.repairs, back.rev) == (draft.files, draft.repairs, 3)
    with pytest.raises(NotFoundError, match="earlier state"):
        draft_history.return_process_draft(
            office.platform, actor=OTTO, number=made.number, rev=back.rev, save=77
        )


@ON_SQLITE
def test_what_was_drawn_on_before_the_repair_is_kept_as_well(office):
    draft = uploaded(office.platform)
    text = draft.files[0].content.replace("Prüfen", "Genau prüfen")
    edited = process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev,
        files=[DraftFile(draft.files[0].name, FileKind.DIAGRAM, text)],
    )  # fmt: skip

    made = _repair(office, edited)

    assert [each.content for each in _originals(office, made)] == [FOREIGN.content, text.encode()]


def test_whoever_repairs_over_another_is_told_who_was_faster(office):
    hire(office.platform, OLGA)
    draft = uploaded(office.platform)
    _repair(office, draft, OLGA)

    with pytest.raises(ConflictError, match=r"Olga Ost saved this draft at \d\d:\d\d"):
        _repair(office, draft)


@ON_SQLITE
def test_what_runs_is_not_repaired(office):
    draft = opened(office.platform)

    seen = _outlook(office, draft)

    assert (way_ahead(seen), seen.is_worth_it) == ("", False)
    with pytest.raises(ConflictError, match="Nothing in this draft"):
        _repair(office, draft)


@ON_SQLITE
def test_what_was_guessed_is_confirmed_once(office):
    made = _repair(office, uploaded(office.platform))
    guesses = [each for each in made.repairs if each.kind is RepairKind.GUESS]
    given = {"actor": OTTO, "number": made.number, "repair": guesses[0]}

    after = draft_repairing.confirm_process_repair(office.platform, rev=made.rev, **given)

    left = [each for each in after.repairs if each.kind is RepairKind.GUESS]
    assert left == guesses[1:]
    with pytest.raises(NotFoundError):
        draft_repairing.confirm_process_repair(office.platform, rev=after.rev, **given)


@ON_SQLITE
def test_several_files_are_one_process_whatever_their_order(office):
    called = document(process("bill", node("start", "s"), node("task", "t"), line("s", "t")))
    calling = document(
        process("main", node("start", "s"), node("call", "c", calledElement="bill"), line("s", "c"))
    )

    draft = process_drafts.open_process_draft(
        office.platform,
        actor=OTTO,
        files=[Uploaded("called.bpmn2", called), Uploaded("main.xml", calling)],
    )
    made = _repair(office, draft)

    assert [file.name for file in draft.files] == ["main.xml", "called.bpmn2"]
    assert 'calledElement="bill"' in made.files[0].content
    assert [each for each in _blocking(office, made) if each.layer == "running"] == []
    renamed = [each for each in made.repairs if "of another file" in each.what]
    assert {each.file for each in renamed} == {"called.bpmn2"}


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.bpmn", b"%PDF-1.7 \x00", "is a PDF, in which a process is only a picture."),
        ("a.bpmn", b"PK\x03\x04\x00", "is a packed file"),
        ("a.vsdx", b"PK\x03\x04\x00", "is a packed file"),
        ("a.bpmn", b"\x00\x00 \n", "is empty."),
        ("a.bpmn", b"hello", "cannot be read as a diagram: it is no well-formed XML"),
        ("a.xml", b"<Package/>", "is XPDL and not BPMN 2.0. Export the process"),
        ("a.xml", b"<mxfile/>", "is a drawing of draw.io and not BPMN 2.0."),
        ("a.xml", b"<x/>", "it is no diagram of BPMN 2.0, but begins with “x”."),
        ("a.dmn", b"<x", "cannot be read as a decision table: it is no well-formed XML"),
        ("a.json", b"{", "is no form: it is not written as JSON."),
        ("a.json", b"[" * 100_000, "is no form"),
        ("a.json", b"[]", "is no form: it holds no fields."),
        ("a.txt", b"x", "is no diagram (.bpmn)"),
        ("a.bpmn", bytes(range(256)) * 9, "cannot be read as a diagram"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(office, name, content, said):
    files = [FOREIGN, Uploaded(name, content)]

    with pytest.raises(InvalidInputError) as refusal:
        process_drafts.open_process_draft(office.platform, actor=OTTO, files=files)

    assert list(refusal.value.problems) == [name]
    assert said in refusal.value.problems[name]
    assert process_drafts.process_drafts(office.platform, actor=OTTO) == ()


@ON_SQLITE
def test_a_table_is_known_by_what_it_holds(office):
    table = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"/>'

    draft = process_drafts.open_process_draft(
        office.platform, actor=OTTO, files=[Uploaded("fees.xml", table), FOREIGN]
    )

    assert [(file.name, file.kind) for file in draft.files] == [
        ("Antrag.bpmn", FileKind.DIAGRAM),
        ("fees.dmn", FileKind.TABLE),
    ]


def _forgets(_self, _number, **_given):
    """Keep nothing."""


@ON_SQLITE
def test_an_original_that_is_not_kept_is_noticed(office, monkeypatch):
    """Plant the bug: what is uploaded is read, and not kept as it came."""
    monkeypatch.setattr(ProcessDrafts, "keep_original", _forgets)

    draft = uploaded(office.platform)

    assert _originals(office, draft) == ()
    with pytest.raises(NotFoundError, match="original"):
        draft_history.take_back_original(
            office.platform, actor=OTTO, number=draft.number, rev=draft.rev, original=1
        )


@ON_SQLITE
def test_a_diagram_too_large_to_run_needs_a_person(office):
    steps = [node("user", f"t{n}") for n in range(501)]
    large = document(process("big", node("start", "s"), *steps, line("s", "t0")))

    draft = process_drafts.open_process_draft(
        office.platform, actor=OTTO, files=[Uploaded("big.bpmn", large)]
    )

    seen = _outlook(office, draft)
    assert [each.rule for each in seen.left] == ["main-process-is-named", "has-a-process"]
    assert (seen.mended, seen.left) == ((), tuple(_blocking(office, draft)))
    assert way_ahead(seen) == "2 things stand in the way; they need you."
