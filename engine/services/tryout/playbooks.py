"""Scenarios of a draft: kept with it, changed, and played through files that are not live yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.journal import content_hash
from engine.domain.kept_scenario import MOST, KeptScenario, Origin, kept_all
from engine.domain.playbook import Playbook
from engine.domain.playbook_text import read_playbook, read_playbooks
from engine.domain.process_draft import ProcessDraft
from engine.domain.trial_run import ScenarioResult, ScenarioResults, UntriedPart
from engine.errors import ConflictError, InvalidInputError, NotFoundError, RedressError
from engine.process.bundle import ProcessBundle, build_bundle
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import read_files
from engine.services.studio.draft_files import version_in
from engine.services.studio.draft_saving import draft_in
from engine.services.tryout.playing import Played, Told, play
from engine.services.tryout.trial_coverage import Coverage, coverage
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
    def results(self) -> ScenarioResults:
        """Return what is kept of it with a proposal."""
        cover = self.coverage
        return ScenarioResults(
            scenarios=tuple(
                ScenarioResult(title=p.playbook.title, green=p.is_green, differs=p.first_difference)
                for p in self.played
            ),
            touched=tuple(sorted(cover.touched)),
            elements=cover.elements,
            flows=cover.flows,
            rules=cover.rules,
            untried=tuple(
                UntriedPart(kind=each.kind, id=each.id, words=each.words) for each in cover.untried
            ),
        )


def kept_scenarios(platform: Platform, *, actor: Actor, number: int) -> tuple[KeptScenario, ...]:
    """Return the scenarios of a draft, oldest first.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft_in(tx, number)
        return tx.scenarios.of_draft(number)


def version_scenarios(platform: Platform, *, actor: Actor, number: int) -> tuple[KeptScenario, ...]:
    """Return the scenarios of a published version; for 0 of the one that is live.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: There is no such version.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        return scenarios_of(tx, version_in(tx, number, at=platform.now()).digest)


def scenarios_of(tx: Transaction, digest: str) -> tuple[KeptScenario, ...]:
    """Return the scenarios of a version; none where it has none, or is none."""
    return tx.scenarios.of_version(digest) or ()


def save_scenario(
    platform: Platform,
    *,
    actor: Actor,
    draft: int,
    text: str,
    number: int | None = None,
    rev: int = 0,
    origin: Origin = Origin.WRITTEN,
) -> KeptScenario:
    """Keep a scenario with a draft, a new one or one that is changed, and return it.

    What is live keeps its own until the draft is approved.

    Args:
        platform: Where it is kept.
        actor: Who changes it.
        draft: Number of the draft.
        text: The whole scenario.
        number: Of the one that is changed; None for a new one.
        rev: Of the one that is changed, as it was read.
        origin: Of a new one.

    Raises:
        NotAllowedError: The actor may not publish a process.
        InvalidInputError: A line cannot be read; names each.
        NotFoundError: There is no such draft or scenario any more.
        ConflictError: Somebody changed it meanwhile, another one has this title, or there are
            too many.
    """
    actor.require(Deed.PUBLISH)
    playbook = read_playbook(text)

    def work(tx: Transaction) -> KeptScenario:
        of, at = draft_in(tx, draft), platform.now()
        known = None if number is None else _take(tx, draft, number)
        others = [each for each in tx.scenarios.of_draft(draft) if each.number != number]
        _refuse_another(others, playbook)
        if known is None:
            made = kept_all([playbook], origin=origin, by=actor.username, at=at)
            found = tx.scenarios.add_all(made, draft=draft)
        else:
            if known.rev != rev or not tx.scenarios.replace(
                known, playbook, by=actor.username, at=at
            ):
                raise ConflictError(f"Somebody has changed “{known.title}” meanwhile; reload it.")
            found = known.number
        _note_editor(tx, of, actor, at)
        told = {"scenario": found, "draft": draft, "content": content_hash({"text": text})}
        jot_organisation(platform, tx, actor=actor, kind="scenario.saved", **told)
        return _take(tx, draft, found)

    return platform.database.write(work)


def drop_scenario(platform: Platform, *, actor: Actor, draft: int, number: int, rev: int) -> None:
    """Drop a scenario of a draft; what is live keeps it until the draft is approved.

    Raises:
        NotAllowedError: The actor may not publish a process.
        NotFoundError: There is no such draft or scenario any more.
        ConflictError: Somebody changed it meanwhile.
    """
    actor.require(Deed.PUBLISH)

    def work(tx: Transaction) -> None:
        of, known, at = draft_in(tx, draft), _take(tx, draft, number), platform.now()
        if known.rev != rev or not tx.scenarios.drop(known, by=actor.username, at=at):
            raise ConflictError(f"Somebody has changed “{known.title}” meanwhile; reload it.")
        _note_editor(tx, of, actor, at)
        told = {"scenario": number, "draft": draft}
        jot_organisation(platform, tx, actor=actor, kind="scenario.dropped", **told)

    platform.database.write(work)


def try_scenarios(platform: Platform, *, actor: Actor, number: int) -> Tried:
    """Play all scenarios of a draft through it; nothing is stored.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
        DiagramRejectedError: The draft breaks a rule.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft = draft_in(tx, number)
        known = tx.scenarios.of_draft(number)
    return tried(platform, bundle=built(*draft.files_by_kind), scenarios=known)


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
        folder: Holds scenarios (.txt); None for those of the version that is live.

    Raises:
        InvalidInputError: A file cannot be read, or a line of a scenario.
        DiagramRejectedError: The files break a rule.
    """
    bundle = build_bundle(*read_files(paths))
    if folder is not None:
        return _played(platform, bundle, read_folder(folder))
    with platform.database.read() as tx:
        live = tx.releases.valid(bundle.process_id, platform.now())
        known = scenarios_of(tx, live[0] if live else "")
    return tried(platform, bundle=bundle, scenarios=known)


def tried(platform: Platform, *, bundle: ProcessBundle, scenarios: Sequence[KeptScenario]) -> Tried:
    """Play scenarios through a version of the process."""
    return _played(platform, bundle, [_readable(each) for each in scenarios])


def require_green(
    platform: Platform, *, bundle: ProcessBundle, scenarios: Sequence[KeptScenario]
) -> Tried:
    """Refuse a process on which a scenario differs that goes live with it; return the results.

    Raises:
        InvalidInputError: At least one differs; names each and how.
    """
    found = tried(platform, bundle=bundle, scenarios=scenarios)
    if found.red:
        raise InvalidInputError(
            {f"Scenario “{p.playbook.title}”": f"is red. {p.first_difference}" for p in found.red}
        )
    return found


def _played(platform: Platform, bundle: ProcessBundle, playbooks: Sequence[Playbook]) -> Tried:
    played = tuple(play(platform, bundle=bundle, playbook=each) for each in playbooks)
    return Tried(played, coverage(bundle, played), bundle.xml.decode(errors="replace"))


def _note_editor(tx: Transaction, draft: ProcessDraft, actor: Actor, at: datetime) -> None:
    """Note on a draft who changed a scenario of it: whoever did does not approve it alone."""
    editors = tuple(dict.fromkeys((*draft.editors, actor.username)))
    noted = replace(draft, edited_by=actor.username, edited_at=at, editors=editors)
    tx.process_drafts.note_editor(noted)


def _readable(kept: KeptScenario) -> Playbook:
    """Return a scenario; one of an earlier release that cannot be read expects what never is."""
    try:
        return kept.playbook
    except RedressError:
        return Playbook.model_validate(
            {"title": kept.title, "lines": [{"kind": "ends", "at": {"label": "cannot be read"}}]}
        )


def _take(tx: Transaction, draft: int, number: int) -> KeptScenario:
    found = tx.scenarios.get(number)
    if found is None or found.draft != draft:
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
        raise ConflictError(f"A draft has at most {MOST} scenarios; drop one first.")


def read_folder(folder: Path) -> list[Playbook]:
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
