"""Finding what waits by its words: a rare word, a common word, and none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.services.handling import inbox
from engine.store import words
from tests.integration.office import rows

TEXTS = ("Meter broken since May", "Meter read wrongly", "Bill charged twice", "Broken promise")
SEARCHES = ("meter", "MET bro", "broken", "bill twice", "meter bill", "zzz", "c-20", "twice,")


def _found(office, search):
    seen, total = inbox.page(
        office.platform, actor=office.staff["hanna"], view="all", search=search
    )
    assert total == len(seen)
    return {row.summary for row in seen}


def _expected(search):
    return {
        text
        for text in TEXTS
        if all(
            any(word.startswith(piece) for word in words.words_in("C-2026-000001", text))
            for piece in words.pieces_of(search)
        )
    }


@pytest.mark.parametrize("most", [0, 1, 5_000])
def test_rare_and_common_words_find_the_same_whichever_way_is_taken(office, monkeypatch, most):
    monkeypatch.setattr(words, "MOST_FOUND", most)
    for text in TEXTS:
        office.lodge(summary=text, complainant_name="Jo")

    found = {search: _found(office, search) for search in SEARCHES}

    assert found == {search: _expected(search) for search in SEARCHES}


def test_a_case_that_is_closed_leaves_no_words_behind(office):
    reference = office.reach("closing_check")
    open_words = rows(office.platform.database, "SELECT count(*) FROM case_word")[0][0]

    office.do(reference, "closing_check")

    assert open_words > 0
    assert rows(office.platform.database, "SELECT count(*) FROM case_word") == [(0,)]


@given(text=st.text(max_size=80), data=st.data())
def test_every_beginning_of_every_word_is_a_beginning_of_a_kept_word(text, data):
    pieces = words.pieces_of(text)
    kept = words.words_in(text)

    for piece in pieces:
        size = data.draw(st.integers(1, len(piece)))
        assert any(word.startswith(piece[:size]) for word in kept)


def test_a_search_that_takes_any_word_for_all_is_caught(office, monkeypatch):
    bounds = words.bounds
    monkeypatch.setattr(
        words, "bounds", lambda wanted, vault: bounds([wanted[0]] * len(wanted), vault)
    )

    with pytest.raises(AssertionError):
        test_rare_and_common_words_find_the_same_whichever_way_is_taken(office, monkeypatch, 0)
