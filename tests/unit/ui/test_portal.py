"""What the public pages say and read: every language whole, every form read piece by piece."""

import re
import string
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from engine.domain.complaint import ContactBy, Need, Outcome
from engine.domain.regime import parse_profile
from engine.domain.survey import Item
from engine.services.process import public_status
from ui.portal import parcel as parcels
from ui.portal.answers import LONG, ONE_LINE, Answers
from ui.portal.catalogue import LANGUAGES, Catalogue, catalogue, wanted_language
from ui.portal.parcel import Parcel, opened

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
GOOD = {"summary": "Charged twice", "name": "Jane", "email": "jane@example.org"}


def _missing(texts, others):
    """Return what one language says and another does not, with the values that differ."""
    fields = {key: _fields(text) for key, text in texts.items()}
    wrong = [key for key, named in fields.items() if named != _fields(others.get(key, ""))]
    return sorted({*wrong, *(texts.keys() - others.keys()), *(others.keys() - texts.keys())})


def _fields(text):
    return {name for _text, name, _spec, _how in string.Formatter().parse(text) if name}


@pytest.mark.iso("4.5")
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_says_everything(language):
    assert _missing(catalogue(LANGUAGES[0]).texts, catalogue(language).texts) == []
    assert all(catalogue(language).texts.values())


def test_a_text_or_a_value_that_a_language_forgot_is_noticed():
    """Plant the bug: one text is missing, another names no value."""
    whole = {"a.b": "Hello", "a.c": "By {day}"}

    assert _missing(whole, {"a.c": "Bald"}) == ["a.b", "a.c"]


def test_every_text_that_a_page_asks_for_is_there():
    known, asked = set(catalogue("en").texts), set()
    sources = [*files("ui").joinpath("portal", "templates").iterdir()]
    sources += [each for each in files("ui").joinpath("portal").iterdir() if each.suffix == ".py"]
    text = "".join(source.read_text("utf-8") for source in sources)
    asked |= set(re.findall(r't(?:ext)?\(["\']([a-z]+\.[a-z_0-9]+)["\'][,)]', text))

    assert asked - known == set()
    assert len(asked) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_our_lists_has_a_text(language):
    words = catalogue(language)
    codes = {
        rule.code
        for path in files("config").joinpath("regimes").iterdir()
        for rule in parse_profile(path.read_text("utf-8")).clocks
    }
    lists = {
        "at": public_status.ORDER,
        "clock": codes,
        "outcome": Outcome,
        "way": ContactBy,
        "need": Need,
        "item": Item,
    }

    missing = [f"{name}.{w}" for name, found in lists.items() for w in found]
    assert [key for key in missing if key not in words.texts] == []
    assert [f for f in (*ONE_LINE, *LONG) if f"problem.{f}_long" not in words.texts] == []


def test_what_the_shipped_diagram_says_is_said_in_german_too():
    diagram = files("bpmn").joinpath("complaint.bpmn").read_bytes()
    said = {node.get("publicHint") for node in ET.fromstring(diagram).iter()} - {None}  # noqa: S314 - as above
    german = catalogue("de")

    assert said == set(german.hints)
    assert german.hint("Something of an organisation's own.").startswith("Something")
    assert not german.is_ours("Something of an organisation's own.")


def test_days_and_durations_are_said_in_each_language():
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)

    assert catalogue("de").day(late, "Europe/Berlin") == "1. April 2026"
    assert catalogue("en").day(late, "UTC") == "31 March 2026"
    assert catalogue("en").days(timedelta(hours=1)) == "1 day"
    assert catalogue("de").days(timedelta(days=2, hours=1)) == "3 Tagen"


@given(accepted=st.text(max_size=80))
def test_whatever_a_browser_says_of_its_languages_one_is_chosen(accepted):
    assert wanted_language(accepted, LANGUAGES) in LANGUAGES


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("de", "de"), ("", "en"), ("fr", "en"), ("en;q=0.1, de;q=0.9", "de"), ("*;q=x,de", "de")],
)
def test_the_language_that_a_browser_likes_best_is_chosen(accepted, chosen):
    assert wanted_language(accepted, LANGUAGES) == chosen


def test_texts_of_an_organisations_own_list_are_shown_as_they_are():
    words = Catalogue("en", tomllib.loads('[at]\nreceived = "Received"'))

    assert words.of("at", "received") == "Received"
    assert words.of("at", "with_the_board") == "With the board"


def _answers(**fields):
    return Answers(Parcel({name: [text] for name, text in (GOOD | fields).items()}))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {}),
        ({"summary": " x "}, {"summary": "summary_needed"}),
        ({"summary": "x" * 201}, {"summary": "summary_long"}),
        ({"email": ""}, {"email": "reach_needed"}),
        ({"email": "", "phone": "1"}, {}),
        ({"email": "jane"}, {"email": "email_wrong"}),
        ({"contact_by": "letter"}, {"address": "address_for_contact"}),
        ({"more_1": "y" * 201}, {"more_1": "more_long"}),
        ({"more_1": "y"}, {"more_1": "more_short"}),
        (
            {"rep_relation": "daughter"},
            {
                "rep_name": "rep_name_needed",
                "rep_contact": "rep_contact_needed",
                "rep_agreed": "rep_agreed_needed",
            },
        ),
        ({"rep_name": "Ruth", "rep_contact": "1", "rep_agreed": "yes"}, {}),
    ],
)
def test_what_is_missing_in_a_form_is_named_field_by_field(fields, wrong):
    assert _answers(**fields).problems() == wrong


def test_problems_stand_in_the_order_of_the_form():
    found = _answers(summary="", name="", email="", more_1="y" * 3_000, rep_name="R").problems()

    assert list(found) == ["summary", "more_1", "name", "email", "rep_contact", "rep_agreed"]


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)


@given(
    summary=TEXT,
    more=st.lists(TEXT, max_size=3),
    needs=st.lists(st.sampled_from([need.value for need in Need]), unique=True),
    agreed=st.booleans(),
)
def test_a_form_that_was_kept_comes_back_as_it_was(summary, more, needs, agreed):
    told = {"summary": [summary], "needs": needs, "rep_agreed": ["yes"] if agreed else []}
    told |= {f"more_{number}": [text] for number, text in enumerate(more, 1)}
    first = Answers(Parcel({name: texts for name, texts in told.items() if texts}))

    again = Answers.of(first.kept(), saved="CODE")

    assert (again.text, again.more, again.agreed) == (first.text, first.more, first.agreed)
    assert Counter(again.needs) == Counter(needs)
    assert again.saved == "CODE"
    assert again.key != first.key


def test_a_form_becomes_a_complaint_with_fields_of_their_own():
    answers = _answers(
        rep_name="Ruth", rep_contact="1", rep_agreed="yes", contact_by="email", needs="easy_read"
    )

    complaint = answers.complaint(language="de", now=NOW, categories=("Price", "Other"))

    assert complaint.category == "Other"
    assert complaint.needs == (Need.EASY_READ,)
    assert complaint.contact_by is ContactBy.EMAIL
    assert (complaint.representative_name, complaint.language) == ("Ruth", "de")


BOUNDARY = "xYx"


def _part(name, content, filename=None):
    said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    return f"--{BOUNDARY}\r\nContent-Disposition: {said}\r\n\r\n".encode() + content + b"\r\n"


def _request(body, kind=f"multipart/form-data; boundary={BOUNDARY}", step=7):
    pieces = [body[at : at + step] for at in range(0, len(body), step)] or [b""]
    messages = iter(
        {"type": "http.request", "body": piece, "more_body": at + 1 < len(pieces)}
        for at, piece in enumerate(pieces)
    )

    async def receive():
        return next(messages)

    headers = [(b"content-type", kind.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def _read(folder, body, *, largest=100, most_files=2, **how):
    async with opened(
        _request(body, **how), folder, largest=largest, most_files=most_files
    ) as found:
        sizes = [(each.name, each.arrival and each.arrival.size) for each in found.files]
        written = b"".join(path.read_bytes() for path in folder.iterdir())
        return found.fields, sizes, written


END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.anyio
async def test_files_of_a_form_are_sealed_as_they_come_and_gone_at_the_end(tmp_path):
    body = _part("a", "Grüße".encode()) + _part("f", b"Canary file", "b.txt") + _part("a", b"2")

    fields, sizes, written = await _read(tmp_path, body + END)

    assert fields == {"a": ["Grüße", "2"]}
    assert sizes == [("b.txt", 11)]
    assert b"Canary" not in written
    assert list(tmp_path.iterdir()) == []


@pytest.mark.anyio
async def test_files_too_large_or_too_many_are_refused_one_by_one(tmp_path):
    files_sent = [("big", b"x" * 101), ("empty", b""), ("one", b"1"), ("two", b"2")]
    body = b"".join(_part("f", content, name) for name, content in files_sent)

    _fields, sizes, _written = await _read(tmp_path, body + END)

    assert sizes == [("big", None), ("one", 1), ("two", None)]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"nonsense", f"multipart/form-data; boundary={BOUNDARY}", 400),
        (b"a=1", "text/plain", 415),
        (b"", "multipart/form-data", 415),
        (_part("a", b"x" * 260_000) + END, f"multipart/form-data; boundary={BOUNDARY}", 413),
        (_part("a", b"1") * 201 + END, f"multipart/form-data; boundary={BOUNDARY}", 413),
    ],
)
async def test_what_is_no_form_is_refused(tmp_path, body, kind, status):
    with pytest.raises(HTTPException) as refusal:
        await _read(tmp_path, body, kind=kind, step=10_000)

    assert refusal.value.status_code == status


@pytest.mark.anyio
async def test_a_form_without_files_is_read_alike(tmp_path):
    kind = "application/x-www-form-urlencoded"

    fields, sizes, _written = await _read(tmp_path, b"a=1&a=2&b=%C3%BC", kind=kind)

    assert (fields, sizes) == ({"a": ["1", "2"], "b": ["ü"]}, [])


@pytest.mark.anyio
async def test_a_file_that_is_kept_in_plain_is_noticed(tmp_path, monkeypatch):
    """Plant the bug: what arrives is written down as it is."""

    class Plain(parcels.Arrival):
        def write(self, data):
            super().write(data)
            self.path.with_suffix(".tmp").write_bytes(data)

    monkeypatch.setattr(parcels, "Arrival", Plain)

    _fields, _sizes, written = await _read(tmp_path, _part("f", b"Canary", "b.txt") + END, step=500)

    assert b"Canary" in written


@pytest.fixture
def anyio_backend():
    return "asyncio"
