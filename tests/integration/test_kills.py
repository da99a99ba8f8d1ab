"""Programs that are killed over and over while they work: nothing acknowledged is lost or torn."""

import os
import random
import select
import signal
import time
from dataclasses import dataclass, field, replace
from itertools import count
from uuid import uuid4

import pytest

from engine.services.post import dispatch
from tests.integration.agreement import contradictions
from tests.integration.clerk import Clerk, Word
from tests.integration.killing import start, was_killed
from tests.integration.office import Office, execute, rows

SEED = int(os.environ.get("REDRESS_SEED", "7"))
LIFE = (0.05, 0.3)
"""Seconds that a program lives, at least and at most."""
FIRST_WORD = 10.0
"""Seconds within which a program must have started to work."""


@dataclass
class Survey:
    """What the killed programs had been told was done, and what was found afterwards.

    Attributes:
        acknowledged: Command ids whose command had returned, with the case.
        wrong: What contradicts itself or is missing, by case.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)


def _work_for_ever(office, smtp_url, say):
    """Do what an office does, and say after each command that it is done."""
    clerk = Clerk(office, say)
    sender = replace(office.platform, smtp_url=smtp_url)
    for number in count():
        clerk.one_complaint(number)
        dispatch.send_outbox(sender, limit=2)


def _kill_one(office, smtp_url, life, survey):
    """Let a program live for a while, kill it, and look at what it left."""
    reader, writer = os.pipe()

    def say(line):
        os.write(writer, f"{line}\n".encode())

    child = start(office.platform, lambda p: _work_for_ever(Office(p, office.staff), smtp_url, say))
    os.close(writer)
    heard, until = b"", time.monotonic() + FIRST_WORD
    while select.select([reader], [], [], max(0, until - time.monotonic()))[0]:
        until = min(until, time.monotonic() + life) if not heard else until
        if not (said := os.read(reader, 65_536)):
            break
        heard += said
        if time.monotonic() > until:
            break
    os.kill(child, signal.SIGKILL)
    assert was_killed(child)
    while said := os.read(reader, 65_536):
        heard += said
    os.close(reader)
    word = Word()
    for line in heard.decode().splitlines():
        word.hear(line)
    _look(office, word.done, survey)


def _look(office, said, survey):
    """Compare what is stored with what was said, case by case."""
    database = office.platform.database
    kept = {key for (key,) in rows(database, "SELECT command_id FROM receipt")}
    newest = rows(database, "SELECT reference FROM complaint_case ORDER BY id DESC LIMIT 3")
    survey.acknowledged |= said
    for command_id, reference in said.items():
        if command_id not in kept:
            survey.wrong.setdefault(reference, []).append(f"{command_id} is lost")
    for reference in {*said.values(), *(name for (name,) in newest)}:
        if found := contradictions(office.platform, reference):
            survey.wrong.setdefault(reference, []).extend(found)


def _killed(office, smtp_url, kills):
    chance, survey = random.Random(SEED), Survey()
    for _ in range(kills):
        _kill_one(office, smtp_url, chance.uniform(*LIFE), survey)
    return survey


def _judge(office, clock, postbox, kills):
    survey = _killed(office, postbox.url, kills)
    clock.advance(minutes=10)
    # Other work holds the lease of mails whose sender died.
    dispatch.send_outbox(replace(office.platform, smtp_url=postbox.url), limit=100_000)

    assert survey.wrong == {}, f"REDRESS_SEED={SEED}"
    assert len(survey.acknowledged) > kills
    queued = {name for (name,) in rows(office.platform.database, "SELECT message_id FROM outbox")}
    arrived = [mail["Message-ID"] for mail in postbox.mails]
    assert set(arrived) == queued
    assert len(arrived) - len(queued) <= kills


def test_a_program_killed_a_dozen_times_loses_nothing(office, clock, postbox):
    """A kill costs a second, most of it for starting; hundreds are for the long form."""
    _judge(office, clock, postbox, 12)


@pytest.mark.fuzz
@pytest.mark.timeout(3_600)
def test_a_program_killed_a_thousand_times_loses_nothing(office, clock, postbox):
    _judge(office, clock, postbox, 1_000)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_store_that_forgets_what_it_acknowledged_is_noticed(office, postbox):
    """Plant the bug: as if a commit had not reached the disk."""
    survey = Survey()
    said = {str(uuid4()): office.lodge()}
    execute(office.platform.database, "DELETE FROM open_step")

    _look(office, said, survey)

    (problems,) = survey.wrong.values()
    assert problems[-1] == "inbox"
    assert "is lost" in problems[0]
