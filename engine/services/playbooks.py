"""Scenarios of a process: kept with it, changed, and played through files that are not live yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.journal import content_hash
from engine.domain.kept_scenario import MOST, KeptScenario, Origin
from engine.domain.playbook import Playbook
from engine.domain.playbook_text import read_playbook, read_playbooks
from engine.errors import ConflictError, InvalidInputError, NotFoundError, RedressError
from engine.process.bundle import ProcessBundle, build_bundle
from engine.services.jotting import jot_organisation
from engine.services.playing import Played, Told, play
from engine.services.processes import COMPLAINT, read_files
from engine.services.trial_coverage import Coverage, coverage
from engine.store.transaction import Transaction

__all__ = ["Coverage", "KeptScenario", "Origin", "Played", "Told", "Tried"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of scenarios on a version of the process.

    Attributes:
        played: One for each scenario, in their order.
        xml: The diagram that was tried.
    """

    played: tuple[Played, ...]
    coverage: Coverage
    xml: str = ""

    @property
    def red(self) -> tuple[Played, ...]:
        """Return those that differ."""
        return tuple(each for each in self.played if not each.is_green)

    @property
    def words(self) -> str:
        """Return what became of them in a sentence."""
        count, red = len(self.played), len(self.red)
        if not count:
            return "There is no scenario yet."
        green = "all are green" if not red else f"{red} of them differ{'s' * (red == 1)}"
        elements, of_all = self.coverage.elements
        noun = "scenario" if count == 1 else "scenarios"
        return f"{count} {noun}: {green}; {elements} of {of_all} elements are tried."

    @property
    def kept(self) -> dict[str, Any]:
        """Return what is kept of it with a proposal."""
        cover = self.coverage
        return {
            "scenarios": [
                {"title": p.playbook.title, "green": p.is_green, "differs": p.first_difference}
                for p in self.played
            ],
            "elements": list(cover.elements),
            "flows": list(cover.flows),
            "rules": list(cover.rules),
            "untried": [each.words for each in cover.untried],
        }


def kept_scenarios(
    platform: Platform, *, actor: Actor, process: str = COMPLAINT
) -> tuple[KeptScenario, ...]:
    """Return the scenarios of a process, oldest first.

    Raises:
        NotAllowedError: The actor may not see the process.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        return tx.scenarios.of(process)


def save_scenario(
    platform: Platform,
    *,
    actor: Actor,
    text: str,
    number: int | None = None,
    rev: int = 0,
    origin: Origin = Origin.WRITTEN,
    process: str = COMPLAINT,
) -> KeptScenario:
    """Keep a scenario, a new one or one that is changed, and return it.

    Args:
        platform: Where it is kept.
        actor: Who changes it.
        text: The whole scenario.
        number: Of the one that is changed; None for a new one.
        rev: Of the one that is changed, as it was read.
        origin: Of a new one.
        process: Of a new one.

    Raises:
        NotAllowedError: The actor may not publish a process.
        InvalidInputError: A line cannot be read; names each.
        NotFoundError: There is no such scenario any more.
        ConflictError: Somebody changed it meanwhile, another one has this title, or there are
            too many.
    """
    actor.require(Deed.PUBLISH)
    playbook = read_playbook(text)

    def work(tx: Transaction) -> KeptScenario:
        known = None if number is None else _take(tx, number)
        of, at = known.process_id if known else process, platform.now()
        others = [each for each in tx.scenarios.of(of) if each.number != number]
        _refuse_another(others, playbook)
        if known is None:
            found = tx.scenarios.add_all(
                [playbook], process_id=of, origin=origin, by=actor.username, at=at
            )
        else:
            if known.rev != rev or not tx.scenarios.replace(
                known, playbook, by=actor.username, at=at
            ):
                raise ConflictError(f"Somebody has changed “{known.title}” meanwhile; reload it.")
            found = known.number
        told = {"scenario": found, "process": of, "content": content_hash({"text": text})}
        jot_organisation(platform, tx, actor=actor, kind="scenario.saved", **told)
        return _take(tx, found)

    return platform.database.write(work)


def drop_scenario(platform: Platform, *, actor: Actor, number: int, rev: int) -> None:
    """Drop a scenario; it is not played any more.

    Raises:
        NotAllowedError: The actor may not publish a process.
        NotFoundError: There is no such scenario any more.
        ConflictError: Somebody changed it meanwhile.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> None:
        known = _take(tx, number)
        at = platform.now()
        if known.rev != rev or not tx.scenarios.drop(known, by=actor.username, at=at):
            raise ConflictError(f"Somebody has changed “{known.title}” meanwhile; reload it.")
        told = {"scenario": number, "process": known.process_id}
        jot_organisation(platform, tx, actor=actor, kind="scenario.dropped", **told)

    platform.database.write(work)


def try_scenarios(
    platform: Platform,
    *,
    actor: Actor,
    diagrams: Sequence[bytes],
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
    process: str = COMPLAINT,
) -> Tried:
    """Play all scenarios of a process through files that are not live; nothing is stored.

    Raises:
        NotAllowedError: The actor may not see the process.
        DiagramRejectedError: The files break a rule.
    """
    actor.require(Deed.SEE_PROCESS)
    bundle = built(diagrams, tables, forms)
    with platform.database.read() as tx:
        known = tx.scenarios.of(process)
    return tried(platform, bundle=bundle, playbooks=[_readable(each) for each in known])


def try_text(
    platform: Platform,
    *,
    actor: Actor,
    text: str,
    diagrams: Sequence[bytes],
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
) -> Played:
    """Play one scenario that need not be kept; nothing is stored.

    Raises:
        NotAllowedError: The actor may not see the process.
        InvalidInputError: A line cannot be read; names each.
        DiagramRejectedError: The files break a rule.
    """
    actor.require(Deed.SEE_PROCESS)
    playbook = read_playbook(text)
    return play(platform, bundle=built(diagrams, tables, forms), playbook=playbook)


@lru_cache(maxsize=4)
def _built(
    diagrams: tuple[bytes, ...], tables: tuple[bytes, ...], forms: tuple[bytes, ...]
) -> ProcessBundle:
    """Return files that are not live, ready to run; somebody who tries out asks again and again."""
    return build_bundle(diagrams, tables, forms)


def built(
    diagrams: Sequence[bytes], tables: Sequence[bytes] = (), forms: Sequence[bytes] = ()
) -> ProcessBundle:
    """Return files that are not live, checked and ready to run.

    Raises:
        DiagramRejectedError: They break a rule.
    """
    return _built(tuple(diagrams), tuple(tables), tuple(forms))


def try_files(platform: Platform, *, paths: Sequence[Path], folder: Path | None = None) -> Tried:
    """Play scenarios through files of this machine.

    Args:
        platform: Whose working time and time limits hold.
        paths: Diagrams (.bpmn), tables (.dmn) and forms (.json).
        folder: Holds scenarios (.txt); None for those that are kept with the process.

    Raises:
        InvalidInputError: A file cannot be read, or a line of a scenario.
        DiagramRejectedError: The files break a rule.
    """
    bundle = build_bundle(*read_files(paths))
    if folder is not None:
        return tried(platform, bundle=bundle, playbooks=_in_folder(folder))
    with platform.database.read() as tx:
        known = tx.scenarios.of(bundle.process_id)
    return tried(platform, bundle=bundle, playbooks=[_readable(each) for each in known])


def tried(platform: Platform, *, bundle: ProcessBundle, playbooks: Sequence[Playbook]) -> Tried:
    """Play scenarios through a version of the process."""
    played = tuple(play(platform, bundle=bundle, playbook=each) for each in playbooks)
    return Tried(played, coverage(bundle, played), bundle.xml.decode(errors="replace"))


def require_green(platform: Platform, tx: Transaction, bundle: ProcessBundle) -> Tried:
    """Refuse a process on which a scenario differs that is kept with it; return the results.

    It belongs into the transaction that proposes or publishes, so that no scenario changes
    between.

    Raises:
        InvalidInputError: At least one differs; names each and how.
    """
    playbooks = [_readable(each) for each in tx.scenarios.of(bundle.process_id)]
    found = tried(platform, bundle=bundle, playbooks=playbooks)
    if found.red:
        raise InvalidInputError(
            {f"Scenario “{p.playbook.title}”": p.first_difference for p in found.red}
        )
    return found


def _readable(kept: KeptScenario) -> Playbook:
    """Return a scenario; one of an earlier release that cannot be read expects what never is."""
    try:
        return kept.playbook
    except RedressError:
        return Playbook.model_validate(
            {"title": kept.title, "lines": [{"kind": "ends", "at": {"label": "cannot be read"}}]}
        )


def _take(tx: Transaction, number: int) -> KeptScenario:
    found = tx.scenarios.get(number)
    if found is None:
        raise NotFoundError("scenario", str(number))
    return found


def _refuse_another(others: Sequence[KeptScenario], playbook: Playbook) -> None:
    """Refuse a title that another scenario has, and more scenarios than anybody reads.

    Raises:
        ConflictError: It is so.
    """
    if any(each.title.casefold() == playbook.title.casefold() for each in others):
        raise ConflictError(f"Another scenario is called “{playbook.title}” already.")
    if len(others) >= MOST:
        raise ConflictError(f"A process has at most {MOST} scenarios; drop one first.")


def _in_folder(folder: Path) -> list[Playbook]:
    """Return the scenarios of a folder.

    Raises:
        InvalidInputError: One cannot be read; names the file with each line.
    """
    problems: dict[str, str] = {}
    found: list[Playbook] = []
    for path in sorted(folder.glob("*.txt")):
        try:
            found += read_playbooks(path.read_text("utf-8"))
        except InvalidInputError as refusal:
            problems |= {f"{path.name}, {line}": why for line, why in refusal.problems.items()}
        except (OSError, UnicodeError) as error:
            problems[path.name] = f"cannot be read: {error}."
    if problems:
        raise InvalidInputError(problems)
    if not found:
        raise InvalidInputError({"": f"{folder} holds no scenarios (.txt)."})
    return found
