"""The page of a proposal: reason, risk, difference and what trying it out has shown, in one."""

from dataclasses import replace

import pytest

from engine.domain.actor import Actor, Role
from engine.services.proposing import proposal_making
from engine.services.studio import process_drafts
from engine.services.tryout import playbooks, trial_running
from tests.integration.process_ways import kinder
from tests.integration.scenario_ways import propose, with_draft
from tests.unit.ui.office import Office, markup, texts

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))
MARA = Actor(username="mara", name="Mara", roles=frozenset({Role.MANAGER}))
RED = "Scenario: Nobody ![x](http://evil.example)\n\nwaits for: nobody\n"


def _page():
    from ui.pages import proposals  # noqa: PLC0415 - this function runs as a script

    proposals.show()


def _studio():
    from ui.pages import studio  # noqa: PLC0415 - this function runs as a script

    studio.show()


def _said(page):
    """Return everything that a page says, warnings and what people wrote included."""
    more = [str(item.value) for kind in ("warning", "text") for item in page.get(kind)]
    return "\n".join([texts(page), *(text.replace("\\", "") for text in more)])


@pytest.fixture
def of(office: Office):
    made = with_draft(office.platform)
    draft = process_drafts.process_draft(office.platform, actor=OTTO, number=made["draft"])
    process_drafts.save_process_draft(office.platform, actor=OTTO, **kinder(draft))
    return made


def _sits(office, made):
    return office.sits(MARA, _page, proposal=str(made.number))


def test_everything_is_on_one_page_and_closed_cases_are_run_from_it(office: Office, of):
    made = propose(office.platform, of["draft"])

    page = _sits(office, made)
    before = _said(page)
    page.button(key="proposal:replay").click().run()
    page.run()

    for said in (
        "It is shown.",
        "None.",
        "is now called “Kindly write the acknowledgement”",
        "They try 70 of 70 elements",
        "Closed cases were not led over it.",
        "As soon as it is approved",
    ):
        assert said in before
    assert not page.exception
    assert "No case was closed on this process yet." in _said(page)


def test_a_red_scenario_is_shown_as_text_and_a_stale_run_asks_for_a_new_one(
    office: Office, of, monkeypatch
):
    playbooks.save_scenario(office.platform, text=RED, **of)
    with monkeypatch.context() as patch:
        patch.setattr(proposal_making.playbooks, "require_green", playbooks.tried)
        made = propose(office.platform, of["draft"])
    page = _sits(office, made)

    assert "Line 3: expected to wait for nobody" in _said(page)
    assert "![x]" not in markup(page)
    monkeypatch.setattr(trial_running, "version", lambda _name: "another release")
    assert "changed after this run. Run it again." in _said(page.run())
    page.button(key="proposal:play").click().run()
    page.run()
    assert "changed after this run" not in _said(page)


def test_the_studio_says_which_scenario_stops_a_proposal(office: Office, of):
    playbooks.save_scenario(office.platform, text=RED, **of)
    page = office.sits(OTTO, _studio, draft=str(of["draft"]), view="propose")

    said = _said(page)
    assert "is red. Line 3: expected to wait for nobody" in said
    assert "It cannot be proposed yet." in said
    known = playbooks.kept_scenarios(office.platform, actor=OTTO, number=of["draft"])[-1]
    playbooks.drop_scenario(office.platform, number=known.number, rev=1, **of)
    said = _said(page.run())
    assert "28 scenarios: all are green" in said
    assert "Closed cases were not led over it" in said


def test_the_studio_asks_to_lead_closed_cases_over_a_changed_draft_again(office: Office, of):
    trial_running.replay_process_draft(office.platform, actor=OTTO, number=of["draft"])
    page = office.sits(OTTO, _studio, draft=str(of["draft"]), view="propose")
    before = _said(page)
    draft = process_drafts.process_draft(office.platform, actor=OTTO, number=of["draft"])
    file = replace(draft.files[0], content=draft.files[0].content + "\n")
    process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[file]
    )

    assert "No case was closed" in before
    assert "Lead them over it again" in _said(page.run())
