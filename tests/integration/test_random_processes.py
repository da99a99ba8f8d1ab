"""Random processes with their state in the rows of a database go as the token game says."""

from datetime import timedelta

import pytest

from engine.domain.case import Case, Step
from engine.domain.complaint import Channel, Complaint
from engine.errors import RedressError
from engine.process.core import LiveCase
from engine.store.cases import Awaited, Cases
from tests.unit.process.drawing import NOW, timetable
from tests.unit.process.game.inventing import invent
from tests.unit.process.game.playing import play


class Rows:
    """Keeps a case as the services do: state, awaited messages and waiting steps in one commit.

    Every command reads everything from the database again; what the rows say has to be what the
    engine says.
    """

    def __init__(self, database, bundle, number):
        self._database, self._bundle = database, bundle
        self._reference = f"C-2026-{number:06}"

    def start(self, variables):
        live = LiveCase.start(self._bundle, variables, now=NOW, timetable=timetable)
        progress = live.progress()
        case = Case(
            reference=self._reference,
            complaint=Complaint(
                received_at=NOW, channel=Channel.EMAIL, summary="A game", complainant_name="Jane"
            ),
            recorded_at=NOW,
            process=self._bundle.digest,
            state=progress.state,
            next_due=progress.next_due,
        )
        self._database.write(lambda tx: self._add(tx, case, progress))
        return progress

    def act(self, deed):
        return self._database.write(lambda tx: self._act(tx, deed))

    def load(self):
        with self._database.read() as tx:
            return self._take_up(tx.cases.get(self._reference))

    def _take_up(self, case):
        return LiveCase.load(self._bundle, case.state, timetable=timetable)

    def _add(self, tx, case, progress):
        if tx.processes.get(self._bundle.digest) is None:  # small processes come more than once
            self._publish(tx)
        number = tx.cases.add(case, currency="EUR").id
        self._project(tx, case.model_copy(update={"id": number}), progress)

    def _publish(self, tx):
        tx.processes.publish(
            digest=self._bundle.digest,
            process_id=self._bundle.process_id,
            diagrams=(self._bundle.xml,),
            tables=(),
            by="otto",
            at=NOW,
            reason="A game",
        )

    def _act(self, tx, deed):
        case = tx.cases.take(self._reference)
        live = self._take_up(case)
        deed(live)
        progress = live.progress()
        update = {"state": progress.state, "next_due": progress.next_due}
        tx.cases.replace(case.model_copy(update=update), before=case)
        self._project(tx, case, progress)
        return progress

    def _project(self, tx, case, progress):
        before = {step.token for step in tx.steps.of(case.id)}
        now = {step.token: step.element for step in progress.open_steps}
        tx.steps.remove(case.id, before - now.keys())
        fresh = [(token, name) for token, name in now.items() if token not in before]
        tx.steps.add(case, [_step(case.id, token, name) for token, name in fresh])
        wanted = [*progress.subscriptions, *progress.signals]
        tx.cases.subscribe(
            case.id,
            [Awaited(w.message, w.element, w.token) for w in wanted],
            before=tx.cases.awaited(case.id),
        )
        assert {step.token: step.element for step in tx.steps.of(case.id)} == now
        assert tx.cases.awaits(case.id) == {each.message for each in wanted}
        assert tx.cases.get(case.reference).next_due == progress.next_due


def _step(case_id, token, element):
    return Step(
        case_id=case_id,
        token=token,
        element=element,
        title=element,
        roles=("handler",),
        form="",
        clause="",
        is_gate=False,
        assignee=None,
        opened_at=NOW,
        due_at=NOW + timedelta(days=1),
        begin_by=NOW + timedelta(days=1),
    )


def difference(database, seed):
    plan = invent(seed)
    return play(plan, seed, lambda bundle: Rows(database, bundle, seed)).difference


def test_random_processes_kept_in_rows_go_as_the_token_game_says(database):
    found = {seed: said for seed in range(20) if (said := difference(database, seed))}

    assert found == {}


@pytest.mark.fuzz
def test_many_random_processes_kept_in_rows_go_as_the_token_game_says(database):
    seeds = range(100_000, 100_500)

    found = {seed: said for seed in seeds if (said := difference(database, seed))}

    assert found == {}


def test_a_state_that_is_not_written_is_noticed(database, monkeypatch):
    replace = Cases.replace

    def replace_all_but_the_state(cases, case, **known):
        state = cases.get(case.reference).state
        replace(cases, case.model_copy(update={"state": state}), **known)

    monkeypatch.setattr(Cases, "replace", replace_all_but_the_state)

    assert any(_goes_wrong(database, seed) for seed in range(10))


def _goes_wrong(database, seed):
    """Tell whether a planted bug shows, as a difference or as a crash."""
    try:
        return bool(difference(database, seed))
    except (LookupError, RedressError, AssertionError):
        return True
