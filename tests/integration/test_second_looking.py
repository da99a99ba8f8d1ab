"""Discarded mails are judged a second time, by chance and by somebody else (8.2)."""

from datetime import timedelta

import pytest

from config.routine import ReviewPolicy
from engine.domain.actor import Actor, Role
from engine.domain.incoming import MailState
from engine.domain.second_look import SecondVerdict
from engine.errors import ConflictError, NotFoundError, SeparationOfDutiesError
from engine.services.figures.monthly_sample import chosen_by
from engine.services.mail import mailbox, second_looking
from engine.services.upkeep import jobs
from tests.integration.crowd import at_once
from tests.integration.mail_ways import WHY, receive, written
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
IVO = Actor(username="ivo", name="Ivo", roles=frozenset({Role.INTAKE}))


def discarded(office, clock, number=1):
    """Let Tom discard mails, and a week and a day go by; return their numbers."""
    numbers = []
    for at in range(number):
        raw = written(Message_ID=f"<{at}@example.org>", Precedence="bulk")
        mail = receive(office.platform, raw).number
        mailbox.discard(office.platform, actor=office.staff["tom"], number=mail, **WHY)
        numbers.append(mail)
    clock.advance(days=8)
    return numbers


def judge(office, number, verdict=SecondVerdict.COMPLAINT, actor=IVO):
    second_looking.judge_mail(office.platform, actor=actor, number=number, verdict=verdict)


def looks(office, actor=IVO):
    return second_looking.second_looks(office.platform, actor=actor)


@pytest.mark.iso("8.2")
def test_a_discarded_mail_that_was_a_complaint_is_found_and_waits_again(office, clock):
    (number,) = discarded(office, clock)
    drawn = [second_looking.draw_mails(office.platform) for _ in range(2)]
    assert [each.drawn for each in drawn] == [1, 0]
    assert [mail.number for mail in looks(office).waiting] == [number]
    assert looks(office, office.staff["tom"]).waiting == ()

    judge(office, number)

    told = looks(office)
    assert (told.waiting, told.drawn, told.judged, told.found) == ((), 1, 1, 1)
    assert mailbox.counts(office.platform, actor=IVO)[MailState.QUARANTINED] == 1
    mailbox.file_as_complaint(office.platform, actor=office.staff["tom"], number=number)


def test_drawing_at_once_draws_once(office, clock):
    discarded(office, clock)

    ends = at_once(3, lambda _: second_looking.draw_mails(office.platform))

    assert sorted(each.drawn for each in ends) == [0, 0, 1]


@ON_SQLITE
def test_whoever_discarded_a_mail_does_not_judge_it_again(office, clock):
    (number,) = discarded(office, clock)
    second_looking.draw_mails(office.platform)

    with pytest.raises(SeparationOfDutiesError):
        judge(office, number, actor=office.staff["tom"])
    with pytest.raises(NotFoundError):
        judge(office, 99)
    judge(office, number, SecondVerdict.NO_COMPLAINT)
    with pytest.raises(ConflictError):
        judge(office, number)

    assert looks(office).found == 0
    assert mailbox.counts(office.platform, actor=IVO)[MailState.DISCARDED] == 1


@ON_SQLITE
def test_what_was_not_drawn_is_not_judged(office, clock):
    (number,) = discarded(office, clock)

    with pytest.raises(ConflictError, match="not drawn"):
        judge(office, number)


@ON_SQLITE
def test_a_part_is_drawn_and_the_seed_draws_it_again(office, clock):
    numbers = discarded(office, clock, 6)

    done = jobs.run(office.platform, name="unlogged_sample")

    at_least = ReviewPolicy().mail_at_least
    assert dict(done.summary) == {"drawn": at_least, "among": len(numbers)}
    stored = rows(office.platform.database, "SELECT mail_id, seed, among FROM second_look")
    assert {among for *_, among in stored} == {6}
    (seed,) = {seed for _, seed, _ in stored}
    again = chosen_by({str(number): ("bulk", "") for number in numbers}, at_least, seed)
    assert {mail for mail, *_ in stored} == set(map(int, again))


@ON_SQLITE
def test_mails_of_a_week_that_is_not_over_are_not_drawn_yet(office, clock):
    discarded(office, clock)
    clock.now -= timedelta(days=8)

    assert second_looking.draw_mails(office.platform).drawn == 0


@ON_SQLITE
def test_a_mail_that_was_forgotten_is_not_shown(office, clock):
    discarded(office, clock)
    second_looking.draw_mails(office.platform)
    clock.advance(days=40)
    jobs.run(office.platform, name="retention")

    assert looks(office).waiting == ()
    assert looks(office).drawn == 1
