"""The page of jobs says how each does, and lets those run one who may."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.job import JOBS
from engine.errors import UnavailableError
from engine.services.upkeep import job_health, jobs
from engine.services.upkeep.job_health import JobState
from tests.unit.ui.office import HOSTILE, Office, markup, texts
from ui.place import PLACES, _titled

ROOT = Actor(username="root", name="Root", roles=frozenset({Role.ADMINISTRATOR}))


def _page():
    from ui.pages import jobs  # noqa: PLC0415 - this function runs as a script

    jobs.show()


def _fail(monkeypatch, name, sentence):
    def work(_platform):
        raise UnavailableError(sentence)

    monkeypatch.setattr("engine.services.upkeep.jobs.WORK", {**jobs.WORK, name: work})


def test_every_job_is_told_with_what_it_does_and_when(office: Office, mara):
    jobs.run_overdue(office.platform)

    shown = markup(office.sits(mara, _page)).replace("\\", "")

    for job in JOBS.values():
        assert job.does in shown
        assert f"{job.usual[:1].upper()}{job.usual[1:]}" in shown
    assert f"All {len(JOBS)} jobs run as they should." in shown


def test_a_manager_sees_and_an_administrator_runs(office: Office, mara):
    jobs.run_overdue(office.platform)
    watched, led = office.sits(mara, _page), office.sits(ROOT, _page)

    led.button(key="job:run:survey").click().run()

    assert not watched.button
    assert not led.exception
    found = {each.job.name: each for each in job_health.health(office.platform, actor=ROOT)}
    assert found["survey"].state is JobState.ASKED
    assert "Begins in a moment" in markup(led)


def test_a_refusal_is_a_sentence(office: Office):
    jobs.run_overdue(office.platform)
    test = office.sits(ROOT, _page)
    jobs.ask_for(office.platform, actor=ROOT, name="survey")

    test.button(key="job:run:survey").click().run()

    assert "was asked for already" in "".join(error.value for error in test.error)


def test_what_failed_comes_first_with_its_sentence_as_text(office: Office, mara, monkeypatch):
    _fail(monkeypatch, "weekly_review", HOSTILE)
    jobs.run_overdue(office.platform)

    test = office.sits(mara, _page)

    assert not test.exception
    assert "1 job needs a look" in markup(test)
    titles = [each.value for each in test.markdown if each.value.startswith("**")]
    assert titles[0] == "**Freeze the week's figures**"
    assert "<" not in markup(test).replace("\\<", "")
    assert "&lt" not in texts(test)


@pytest.mark.parametrize(("role", "number"), [(Role.ADMINISTRATOR, " (1)"), (Role.MANAGER, "")])
def test_the_navigation_counts_for_those_who_can_do_something(
    office: Office, monkeypatch, role, number
):
    _fail(monkeypatch, "survey", "The mail server is gone.")
    jobs.run_overdue(office.platform)
    monkeypatch.setattr("ui.parts.waiting.fresh", lambda *_a, read, **_k: read())
    monkeypatch.setattr("ui.parts.waiting.platform", lambda: office.platform)
    place = next(place for place in PLACES if place.path == "jobs")

    person = Actor(username="p", name="P", roles=frozenset({role}))

    assert _titled(place, person) == f"Jobs{number}"
