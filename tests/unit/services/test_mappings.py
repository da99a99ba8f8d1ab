"""The mappings that Redress ships read every edition of their source that is at hand."""

import tomllib
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from config.policy import Policy
from engine.domain.mapping import RowReader
from engine.errors import InvalidInputError, NotFoundError
from engine.services.bulk.mappings import load_mapping, shipped_mappings
from engine.services.bulk.table_file import read_table

REPOSITORY = Path(__file__).parents[3]
RECORDS = REPOSITORY.parent / "shared" / "realdata" / "complaints"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
MOST = 1_000
"""Rows of a file that are read; the import of a whole one is another test."""
EDITIONS = sorted(path for kind in ("csv", "json") for path in RECORDS.glob(f"*.{kind}"))


def read_all(mapping, path):
    """Return the complaints of a file, and the refusals of the rows that are none."""
    reader, accepted, refused = RowReader(mapping, NOW), [], []
    for line, row in islice(read_table(path), MOST):
        try:
            accepted.append(reader.read(row, line))
        except InvalidInputError as refusal:
            refused.append(str(refusal))
    return accepted, refused


@pytest.mark.realdata
@pytest.mark.skipif(not EDITIONS, reason="the files of others are not at hand")
@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: path.name)
def test_every_edition_of_a_source_is_read_without_losing_a_row(path):
    mapping = load_mapping("nyc311" if "311" in path.name else "cfpb")
    rows = list(islice(read_table(path), MOST))

    accepted, refused = read_all(mapping, path)

    mapping.check(rows[0][1])
    assert len(accepted) + len(refused) == len(rows) > 0
    assert len(accepted) >= 0.95 * len(rows), refused[:3]
    assert len({each.complaint.source_id for each in accepted}) == len(accepted)


@pytest.mark.realdata
@pytest.mark.skipif(not EDITIONS, reason="the files of others are not at hand")
def test_what_a_source_calls_closed_is_concluded_and_nothing_else_is():
    seen = Counter()
    for path in EDITIONS:
        mapping = load_mapping("nyc311" if "311" in path.name else "cfpb")
        for line, row in islice(read_table(path), MOST):
            plain = {heading.casefold().strip("? "): cell for heading, cell in row.items()}
            told = plain.get("status") or plain.get("company response to consumer") or ""
            told = (
                told or plain.get("company response") or plain.get("company_response_to_consumer")
            )
            try:
                outcome = mapping.read(row, line, now=NOW).outcome
            except InvalidInputError:
                continue
            is_closed = str(told).startswith("Closed")
            seen[is_closed, outcome is not None] += 1

    assert seen[True, False] == seen[False, True] == 0
    assert seen[True, True] > seen[False, False] > 0


def test_the_shipped_mappings_are_known_by_name():
    assert shipped_mappings() == ("cfpb", "nyc311", "plain")


@pytest.mark.parametrize("name", shipped_mappings())
def test_a_shipped_mapping_gives_only_categories_of_the_shipped_policy(name):
    policy = tomllib.loads((REPOSITORY / "config" / "default.toml").read_text("utf-8"))["policy"]

    category = load_mapping(name).category

    given = {category.default, *(rule.value for rule in category.rules)}
    assert given <= set(Policy.model_validate(policy).categories)


def test_a_list_of_ones_own_is_read_with_everything_it_says(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "Reference;Received;Name;Summary;Channel;Severity;Safety;Amount;Vulnerable;Category\n"
        "7;30/10/2026 09:15;Ada Byron;No heating;Telephone;High;Possible;£80.50;yes;Billing\n",
        encoding="cp1252",
    )

    (incoming,), refused = read_all(load_mapping("plain"), path)

    assert refused == []
    assert incoming.complaint.received_at == datetime(2026, 10, 30, 9, 15, tzinfo=UTC)
    assert (incoming.complaint.source_id, incoming.complaint.category) == (
        "7",
        "Invoicing and debt",
    )
    assert (incoming.severity, incoming.safety, incoming.complaint.vulnerable) == (
        4,
        "potential",
        True,
    )
    assert str(incoming.complaint.amount) == "80.50"


def test_an_organisation_brings_its_own_mapping(tmp_path):
    path = tmp_path / "ours.toml"
    shipped = (REPOSITORY / "config" / "mappings" / "plain.toml").read_text("utf-8")
    path.write_text(shipped.replace('source = "plain"', 'source = "ours"'), "utf-8")

    mapping = load_mapping(str(path))

    assert mapping.source == "ours"


@pytest.mark.parametrize("name", ["cfbp", "none.toml", "../cfpb"])
def test_a_mapping_that_does_not_exist_is_named(name):
    with pytest.raises(NotFoundError, match="There is no import mapping"):
        load_mapping(name)
