"""What is held on people, from the command line and in a file that is handed out."""

import io
import json
import zipfile

import pytest

from engine.domain.actor import SYSTEM
from engine.errors import CaseErasedError, InvalidInputError
from engine.services.privacy import erasure, subject_access
from tests.integration.privacy_ways import DORA, REX
from tests.integration.request_ways import recorded
from tests.integration.test_erasure import closed, lodge

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = ("--reason", "She asked for it.")


@pytest.fixture
def seats(office):
    """Give the two keys to people with accounts."""
    office.platform.database.write(
        lambda tx: [
            tx.accounts.add(person, password_hash="", at=office.platform.now())
            for person in (DORA, REX)
        ]
    )


def _handed_out(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert sorted(archive.namelist()) == ["data.json", "read.html"]
        return json.loads(archive.read("data.json")), archive.read("read.html").decode()


def test_all_that_is_held_is_handed_out_and_nothing_of_others(office):
    reference = closed(office, description="<script>alert(1)</script> write to joe@example.org")
    other = lodge(office, email="joe@example.org", complainant_name="Joe Doe")

    packed = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="She asked for it."
    )

    data, page = _handed_out(packed)
    (told,) = data["complaints"]
    assert data["person"] == {"name": "Jane Canary", "email": "jane.canary@example.org"}
    assert told["complaint"]["summary"] == "Xylophone charged twice"
    assert [note["text"] for note in told["notes"]] == ["Canary called."]
    assert {letter["kind"] for letter in told["letters"]} >= {"acknowledgement", "decision"}
    assert {form["form"] for form in told["forms"]} >= {"register", "decision", "closing"}
    assert "Mrs Canary asked for it." in json.dumps(told["what_happened"])
    for text in (json.dumps(data), page):
        assert [name for name in ("hanna", "Hanna", "Joe Doe", "joe@", other) if name in text] == []
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert office.view(reference).timeline[0].kind == "personal.exported"


@ON_SQLITE
def test_another_complaint_of_the_same_person_is_handed_out_too(office):
    references = [lodge(office), lodge(office)]

    packed = subject_access.export(
        office.platform, actor=DORA, reference=references[0], reason="She asked."
    )

    data, _page = _handed_out(packed)
    assert [each["reference"] for each in data["complaints"]] == references


@ON_SQLITE
def test_people_are_found_by_reference_address_and_name_also_when_closed(office):
    references = [closed(office), lodge(office, complainant_name="Jane C.")]
    other = lodge(office, email=None, complainant_name="Joe Doe")

    found = {
        who: subject_access.find(office.platform, actor=DORA, who=who)
        for who in (references[0], "JANE.canary@example.org", "jane can", "doe", "x@y.z", "nobody")
    }

    assert found == {
        references[0]: tuple(references),
        "JANE.canary@example.org": tuple(references),
        "jane can": (references[0],),
        "doe": (other,),
        "x@y.z": (),
        "nobody": (),
    }


@ON_SQLITE
def test_a_person_is_found_handed_out_held_and_erased_from_the_command_line(
    office, redress, seats, tmp_path
):
    reference, dora, rex = closed(office), ("--as", "dora"), ("--as", "rex")
    target = tmp_path / "jane.zip"

    ends = [
        redress("subject", "find", "jane canary", *dora),
        redress("subject", "export", reference, "--to", str(target), *dora, *WHY),
        redress("subject", "export", reference, "--to", str(target), *dora, *WHY),
        redress("subject", "hold", reference, *dora, *WHY),
        redress("subject", "erase", reference, *dora, *WHY),
        redress("subject", "lift", reference, *dora, *WHY),
        redress("subject", "erase", reference, *dora, *WHY),
        redress("subject", "list", *dora),
        redress("subject", "confirm", "1", *dora),
        redress("subject", "confirm", "1", *rex, "--format", "json"),
        redress("subject", "list", *dora, "--format", "json"),
    ]

    assert [end.status for end in ends] == [0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0]
    assert ends[0].out.strip() == reference
    assert target.stat().st_mode & 0o777 == 0o600
    assert "legal hold" in ends[4].err
    assert reference in ends[7].out
    assert json.loads(ends[9].out)["complaint_case"] == 1
    (decided,) = json.loads(ends[10].out)["decided"]
    assert (decided["state"], decided["references"]) == ("done", [reference])


@ON_SQLITE
@pytest.mark.usefixtures("seats")
def test_requests_are_listed_with_the_days_left(office, redress, clock):
    number = recorded(office, reference=lodge(office))
    clock.advance(days=25)

    told = redress("subject", "requests", "--as", "dora")
    data = redress("subject", "requests", "--as", "dora", "--format", "json")
    refused = redress("subject", "requests", "--as", "rex")

    assert all(each in told.out for each in ("Access", "Jane Canary", "6 days left"))
    (line,) = json.loads(data.out)["open"]
    assert (line["number"], line["due_on"], line["stage"]) == (number, "2026-02-05", "open")
    assert "Jane" not in data.out
    assert (told.status, data.status, refused.status) == (0, 0, 1)


@ON_SQLITE
def test_the_master_key_is_changed_from_the_command_line(office, redress):
    reference = lodge(office)

    ends = [redress("master-key", name, "--as", "") for name in ("renew", "forget")]

    assert [end.status for end in ends] == [0, 0]
    assert office.view(reference).case.complaint.complainant_name == "Jane Canary"


@ON_SQLITE
def test_what_was_erased_is_not_handed_out(office):
    reference = closed(office)
    number = erasure.propose_erasure(
        office.platform, actor=DORA, reference=reference, reason="She asked."
    )
    erasure.confirm(office.platform, actor=REX, number=number)

    with pytest.raises(CaseErasedError):
        subject_access.export(office.platform, actor=DORA, reference=reference, reason="x")
    with pytest.raises(InvalidInputError):
        subject_access.export(office.platform, actor=DORA, reference=reference, reason="")
    assert erasure.count_due(office.platform, actor=SYSTEM) == 0
