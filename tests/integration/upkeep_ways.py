"""How the commands are given that keep an installation."""

from dataclasses import replace
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any

from config.routine import BackupPolicy
from engine.domain.actor import SYSTEM, Actor, Role
from engine.services.figures import monthly_sample
from engine.services.post import held
from engine.services.proposing import publishing
from engine.services.upkeep import backup, keeping, nightly_backup
from engine.store import archive
from tests.integration.office import LETTER
from tests.integration.reach_ways import QUINN, hire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.bootstrap import Platform
    from tests.integration.commands import Desk

PASSPHRASE = "a staple for the horse"
_numbers = count(1)
OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))
"""Proposes processes."""


def make(desk: "Desk") -> "Callable[[Platform], object]":
    desk.office.lodge()
    path = desk.folder / f"backup-{next(_numbers)}.zip"
    return lambda p: backup.make(p, path=path)


def restore(desk: "Desk") -> "Callable[[Platform], object]":
    reference = desk.office.reach("acknowledge")
    desk.office.do(reference, "acknowledge", text=LETTER)
    made = backup.make(desk.office.platform, path=desk.folder / f"backup-{next(_numbers)}.zip")
    columns = {table.name: table.columns for table in made.manifest.tables}
    fresh = {"organisation_chain": [{"id": 1, "seq": 0, "head": ""}]}
    archive.fill(desk.office.platform.database, columns, lambda name: fresh.get(name, []))
    return lambda p: backup.restore(p, path=made.path)


def keep(desk: "Desk") -> "Callable[[Platform], object]":
    desk.office.platform.keyring.make()
    path = desk.folder / f"keys-{next(_numbers)}.bin"
    return lambda p: keeping.keep(p, path=path, passphrase=PASSPHRASE)


def bring_back(desk: "Desk") -> "Callable[[Platform], object]":
    path = desk.folder / f"keys-{next(_numbers)}.bin"
    desk.office.platform.keyring.make()
    keeping.keep(desk.office.platform, path=path, passphrase=PASSPHRASE)
    return lambda p: keeping.bring_back(p, path=path, passphrase=PASSPHRASE)


def _kept_back(desk: "Desk") -> dict[str, Any]:
    """Have a mail kept back, and return how it is decided on."""
    reference = desk.office.reach("acknowledge")
    desk.office.do(reference, "acknowledge", text=LETTER)
    platform = desk.office.platform
    (mail,) = (m.message_id for m in _queued(platform))
    platform.database.write(lambda tx: tx.outbox.hold([mail], platform.now()))
    return {"actor": SYSTEM, "message_ids": [mail], "reason": "It is in the log."}


def _queued(platform: "Platform") -> Any:
    with archive.snapshot(platform.database) as moment:
        columns = moment.columns()["outbox"]
        lines = list(moment.lines("outbox", columns))
    ids = [archive.read_line(line, columns)["message_id"] for line in lines]
    platform.database.write(lambda tx: tx.outbox.hold(ids, platform.now()))
    with platform.database.read() as tx:
        return tx.outbox.held()


def release(desk: "Desk") -> "Callable[[Platform], object]":
    given = _kept_back(desk)
    return lambda p: held.release(p, **given)


def settle(desk: "Desk") -> "Callable[[Platform], object]":
    given = _kept_back(desk)
    return lambda p: held.settle(p, **given)


def another_process(folder: "Path") -> "list[Path]":
    """Write the shipped process with another name for its first step."""
    paths = []
    for name in ("complaint.bpmn", "triage.dmn", "authority.dmn"):
        text = (files("bpmn") / name).read_text("utf-8")
        path = folder / name
        path.write_text(text.replace('name="Write the ack', 'name="Kindly write the ack'), "utf-8")
        paths.append(path)
    return paths


def propose(desk: "Desk") -> "Callable[[Platform], object]":
    paths = another_process(desk.folder)
    return lambda p: publishing.propose(p, actor=OTTO, paths=paths, reason="Kinder words.")


def back_up(desk: "Desk") -> "Callable[[Platform], object]":
    desk.office.lodge()
    folder = desk.folder / f"backups-{next(_numbers)}"
    folder.mkdir()
    return lambda p: nightly_backup.back_up(backed_up_in(p, folder))


def backed_up_in(platform: "Platform", folder: "Path", **more: int) -> "Platform":
    """Return the platform of an organisation that keeps its backups in a folder."""
    policy = BackupPolicy(folder=str(folder), **more)
    return replace(platform, policy=platform.policy.model_copy(update={"backup": policy}))


def draw_month(desk: "Desk") -> "Callable[[Platform], object]":
    hire(desk.office.platform, QUINN)
    desk.office.reach("closing_check")
    desk.office.do(desk.office.reach("closing_check"), "closing_check")
    desk.clock.advance(days=31)
    return monthly_sample.draw_month


def _proposed(desk: "Desk") -> dict[str, Any]:
    made = propose(desk)(desk.office.platform)
    return {"actor": desk.office.staff["mara"], "number": made.number}


def approve(desk: "Desk") -> "Callable[[Platform], object]":
    given = _proposed(desk)
    return lambda p: publishing.approve(p, **given)


def reject(desk: "Desk") -> "Callable[[Platform], object]":
    given = _proposed(desk)
    return lambda p: publishing.reject(p, reason="Not kind enough.", **given)
