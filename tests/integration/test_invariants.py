"""Whatever people do, in whatever order: what is stored agrees with itself, and refusals speak."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InvalidInputError, RedressError
from engine.services.handling import casework, inbox
from engine.services.running import monitoring
from tests.integration.agreement import contradictions
from tests.integration.office import LETTER, Office, execute, rows

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

VARIED = {
    "register": ({}, {"scope": "not_ours"}, {"category": "Gardening"}),
    "assess": ({}, {"severity": 1, "complexity": "simple", "amount": "1"}, {"severity": 5}),
    "decision": ({}, {"remedy_amount": "0", "remedy": ""}, {"remedy_amount": "9000"}, {}),
    "approval": ({}, {}, {"approval": "returned", "comment": "Once more, please."}),
    "rejection_review": ({}, {"review": "reopen"}),
    "frontline": ({}, {"frontline_result": "not_resolved"}),
    "assign": ({}, {"owner": "ivo"}, {"owner": "ada"}),
}


@dataclass
class Walk:
    """One case on a random way through the services."""

    office: Office
    clock: object
    data: st.DataObject
    reference: str

    def choose(self, *options):
        return self.data.draw(st.sampled_from(options))

    def step(self):
        """Do one thing; a refusal is fine as long as it is a sentence."""
        deed = self.choose(*["complete"] * 8, "claim", "reassign", "draft", "beside", "time")
        said = "Done."
        try:
            getattr(self, f"_{deed}")()
        except RedressError as refusal:
            said = str(refusal)
        assert said.endswith((".", "”."))

    def _anybody(self):
        return self.office.staff[self.choose(*sorted(self.office.staff))]

    def _where(self):
        waiting = [each.step for each in self.office.view(self.reference).steps]
        token = self.choose(*[step.token for step in waiting], "999")
        return {"reference": self.reference, "token": token}

    def _complete(self):
        if not (waiting := self.office.steps(self.reference)):
            return self._beside()
        element = self.choose(*waiting)
        form = waiting[element].form
        by = self.choose("", "", "", "tom", "hanna", "ada", "mara")
        answers = self.choose(*VARIED.get(form, ({},)))
        return self.office.do(self.reference, element, by=by, **answers)

    def _claim(self):
        act = self.choose(inbox.claim, inbox.release)
        act(self.office.platform, actor=self._anybody(), **self._where())

    def _reassign(self):
        to = self.choose("hanna", "ivo", "ada", "nobody")
        actor = self.office.staff["tom"]
        inbox.reassign(self.office.platform, actor=actor, to=to, **self._where())

    def _draft(self):
        where = self._where()
        inbox.save_draft(self.office.platform, actor=self._anybody(), content={"a": 1}, **where)

    def _beside(self):
        known = {"actor": self._anybody(), "reference": self.reference}
        platform = self.office.platform
        match self.choose("escalate", "withdraw", "note", "answer", "answer"):
            case "escalate":
                casework.escalate(platform, reason="Help.", **known)
            case "withdraw":
                casework.withdraw(platform, reason="Paid.", **known)
            case "note":
                casework.add_note(platform, text="Noted.", **known)
            case "answer":
                answer = self.choose("accepted", "rejected")
                casework.deliver_answer(platform, answer=answer, **known)

    def _time(self):
        self.clock.advance(days=self.choose(1, 10, 30))
        if self.choose(True, False):
            monitoring.sweep(self.office.platform)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_stored_agrees_with_itself_whatever_people_do(office, clock, data):
    walk = Walk(office, clock, data, office.lodge())
    for _ in range(data.draw(st.integers(5, 20))):
        walk.step()
        assert contradictions(office.platform, walk.reference) == []


def test_a_row_that_is_forgotten_is_noticed(office):
    """Plant the bug: a step leaves the inbox and a message the list, and nobody tells."""
    reference = office.reach("assess")
    casework.escalate(
        office.platform, actor=office.staff["hanna"], reference=reference, reason="Help."
    )
    whole = contradictions(office.platform, reference)
    execute(office.platform.database, "DELETE FROM open_step WHERE element LIKE 'respond%'")
    execute(office.platform.database, "DELETE FROM subscription WHERE message = 'withdrawn'")

    found = contradictions(office.platform, reference)

    assert whole == []
    assert found == ["inbox", "subscriptions", "escalations"]


@pytest.mark.parametrize("text", ["half \ud800 a sign", "\udfff" * 30])
def test_text_that_is_no_text_is_refused_in_a_sentence(office, staff, text):
    reference = office.reach("acknowledge")

    with pytest.raises(InvalidInputError, match="characters"):
        office.do(reference, "acknowledge", text=text + LETTER)
    with pytest.raises(InvalidInputError, match="characters"):
        casework.add_note(office.platform, actor=staff["hanna"], reference=reference, text=text)
    assert rows(office.platform.database, "SELECT count(*) FROM note") == [(0,)]
