"""The page and the PDF of a review say the same, and whatever somebody wrote is text in both."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.domain.review import Paragraph, Picture, Points, Report, Section, Table
from engine.writing import review_page
from engine.writing.review_chart import Line, bars_chart, lines_chart
from engine.writing.review_page import page_of
from engine.writing.review_print import draw_review, print_review

MARK = "ab" * 32
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=//evil.example/x onerror=a>",
    '#panic("x") *b* $x^2$ \\ @a <b> #import "x" `raw` = heading // comment',
    "日本 عربي \N{GRINNING FACE} \ue000\U0010fffd\u2028",
    "x" * 5_000,
)


def report(said="All is well.", title="Complaints"):
    drawing = lines_chart(["1 Mar", "8 Mar"], [Line(said, (3.0, 5.0)), Line("Closed", (1.0, 4.0))])
    parts = (
        Paragraph(said),
        Points((said, "Another.")),
        Picture(f"{title} by week", f"Two lines. {said}", drawing),
        Table(f"{title} in numbers", ("Week", "n"), ((said, "3"), ("8 Mar", "5")), right=(1,)),
        Picture(f"{title} by category", "Bars.", bars_chart([(said, 4), ("Price", 0)])),
    )
    return Report(
        "Management review March 2026",
        "Northwind",
        said,
        (said,),
        (Section("What was said", parts),),
    )


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def _read(page):
    found = _Page()
    found.feed(page)
    return found


@pytest.mark.iso("8.6")
def test_a_review_is_made_to_be_kept_and_to_be_read_aloud():
    content = print_review(report(), mark=MARK, on=date(2026, 4, 3))

    assert content.startswith(b"%PDF-")
    for said in (b"<pdfaid:part>2<", b"<pdfaid:conformance>B<", b"<pdfuaid:part>1<"):
        assert said in content
    assert b"/StructTreeRoot" in content
    assert re.findall(rb"/S\s*/(Table|Figure|TH)\b", content)
    assert content == print_review(report(), mark=MARK, on=date(2026, 4, 3))
    assert content != print_review(report("Other."), mark=MARK, on=date(2026, 4, 3))


def test_every_table_has_a_name_and_headings_and_every_chart_is_told_in_words():
    page = _read(page_of(report(), mark=MARK))

    drawings = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert [each["role"] for each in drawings] == ["img", "img"]
    assert all(each["aria-label"] for each in drawings)
    assert [attrs.get("scope") for tag, attrs in page.tags if tag == "th"] == ["col", "col"]
    assert "Complaints in numbers" in page.words


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_somebody_wrote_is_text_on_the_page_and_in_print(said):
    page = page_of(report(said), mark=MARK)
    found = _read(page)

    assert {tag for tag, _ in found.tags}.isdisjoint({"script", "img", "link", "iframe", "a"})
    assert not any(name.startswith("on") for _, attrs in found.tags for name in attrs)
    assert said in "".join(found.words)
    assert print_review(report(said), mark=MARK, on=date(2026, 4, 3)).startswith(b"%PDF-")


def test_a_page_that_takes_words_for_markup_is_noticed(monkeypatch):
    monkeypatch.setattr(review_page, "_text", lambda words: words)

    found = _read(page_of(report(HOSTILE[0]), mark=MARK))

    assert {"script", "img"} <= {tag for tag, _ in found.tags}


@pytest.mark.fuzz
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_words_in_any_place_are_printed(said):
    assert print_review(report(said, said), mark=MARK, on=date(2026, 4, 3)).startswith(b"%PDF-")


def test_the_pages_of_a_review_can_be_drawn():
    (page,) = draw_review(report(), mark=MARK, on=date(2026, 4, 3), dots=30)

    assert page.startswith(b"\x89PNG")


@given(
    values=st.lists(st.integers(min_value=0, max_value=10**7), min_size=2, max_size=30),
    other=st.integers(min_value=0, max_value=10**7),
)
def test_a_chart_stays_within_its_frame_and_rises_where_its_numbers_do(values, other):
    numbers = tuple(map(float, values))
    lines = [Line("A", numbers), Line("B", (float(other),) * len(numbers)), Line("C", numbers)]
    drawn = etree.fromstring(lines_chart([str(n) for n in range(len(values))], lines).encode())  # noqa: TID251 - ours

    width, height = float(drawn.get("width")), float(drawn.get("height"))
    points = [each.get("points") for each in drawn.iter("{*}polyline")]
    (first, second, _) = (
        [tuple(map(float, p.split(","))) for p in each.split()] for each in points
    )
    assert all(0 <= x <= width and 0 <= y <= height for x, y in (*first, *second))
    heights = [y for _, y in first]
    assert all(
        (b - a) * (after - before) <= 0
        for (a, b), (before, after) in zip(pairwise(heights), pairwise(numbers), strict=True)
    )
    assert all(0 < float(each.get("y")) <= height for each in drawn.iter("{*}text"))


def test_a_chart_of_nothing_is_none():
    with pytest.raises(ValueError, match="two places"):
        lines_chart(["1 Mar"], [Line("A", (1.0,))])
    with pytest.raises(ValueError, match="one"):
        bars_chart([])
