"""The management review on the command line: made, listed, written to a file."""

import json

import pytest

from tests.integration.review_ways import held, made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_pack_is_made_listed_and_written(redress, office, tmp_path):
    said = redress("review", "make", "monthly", "--as", "mara").out
    held(office.platform, office.staff["mara"], 1)

    (line,) = json.loads(redress("review", "list", "--format", "json").out)
    redress("review", "write", "1", "-o", str(tmp_path / "pack.html"))
    redress("review", "write", "1", "-o", str(tmp_path / "pack.pdf"))

    assert "Pack 1 is made." in said
    assert (line["kind"], line["made_by"], line["decisions"], line["open"]) == (
        "monthly",
        "mara",
        1,
        1,
    )
    assert "1 shown." in redress("review", "list").out
    assert (tmp_path / "pack.html").read_bytes().startswith(b"<!doctype html>")
    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF-")


def test_a_second_pack_of_a_month_is_refused(redress, office):
    last = made(office)

    told = redress("review", "make", "monthly")

    assert (last, told.status) == (1, 1)
    assert "it never changes" in told.err
