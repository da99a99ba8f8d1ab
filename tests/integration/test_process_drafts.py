"""A process is drafted in the database: saved as one types, by several people, never lost."""

import json
from dataclasses import replace

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.process_draft import SAVES_KEPT, DraftFile, DraftRepair, FileKind
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from engine.services.proposing import publishing
from engine.services.studio import draft_history, process_drafts, process_versions
from engine.services.studio.draft_files import Uploaded
from engine.store.process_drafts import ProcessDrafts
from tests.integration.crowd import at_once
from tests.integration.office import rows
from tests.integration.process_ways import OTTO, kinder, opened, shipped
from tests.integration.reach_ways import hire
from tests.integration.upkeep_ways import another_process

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHOLE = shipped("complaint.bpmn").content
OLGA = Actor(username="olga", name="Olga Ost", roles=frozenset({Role.PROCESS_OWNER}))


def _save(office, draft, actor=OTTO, words="Kindly write"):
    given = kinder(draft, words)
    return process_drafts.save_process_draft(office.platform, actor=actor, **given)


def _read(office, draft):
    return process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)


def test_a_draft_begins_with_the_files_of_the_live_version(office):
    draft = opened(office.platform)

    assert [file.name for file in draft.files] == ["complaint.bpmn", "triage.dmn", "authority.dmn"]
    assert draft.contents(FileKind.DIAGRAM) == (shipped("complaint.bpmn").content,)
    assert draft == _read(office, draft)
    (live,) = process_versions.process_versions(office.platform, actor=OTTO)
    assert (draft.based_on, draft.title) == (live.digest, "Draft from version 1")
    (listed,) = process_drafts.process_drafts(office.platform, actor=OTTO)
    assert (listed.number, listed.based_on, listed.edited_by) == (draft.number, 1, "otto")


@ON_SQLITE
def test_a_draft_begins_with_an_older_version(office, tmp_path):
    made = publishing.propose(
        office.platform, actor=OTTO, paths=another_process(tmp_path), reason="Kinder."
    )
    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)

    newer = opened(office.platform)
    older = process_drafts.open_process_draft(office.platform, actor=OTTO, version=1)

    assert "Kindly write" in newer.files[0].content
    assert "Kindly write" not in older.files[0].content
    with pytest.raises(NotFoundError, match="version 7"):
        process_drafts.open_process_draft(office.platform, actor=OTTO, version=7)


def test_what_is_typed_is_saved_and_counted(office):
    draft = opened(office.platform)

    saved = _save(office, draft)

    assert (saved.rev, saved.edited_by) == (2, "otto")
    assert saved == _read(office, draft)
    assert "Kindly write" in saved.files[0].content
    assert saved.files[1:] == draft.files[1:]


@ON_SQLITE
def test_who_saves_what_is_there_already_has_edited_nothing(office):
    hire(office.platform, OLGA)
    saved = _save(office, opened(office.platform), OLGA)

    again = process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=saved.number, rev=saved.rev, files=saved.files
    )

    assert again == saved
    assert (_read(office, saved).edited_by, _read(office, saved).rev) == ("olga", saved.rev)


def test_who_saves_over_another_is_refused_and_told_who_was_faster(office, clock):
    hire(office.platform, OLGA)
    draft = opened(office.platform)
    _save(office, draft, OLGA)

    with pytest.raises(ConflictError, match=r"Olga Ost saved this draft at \d\d:\d\d"):
        _save(office, draft, words="Rudely write")

    assert "Rudely" not in _read(office, draft).files[0].content


def test_of_those_who_save_at_once_one_wins(office):
    draft = opened(office.platform)

    ends = at_once(4, lambda n: _save(office, draft, words=f"Write {n} times"))

    assert sum(isinstance(end, ConflictError) for end in ends) == 3
    assert _read(office, draft).rev == 2


@ON_SQLITE
def test_a_save_that_forgets_to_compare_is_noticed(office, monkeypatch):
    """Plant the bug: the revision that was read is not the one that is saved over."""
    draft = opened(office.platform)
    plain = ProcessDrafts.save
    monkeypatch.setattr(
        ProcessDrafts,
        "save",
        lambda self, it, **how: plain(self, replace(it, rev=self.get(it.number).rev + 1), **how),
    )

    ends = [_save(office, draft, words=f"Write {n} times") for n in range(2)]

    assert not any(isinstance(end, ConflictError) for end in ends)


def test_what_one_person_types_in_a_row_is_one_earlier_state(office, clock):
    draft = opened(office.platform)
    for words in ("Kindly write", "Very kindly write"):
        draft = _save(office, _with_first_name(draft), words=words)
    clock.advance(minutes=10)
    last = _save(office, _with_first_name(draft), OLGA, words="Write")

    saves = draft_history.process_draft_saves(office.platform, actor=OTTO, number=draft.number)

    assert [(save.rev, save.by) for save in saves] == [(4, "olga"), (3, "otto"), (1, "otto")]
    before = draft_history.process_draft_at(
        office.platform, actor=OTTO, number=draft.number, save=3
    )
    assert "Very kindly" in before[0].content
    assert last.editors == ("otto", "olga")
    with pytest.raises(NotFoundError):
        draft_history.process_draft_at(office.platform, actor=OTTO, number=draft.number, save=2)


def _with_first_name(draft):
    """Return a draft as it is, with the name that ``kinder`` replaces."""
    content = draft.files[0].content
    for words in ("Very kindly write", "Kindly write"):
        content = content.replace(f'name="{words}', 'name="Write')
    return replace(draft, files=(replace(draft.files[0], content=content), *draft.files[1:]))


@ON_SQLITE
def test_earlier_states_are_bounded_and_the_first_one_stays(office, clock):
    draft = opened(office.platform)
    for turn in range(SAVES_KEPT + 5):
        clock.advance(minutes=10)
        table = DraftFile("triage.dmn", FileKind.TABLE, f"<x n='{turn}'/>")
        draft = process_drafts.save_process_draft(
            office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[table]
        )

    saves = draft_history.process_draft_saves(office.platform, actor=OTTO, number=draft.number)

    assert len(saves) == SAVES_KEPT + 1
    assert saves[-1].rev == 1


def test_whoever_has_it_open_is_seen_for_a_minute(office, clock):
    hire(office.platform, OLGA)
    draft = opened(office.platform)
    of_draft = {"number": draft.number}

    assert process_drafts.attend_process_draft(office.platform, actor=OLGA, **of_draft) == ()
    seen = process_drafts.attend_process_draft(office.platform, actor=OTTO, **of_draft)
    (listed,) = process_drafts.process_drafts(office.platform, actor=OTTO)
    clock.advance(minutes=2)
    later = process_drafts.attend_process_draft(office.platform, actor=OTTO, **of_draft)

    assert (seen, later) == (("Olga Ost",), ())
    assert set(listed.present) == {"Olga Ost", "otto"}


def test_uploaded_files_are_kept_as_they_came(office):
    text = shipped("complaint.bpmn").content.decode()
    strange = Uploaded("Beschwerde.bpmn", text.replace('"UTF-8"', '"UTF-16"').encode("utf-16"))

    draft = process_drafts.open_process_draft(
        office.platform, actor=OTTO, files=[strange, shipped("triage.dmn")]
    )
    draft = process_drafts.add_process_files(
        office.platform,
        actor=OTTO,
        number=draft.number,
        rev=draft.rev,
        files=[shipped("authority.dmn")],
    )

    assert draft.title == "Beschwerde"
    assert draft.files[0].content == text
    assert process_drafts.check_process_draft(
        office.platform, actor=OTTO, number=draft.number
    ) == process_drafts.check_process_draft(
        office.platform, actor=OTTO, number=opened(office.platform).number
    )
    kept = draft_history.process_draft_originals(office.platform, actor=OTTO, number=draft.number)
    assert [Uploaded(each.name, each.content) for each in kept] == [
        strange,
        shipped("triage.dmn"),
        shipped("authority.dmn"),
    ]
    assert [each.what for each in draft.repairs] == [
        "It was written in utf-16; now it is in UTF-8."
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "no diagram"),
        ("a/b.bpmn", WHOLE, "no slash"),
        ("table.dmn", b"<x/>", "hold no diagram"),
        ("large.bpmn", b"<x>" * 333_334, "at most 1,000,000 are read"),
        (f"{'n' * 200}.bpmn", WHOLE, "no name for a file"),
    ],
)
def test_what_belongs_to_no_process_is_refused(office, name, content, said):
    with pytest.raises(InvalidInputError, match=said):
        process_drafts.open_process_draft(
            office.platform, actor=OTTO, files=[Uploaded(name, content)]
        )

    assert process_drafts.process_drafts(office.platform, actor=OTTO) == ()


@ON_SQLITE
def test_a_file_in_another_encoding_than_it_says_is_read_all_the_same(office):
    text = shipped("complaint.bpmn").content.decode().replace('name="Write', 'name="Kürzer: write')
    lying = Uploaded("x.bpmn", text.encode("latin-1"))

    draft = process_drafts.open_process_draft(office.platform, actor=OTTO, files=[lying])

    assert draft.files[0].content == text
    assert "now it is in UTF-8" in draft.repairs[0].what


@ON_SQLITE
def test_files_are_taken_away_but_for_the_last_diagram(office):
    draft = opened(office.platform)
    given = {"actor": OTTO, "number": draft.number, "files": ()}

    left = process_drafts.save_process_draft(
        office.platform, rev=draft.rev, without=["triage.dmn"], **given
    )

    assert [file.name for file in left.files] == ["complaint.bpmn", "authority.dmn"]
    with pytest.raises(InvalidInputError, match="hold no diagram"):
        process_drafts.save_process_draft(
            office.platform, rev=left.rev, without=["complaint.bpmn"], **given
        )


@ON_SQLITE
def test_repairs_are_kept_with_the_draft(office):
    draft = opened(office.platform)
    repair = DraftRepair("complaint.bpmn", "assess", "Assess", "It got a role.", "Nobody had it.")

    process_drafts.save_process_draft(
        office.platform,
        actor=OTTO,
        number=draft.number,
        rev=draft.rev,
        files=draft.files,
        repairs=[repair],
    )

    assert _read(office, draft).repairs == (repair,)


@ON_SQLITE
def test_a_draft_that_was_put_away_is_gone_and_its_number_never_comes_again(office):
    draft = opened(office.platform)
    process_drafts.discard_process_draft(office.platform, actor=OTTO, number=draft.number)

    with pytest.raises(NotFoundError):
        _read(office, draft)
    with pytest.raises(NotFoundError):
        _save(office, draft)

    assert opened(office.platform).number > draft.number
    events = rows(office.platform.database, "SELECT type FROM organisation_event ORDER BY seq")
    assert [kind for (kind,) in events][1:] == ["draft.opened", "draft.discarded", "draft.opened"]


@ON_SQLITE
def test_an_unfinished_file_can_be_saved_and_is_found_by_the_check(office):
    draft = opened(office.platform)
    half = DraftFile("complaint.bpmn", FileKind.DIAGRAM, "<bpmn:definitions")

    process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[half]
    )

    found = process_drafts.check_process_draft(office.platform, actor=OTTO, number=draft.number)
    assert "no well-formed XML" in found[0].problem


@ON_SQLITE
def test_whoever_publishes_nothing_drafts_nothing(office):
    with pytest.raises(NotAllowedError):
        process_drafts.open_process_draft(office.platform, actor=office.staff["hanna"])


@pytest.mark.parametrize("strange", ["\0", "\ud800"])
def test_what_is_no_character_is_refused_on_every_database(office, strange):
    draft = opened(office.platform)
    file = draft.files[0]
    names = {"number": draft.number, "rev": draft.rev}
    form = DraftFile(f"a{strange}.json", FileKind.FORM, "{}")
    repair = DraftRepair("a.bpmn", "work", f"Wo{strange}rk", "Done.")

    for given in (
        {"files": [replace(file, content=f"{file.content}{strange}")]},
        {"files": [form]},
        {"files": [DraftFile("a.json", FileKind.FORM, json.dumps({"title": f"A{strange}"}))]},
        {"files": [], "repairs": [repair]},
    ):
        with pytest.raises(InvalidInputError) as refused:
            process_drafts.save_process_draft(office.platform, actor=OTTO, **names, **given)
        assert str(refused.value).encode()

    assert _read(office, draft) == draft


def test_what_is_uploaded_with_no_character_is_refused_on_every_database(office):
    file = Uploaded("a.bpmn", b"<a>\0</a>")

    with pytest.raises(InvalidInputError, match=r"a\.bpmn"):
        process_drafts.open_process_draft(office.platform, actor=OTTO, files=[file])
