"""Closed complaints are drawn by chance for somebody to review, and open to nobody else by it."""

from dataclasses import replace
from datetime import timedelta
from functools import partialmethod
from itertools import chain

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.kpi import Period
from engine.domain.sample import Review
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OutOfReachError,
)
from engine.services.figures import sampling
from engine.services.handling import casefile, casework, inbox
from engine.services.staffing import teams
from engine.store import samples
from tests.integration.office import execute, rows
from tests.integration.reach_ways import QUINN, RITA, draw_for, drawing, hire, make_team

NOBODY = (OutOfReachError, NotFoundError)


@pytest.fixture
def closed(office):
    """Four closed complaints of a team, on which Quinn has not worked."""
    hire(office.platform, QUINN)
    make_team(office.platform, "billing")
    found = []
    for _ in range(4):
        found.append(office.reach("closing_check"))
        office.do(found[-1], "closing_check")
        known = {"actor": office.staff["mara"], "reference": found[-1]}
        teams.move(office.platform, team="billing", reason="Theirs.", **known)
    return found


def _draw(office, **other):
    return sampling.draw(office.platform, actor=RITA, drawing=drawing(office.platform, **other))


def _drawn(office, number):
    lines = sampling.drawn(office.platform, actor=QUINN, sample_id=number)
    return [line.reference for line in lines]


def _sees(office, reference):
    try:
        casefile.view(office.platform, actor=QUINN, reference=reference)
    except NOBODY:
        return False
    return True


def _review(office, number, reference, found=Review.IN_ORDER, **more):
    known = {"actor": QUINN, "sample_id": number, "reference": reference, "found": found}
    sampling.review(office.platform, **known, **more)


def _told(office):
    return rows(office.platform.database, "SELECT type, detail FROM organisation_event")


def test_what_was_drawn_is_open_to_the_reviewer_and_nothing_else(office, closed):
    number = _draw(office)

    drawn = _drawn(office, number)
    assert len(drawn) == 2
    assert [_sees(office, reference) for reference in closed] == [r in drawn for r in closed]


def test_the_same_seed_draws_the_same_and_only_once_while_it_is_open(office, closed):
    first = _draw(office)
    drawn = _drawn(office, first)

    with pytest.raises(ConflictError, match="already"):
        _draw(office)

    sampling.end(office.platform, actor=RITA, sample_id=first)
    assert _drawn(office, _draw(office)) == drawn


def test_restricted_complaints_are_never_drawn(office, closed):
    execute(
        office.platform.database,
        "UPDATE complaint_case SET restricted_at = recorded_at, circle = '#' || id "
        "WHERE reference = :of",
        of=closed[0],
    )

    assert _drawn(office, _draw(office, size=200)) == closed[1:]


def test_nobody_reviews_what_they_took_part_in(office, closed):
    busy = Actor(username="quinn", name="Quinn", roles=QUINN.roles | {Role.MANAGER})
    casework.add_note(office.platform, actor=busy, reference=closed[1], text="I called her.")
    casefile.view(office.platform, actor=busy, reference=closed[2])

    drawn = _drawn(office, _draw(office, size=200))

    assert drawn == [closed[0], *closed[2:]]


def test_somebody_who_took_part_and_is_drawn_all_the_same_is_noticed(office, closed, monkeypatch):
    """Plant the bug: everything that somebody did counts as a look."""
    busy = Actor(username="quinn", name="Quinn", roles=QUINN.roles | {Role.MANAGER})
    casework.add_note(office.platform, actor=busy, reference=closed[1], text="I called her.")
    monkeypatch.setattr(samples, "NO_PART", {*samples.NO_PART, "note.added"})

    assert closed[1] in _drawn(office, _draw(office, size=200))


def test_a_sample_is_closed_to_the_reviewer_when_its_time_is_over(office, clock, closed):
    number = _draw(office)
    (reference, _other) = _drawn(office, number)

    clock.advance(days=15)

    assert not _sees(office, reference)
    assert sampling.waiting(office.platform, actor=QUINN) == 0
    with pytest.raises(NOBODY):
        _review(office, number, reference)
    with pytest.raises(ConflictError, match="ended"):
        sampling.end(office.platform, actor=RITA, sample_id=number)


def test_a_sample_that_is_ended_early_keeps_what_was_found(office, closed):
    number = _draw(office)
    (reviewed, left) = _drawn(office, number)
    _review(office, number, reviewed)

    sampling.end(office.platform, actor=RITA, sample_id=number)

    (sample,) = sampling.samples(office.platform, actor=RITA)
    assert (sample.cases, sample.reviewed, sample.ended_by) == (2, 1, "rita")
    assert not _sees(office, left)
    assert [kind for kind, _ in _told(office)][-2:] == ["sample.drawn", "sample.ended"]


def test_a_review_is_kept_once_with_its_remark_as_a_note(office, closed):
    number = _draw(office)
    (reference, other) = _drawn(office, number)

    _review(office, number, reference, Review.TO_IMPROVE, remark="Nobody called her back.")

    file = casefile.view(office.platform, actor=QUINN, reference=reference)
    (sample,) = sampling.samples(office.platform, actor=QUINN)
    assert [note.text for note in file.notes] == ["Nobody called her back."]
    assert (sample.reviewed, sample.to_improve) == (1, 1)
    assert sampling.waiting(office.platform, actor=QUINN) == 1
    with pytest.raises(ConflictError, match="already"):
        _review(office, number, reference)
    with pytest.raises(InvalidInputError, match="Remark"):
        _review(office, number, other, Review.TO_IMPROVE)


def test_what_was_reviewed_is_not_drawn_for_the_same_person_again(office, closed):
    first = _draw(office)
    for reference in _drawn(office, first):
        _review(office, first, reference)

    second = _draw(office, seed="February")

    assert {*_drawn(office, first), *_drawn(office, second)} == set(closed)
    with pytest.raises(InvalidInputError, match="left"):
        _draw(office, seed="March")


def test_another_reviewer_neither_sees_nor_reviews_a_sample(office, closed):
    number = _draw(office)
    other = Actor(username="quentin", name="Quentin", roles=QUINN.roles)
    (reference, _) = _drawn(office, number)

    assert sampling.samples(office.platform, actor=other) == ()
    with pytest.raises(NotFoundError):
        sampling.drawn(office.platform, actor=other, sample_id=number)
    with pytest.raises(NOBODY):
        sampling.review(
            office.platform,
            actor=other,
            sample_id=number,
            reference=reference,
            found=Review.IN_ORDER,
        )
    with pytest.raises(NotAllowedError):
        sampling.reviewers(office.platform, actor=other)


def test_a_list_shows_a_reviewer_what_is_drawn_while_it_is_open_to_them(office):
    hire(office.platform, QUINN)
    make_team(office.platform, "billing")
    known = {"actor": office.staff["mara"], "reference": office.lodge()}
    teams.move(office.platform, team="billing", reason="Theirs.", **known)
    number = draw_for(office.platform, "quinn")

    before = inbox.counts(office.platform, actor=QUINN)
    sampling.end(office.platform, actor=RITA, sample_id=number)
    after = inbox.counts(office.platform, actor=QUINN)

    assert sum(before.values()) > 0
    assert sum(after.values()) == 0


def test_the_journal_tells_what_was_drawn_from_what_without_a_word_of_anybody(office, closed):
    _draw(office, seed="Jane Doe")

    ((_, told),) = [event for event in _told(office) if event[0] == "sample.drawn"]
    assert '"of":4' in str(told).replace(" ", "")
    assert "Jane" not in str(told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"size": 201},
        {"reviewer": "hanna"},
        {"reviewer": "nobody"},
        {"reviewer": "rita"},
        {"seed": " "},
        {"seed": "x" * 101},
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(office, closed, wrong):
    with pytest.raises(InvalidInputError):
        _draw(office, **wrong)


def test_a_time_limit_lies_ahead_and_at_most_a_year(office, closed):
    now = office.platform.now()
    for until in (now, now + timedelta(days=400)):
        with pytest.raises(InvalidInputError, match="Until"):
            _draw(office, until_at=until)


def test_a_period_without_a_closed_complaint_is_refused(office, closed):
    long_ago = Period.last_days(3, office.platform.now() - timedelta(days=400), "UTC")

    with pytest.raises(InvalidInputError, match="left"):
        _draw(office, period=long_ago)


def _drawn_before(office, number):
    """Keep as many samples as an organisation has after years; every third was Quinn's."""
    now, of = office.platform.now(), drawing(office.platform)
    over = replace(of, until_at=now - timedelta(days=1))
    who = ["quinn" if n % 3 == 0 else "nora" for n in range(number)]
    every = [replace(over, reviewer=name, seed=str(n)) for n, name in enumerate(who)]

    def work(tx):
        return [tx.samples.add(each, (), among=0, by="rita", at=now) for each in every]

    return office.platform.database.write(work)


def _turned(office, person, limit):
    """Turn every page and return the numbers that stood on each."""
    pages, before = [], None
    while found := sampling.samples(office.platform, actor=person, before=before, limit=limit):
        pages.append([each.id for each in found])
        before = found[-1].id
    return pages


def test_every_sample_stands_on_one_page_however_many_there_are(office):
    numbers = _drawn_before(office, 45)

    pages = _turned(office, RITA, 20)
    own = _turned(office, QUINN, 4)

    assert [len(page) for page in pages] == [20, 20, 5]
    assert list(chain(*pages)) == numbers[::-1]
    assert list(chain(*own)) == numbers[::3][::-1]


def test_a_sample_drawn_while_pages_are_turned_moves_nothing(office):
    numbers = _drawn_before(office, 5)
    first = sampling.samples(office.platform, actor=RITA, limit=2)
    _drawn_before(office, 3)

    second = sampling.samples(office.platform, actor=RITA, before=first[-1].id, limit=2)

    assert [each.id for each in (*first, *second)] == numbers[:0:-1]


def test_what_is_open_to_a_reviewer_is_found_however_much_was_drawn_since(office, closed):
    number = sampling.draw(office.platform, actor=RITA, drawing=drawing(office.platform))
    _drawn_before(office, 130)

    (open_one,) = sampling.to_review(office.platform, actor=QUINN)

    assert open_one.id == number
    assert number not in [each.id for each in sampling.samples(office.platform, actor=RITA)]


def test_a_page_that_begins_where_it_likes_is_noticed(office, monkeypatch):
    """Plant the bug: the place where a page begins is forgotten."""
    _drawn_before(office, 5)
    monkeypatch.setattr(samples.Samples, "page", partialmethod(_forgetful, samples.Samples.page))

    first = sampling.samples(office.platform, actor=RITA, limit=2)
    again = sampling.samples(office.platform, actor=RITA, before=first[-1].id, limit=2)

    assert again == first


def _forgetful(self, real, who, *, limit, **_forgotten):
    return real(self, who, limit=limit)


@pytest.mark.parametrize("seed", ["turned \u202e round", "bell \x07", "two\nlines"])
def test_a_seed_is_one_line_that_reads_as_it_is(office, closed, seed):
    with pytest.raises(InvalidInputError, match="Seed"):
        _draw(office, seed=seed)
