"""Rows of somebody else's table become complaints, or refusals that say where and why."""

import tomllib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.domain.complaint import Channel, Complexity, Safety, Severity
from engine.domain.mapping import UNREADABLE, RowReader, parse_mapping
from engine.errors import InvalidInputError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

MAPPING = """
source = "shop"
title = "A shop"
zone = "America/New_York"
date_formats = ["%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S%z"]
required = ["received", "topic"]
source_id = "id"
received_at = "received"
amount = "amount"

[columns]
id = ["Ticket No."]
received = ["Date received", "Created"]
topic = ["Topic"]
story = ["What happened"]
name = ["Customer"]
email = ["E-mail"]
route = ["Submitted via"]
amount = ["Amount"]
place = ["Place"]

[summary]
parts = ["topic", "story"]
joined_by = ": "

[description]
parts = ["story"]
facts = ["topic", "place"]

[complainant_name]
parts = ["name"]
default = "Name withheld"

[email]
parts = ["email"]

[channel]
default = "other"
rules = [{ columns = ["route"], equals = ["Web"], value = "web_form" }]

[category]
default = "Other"
rules = [
  { columns = ["topic", "story"], contains = ["bill"], value = "Price" },
  { columns = ["topic"], contains = ["late"], value = "Delivery or provision" },
]

[severity]
default = 3
rules = [{ columns = ["story"], contains = ["injured"], value = 5 }]

[safety]
default = "none"
rules = [{ columns = ["story"], contains = ["injured"], value = "actual_minor" }]

[complexity]
default = "simple"
"""

ROW = {
    "Ticket No.": "T-1",
    "Date received": "2026-03-02",
    "Topic": "Late parcel",
    "What happened": "It came\ntoo late.",
    "Customer": "Ada",
    "E-mail": "ada@example.org",
    "Submitted via": "Web",
    "Amount": "$1,234.50",
    "Place": "Albany",
}


@pytest.fixture(scope="module")
def mapping():
    return parse_mapping(MAPPING)


def refusal(mapping, **cells):
    """Return the sentence with which a row that differs in these cells is refused."""
    with pytest.raises(InvalidInputError) as refused:
        mapping.read(ROW | cells, 7, now=NOW)
    return str(refused.value)


def test_a_row_becomes_a_complaint_with_everything_its_source_says(mapping):
    incoming = mapping.read(ROW, 2, now=NOW)

    complaint = incoming.complaint
    assert complaint.received_at == datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert (complaint.source, complaint.source_id) == ("shop", "T-1")
    assert complaint.summary == "Late parcel: It came too late."
    assert complaint.description == "It came\ntoo late.\n\nTopic: Late parcel\nPlace: Albany"
    assert (complaint.complainant_name, complaint.email) == ("Ada", "ada@example.org")
    assert complaint.channel is Channel.WEB_FORM
    assert complaint.category == "Delivery or provision"
    assert complaint.amount == Decimal("1234.50")
    assert incoming.severity is Severity.MODERATE
    assert incoming.safety is Safety.NONE
    assert incoming.complexity is Complexity.SIMPLE


def test_headings_are_known_in_any_spelling_and_by_any_of_their_names(mapping):
    row = {"TICKET_NO": "T-1", "created": "03/02/2026", "topic": "Late parcel"}

    complaint = mapping.read(row, 2, now=NOW).complaint

    assert complaint.source_id == "T-1"
    assert complaint.received_at == datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_the_first_rule_that_holds_decides_whatever_the_case_of_its_words(mapping):
    row = ROW | {"What happened": "The BILL is wrong and I was Injured."}

    incoming = mapping.read(row, 2, now=NOW)

    assert incoming.complaint.category == "Price"
    assert incoming.severity is Severity.CRITICAL
    assert incoming.safety is Safety.ACTUAL_MINOR


def test_a_time_that_names_its_zone_keeps_it(mapping):
    row = ROW | {"Date received": "2026-03-02T10:00:00+0100"}

    complaint = mapping.read(row, 2, now=NOW).complaint

    assert complaint.received_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_long_summary_is_cut_and_the_description_keeps_the_whole(mapping):
    story = "word " * 200

    complaint = mapping.read(ROW | {"What happened": story}, 2, now=NOW).complaint

    assert len(complaint.summary) == 200
    assert complaint.summary.endswith("…")
    assert story.strip() in complaint.description


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Topic": " "}, "line 7, Topic: The cell is empty."),
        ({"Ticket No.": ""}, "line 7, Ticket No.: The cell is empty."),
        ({"Date received": "02/30/2026"}, "line 7, Date received: “02/30/2026” is no date"),
        ({"Date received": "2026-11-22"}, "line 7, Date received: “2026-11-22” lies in the future"),
        ({"Date received": "0216-11-22"}, "line 7, Date received: “0216-11-22” lies before 1900"),
        ({"Amount": "-5"}, "line 7, Amount: “-5” is no amount"),
        ({"Amount": "1.234,50"}, "line 7, Amount: “1.234,50” is no amount"),
        ({"Amount": "9" * 20}, "line 7, Amount: "),
        ({"E-mail": "nobody"}, "line 7, E-mail: 'nobody' is no e-mail address"),
        ({"Customer": "A" * 201}, "line 7, Customer: "),
        ({"Place": "a\0b"}, "line 7, Place: The cell has a character that is no text."),
        ({"Place": "\ud800"}, "line 7, Place: The cell has a character that is no text."),
        ({UNREADABLE: "The row is broken."}, "line 7: The row is broken."),
    ],
)
def test_a_wrong_cell_is_refused_with_line_column_and_reason(mapping, cells, sentence):
    found = refusal(mapping, **cells)

    assert found.startswith(sentence)


def test_all_empty_cells_of_a_row_are_named_at_once(mapping):
    found = refusal(mapping, **{"Topic": "", "Date received": ""})

    assert "line 7, Topic" in found
    assert "line 7, Date received" in found


def test_an_id_that_comes_twice_is_refused_with_the_line_of_the_first(mapping):
    reader = RowReader(mapping, NOW)
    reader.read(ROW, 2)

    with pytest.raises(InvalidInputError, match="line 9, id: “T-1” stands in line 2 already"):
        reader.read(ROW, 9)


def test_rows_without_an_id_are_all_kept_and_known_again_when_read_again(mapping):
    bare = {key: cell for key, cell in ROW.items() if key != "Ticket No."}
    other = bare | {"Place": "Buffalo"}

    readings = [
        [reader.read(row, line).complaint.source_id for line, row in enumerate([bare, other, bare])]
        for reader in (RowReader(mapping, NOW), RowReader(mapping, NOW))
    ]

    assert len(set(readings[0])) == 3
    assert readings[0] == readings[1]


def test_a_table_without_a_required_column_is_refused_at_once(mapping):
    with pytest.raises(InvalidInputError, match="no column “Date received” or “Created”"):
        mapping.check(["Topic", "Amount"])


def test_a_table_with_every_required_column_passes(mapping):
    mapping.check(["topic", "CREATED"])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('source = "shop"', "source = ", "The mapping is no TOML"),
        ('source = "shop"', 'source = "A Shop"', "source: "),
        ('zone = "America/New_York"', 'zone = "Atlantis"', "zone: 'Atlantis' is no time zone"),
        ('value = "web_form"', 'value = "pigeon"', "channel.rules.0.value: "),
        ("value = 5", "value = 6", "severity.rules.0.value: "),
        ('equals = ["Web"], ', "", "channel.rules.0: a rule needs `equals` or `contains`"),
        ('columns = ["route"]', 'columns = ["rout"]', "“rout” is not among the columns"),
        ('amount = "amount"', 'amout = "amount"', "amout: "),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_key(old, new, sentence):
    wrong = MAPPING.replace(old, new, 1)

    with pytest.raises(InvalidInputError) as refused:
        parse_mapping(wrong)

    assert sentence in str(refused.value)


def problems_of(mapping, row):
    """Return what is wrong with a row, by place; nothing else may be raised."""
    try:
        mapping.read(row, 7, now=NOW)
    except InvalidInputError as refused:
        return refused.problems
    return {}


rows = st.dictionaries(st.sampled_from([*ROW, UNREADABLE, "Else"]), st.text(max_size=30))


@given(changes=rows, kept=st.sets(st.sampled_from(sorted(ROW))))
@example(changes={"Ticket No.": "\x1b"}, kept=set(ROW))  # an id of which nothing is left
def test_any_row_is_read_or_refused_with_its_line_and_nothing_else_happens(changes, kept):
    mapping = parse_mapping(MAPPING)
    row = {key: ROW[key] for key in kept} | changes

    problems = problems_of(mapping, row)

    assert all(place.startswith("line 7") for place in problems)


def test_a_mapping_whose_rules_lost_their_order_is_caught():
    data = tomllib.loads(MAPPING)
    data["category"]["rules"].reverse()
    row = ROW | {"What happened": "The bill came late."}

    turned = type(parse_mapping(MAPPING)).model_validate(data)

    assert turned.read(row, 2, now=NOW).complaint.category == "Delivery or provision"
    assert parse_mapping(MAPPING).read(row, 2, now=NOW).complaint.category == "Price"
