"""How fast letters are written and printed."""

from dataclasses import replace

import pytest

from engine.domain.letter import LetterKind
from engine.writing.book import shipped_letters
from engine.writing.press import print_letter
from engine.writing.template import sample_facts
from tests.unit.writing.test_press import sheet

pytestmark = pytest.mark.benchmark
HUNDRED = 100
_MOST_SECONDS = 10.0


def test_a_hundred_letters_in_less_than_ten_seconds(benchmark):
    """Each is written from its template and printed; all differ."""
    book, kinds = shipped_letters(), list(LetterKind)

    def hundred() -> int:
        size = 0
        for number in range(HUNDRED):
            kind = kinds[number % len(kinds)]
            language = book.language(("en", "de")[number % 2])
            facts = sample_facts(kind) | {"summary": f"Charged twice, number {number}. " * 20}
            written = book.write(kind, language, facts)
            page = sheet(written.body, subject=written.subject, mark=f"{number:064}")
            size += len(print_letter(replace(page, language=language)))
        return size

    assert benchmark.pedantic(hundred, rounds=3) > HUNDRED * 1_000
    assert benchmark.stats.stats.max < _MOST_SECONDS
