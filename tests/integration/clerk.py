"""Programs that work without end, say what was acknowledged, and go on when they are refused."""

import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from engine.bootstrap import Platform
from engine.errors import UnavailableError
from engine.services.handling import casework, inbox
from engine.services.intake import intake
from engine.services.running import monitoring
from tests.integration.killing import start, was_killed
from tests.integration.office import ANSWERS, Office

Say = Callable[[str], None]

PAUSE = 0.02
"""Seconds after which somebody who was told that the database is away tries again."""


@dataclass
class Clerk:
    """Gives commands, each under an id, again and again until it is told how it ended.

    Attributes:
        say: Hears ``done <id> <reference>`` after each command that was acknowledged, and
            ``refused <sentence>`` when the database was not there.
        patience: Seconds for which a command is given again.
    """

    office: Office
    say: Say
    patience: float = 0

    def one_complaint(self, number: int) -> None:
        """Receive a complaint, do its first two steps, and call for help."""
        complaint = self.office.heard(email=f"jane{number}@example.org")
        reference = self._give(partial(intake.lodge, complaint=complaint))
        for element in ("register", "acknowledge"):
            step = self._insist(lambda: self.office.steps(reference))[element]
            answers = ANSWERS[step.form]
            given = {"reference": reference, "token": step.token, "answers": answers}
            self._give(partial(inbox.complete_step, **given), reference)
        self._give(partial(casework.escalate, reference=reference, reason="?"), reference)

    def _give(self, command: Callable[..., Any], reference: str = "") -> Any:
        command_id: UUID = uuid4()
        given = {"actor": self.office.staff["hanna"], "command_id": command_id}
        told = self._insist(lambda: command(self.office.platform, **given))
        self.say(f"done {command_id} {reference or told}")
        return told

    def _insist(self, act: Callable[[], Any]) -> Any:
        give_up = time.monotonic() + self.patience
        while True:
            try:
                return act()
            except UnavailableError as refusal:
                if time.monotonic() > give_up:
                    raise
                self.say(f"refused {refusal}")
            time.sleep(PAUSE)


@dataclass
class Word:
    """What one program has said.

    Attributes:
        done: Command ids that were acknowledged, with the case.
        refused: Sentences.
        failed: What it came to an end by, if it was not killed or dismissed.
        rounds: How often it has come to the end of something.
    """

    done: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    rounds: int = 0

    def hear(self, line: str) -> None:
        """Keep one line."""
        kind, _, rest = line.partition(" ")
        if kind == "done":
            command_id, _, reference = rest.partition(" ")
            self.done[command_id] = reference
        elif kind != "round":
            {"refused": self.refused, "failed": self.failed}[kind].append(rest)
            return
        self.rounds += 1


class Crew:
    """Programs at work on one database, each in a process of its own."""

    def __init__(self, office: Office, folder: Path, patience: float = 30) -> None:
        self._office = office
        self._leave = folder / "leave"
        self._patience = patience
        self._words: dict[int, Word] = {}
        self._children: dict[int, int] = {}
        self._unread: dict[int, bytes] = {}

    @property
    def words(self) -> list[Word]:
        """What each program has said, those too that are gone."""
        return list(self._words.values())

    def hire_clerk(self, point: int = -1) -> None:
        """Let one more program receive complaints; it may kill itself at a point of its work."""
        self._hire(self._receive, point)

    def hire_sweeper(self) -> None:
        """Let one more program sweep."""
        self._hire(self._sweep)

    def wait(self, rounds: int, within: float = 30) -> None:
        """Wait until each program that lives has done some more.

        Raises:
            AssertionError: One of them has not.
        """
        patience = time.monotonic() + within
        wanted = {reader: self._words[reader].rounds + rounds for reader in self._children}
        while any(self._words[each].rounds < wanted[each] for each in self._children):
            if time.monotonic() > patience:
                raise AssertionError(f"Somebody has done nothing for {within} seconds.")
            self._listen()

    def wait_for_deaths(self, living: int) -> None:
        """Wait until only so many programs live."""
        while len(self._children) > living:
            self._listen()

    @contextmanager
    def at_work(self) -> Iterator["Crew"]:
        """Let everybody finish what they are at when the block has ended."""
        try:
            yield self
        finally:
            self._leave.touch()
            self.wait_for_deaths(0)

    def _hire(self, work: Callable[[Office, Say], None], point: int = -1) -> None:
        reader, writer = os.pipe()

        def say(line: str) -> None:
            os.write(writer, f"{line}\n".encode())

        def act(platform: Platform) -> None:
            try:
                work(Office(platform, self._office.staff), say)
            except BaseException as failure:
                say(f"failed {failure!r}")
                raise

        self._children[reader] = start(self._office.platform, act, point)
        os.close(writer)
        self._words[reader], self._unread[reader] = Word(), b""

    def _receive(self, office: Office, say: Say) -> None:
        clerk = Clerk(office, say, self._patience)
        for number in count():
            if self._leave.exists():
                return
            clerk.one_complaint(number)

    def _sweep(self, office: Office, say: Say) -> None:
        while not self._leave.exists():
            try:
                monitoring.sweep(office.platform, limit=20)
            except UnavailableError as refusal:
                say(f"refused {refusal}")
            else:
                say("round")
            time.sleep(PAUSE)

    def _listen(self) -> None:
        readable, _, _ = select.select(list(self._children), [], [], 0.1)
        for reader in readable:
            said = os.read(reader, 65_536)
            *lines, self._unread[reader] = (self._unread[reader] + said).split(b"\n")
            for line in lines:
                self._words[reader].hear(line.decode())
            if not said:
                os.close(reader)
                with suppress(RuntimeError):  # it has said by what it failed
                    was_killed(self._children.pop(reader))
