"""What somebody does with a plan to move running complaints, most of it in a dialog."""

from collections.abc import Callable, Sequence

import streamlit as st

from engine.domain.migration_plan import MigrationPlan, Outcome
from engine.services.migration import migration_plans, migration_run, migration_trial
from engine.services.migration.migration_plans import PlanView
from ui.once import attempt, say
from ui.parts.dialog import ask_reason, confirm
from ui.parts.words import counted, plain
from ui.session import actor, platform
from ui.way import go


def draft(sources: Sequence[str], target: str) -> None:
    """Make a plan, and go to it."""
    made: list[int] = []
    if attempt(
        f"migration:draft:{target}",
        lambda _id: made.append(
            migration_plans.draft_migration(
                platform(), actor=actor(), sources=sources, target=target
            )
        ),
    ):
        go("migration", plan=str(made[0]))


def try_out(view: PlanView) -> None:
    """Try a plan out on every complaint, with a bar while it runs."""
    number = view.plan.number
    tell = _bar(view.running, "{done:,} of {total:,} complaints looked at")
    if attempt(
        f"migration:try:{number}:{view.plan.rev}",
        lambda _id: migration_trial.try_migration(
            platform(), actor=actor(), number=number, progress=tell
        ),
    ):
        st.rerun()


@st.dialog("Move the complaints", icon=":material/move_up:")
def carry_out(view: PlanView) -> None:
    """Ask why, and carry a plan out."""
    tried = view.plan.dry_run
    if tried is not None:
        left = tried.needs_mapping + tried.blocked
        stay = f" {counted(left, 'complaint')} would stay where they are." if left else ""
        moved = plain(f"{counted(tried.fine, 'complaint')} would be moved.{stay}")
        st.markdown(
            f"{moved} Due dates, drafts and whose a step is stay as they are. Each can be moved "
            "back as long as nobody has gone on with it."
        )
    reason = ask_reason(
        f"migration:reason:{view.plan.number}", label="Why running complaints are moved"
    )
    confirm(
        "Move them",
        key="migration:do",
        command=f"migration:run:{view.plan.number}",
        act=lambda _id: _run(view, reason),
        done="The complaints are moved.",
    )


def go_on(view: PlanView) -> None:
    """Go on with a plan that was broken off."""
    if attempt(f"migration:run:{view.plan.number}", lambda _id: _run(view, view.plan.reason)):
        say("The complaints are moved.")
        st.rerun()


@st.dialog("Move the complaints back", icon=":material/undo:")
def undo(view: PlanView) -> None:
    """Ask why, and move every complaint back that has not gone on."""
    plan = view.plan
    moved = plan.counts.get(Outcome.MOVED, 0)
    st.markdown(
        f"Of {plain(counted(moved, 'complaint'))}, those that nobody has gone on with are what "
        "they were before. The others stay, and say why."
    )
    reason = ask_reason(f"migration:undo:reason:{plan.number}", label="Why they are moved back")
    tell = _bar(moved, "{done:,} of {total:,}")
    confirm(
        "Move them back",
        key="migration:undo:do",
        command=f"migration:undo:{plan.number}",
        act=lambda _id: migration_run.undo_migration(
            platform(), actor=actor(), number=plan.number, reason=reason, progress=tell
        ),
        done="What could be is moved back.",
    )


def undo_one(plan: MigrationPlan, reference: str) -> None:
    """Ask why one complaint is moved back, and do it."""
    reason = ask_reason(
        f"migration:undo:one:{plan.number}:{reference}", label=f"Why {reference} is moved back"
    )
    confirm(
        "Move it back",
        key="migration:undo:one:do",
        command=f"migration:undo:{plan.number}:{reference}",
        act=lambda _id: migration_run.undo_migrated_case(
            platform(), actor=actor(), number=plan.number, reference=reference, reason=reason
        ),
        done=f"{reference} is moved back.",
    )


def _run(view: PlanView, reason: str) -> None:
    total = view.plan.total or view.running
    migration_run.carry_out_migration(
        platform(),
        actor=actor(),
        number=view.plan.number,
        reason=reason,
        progress=_bar(total, "{done:,} of {total:,} complaints done"),
    )


def _bar(total: int, words: str) -> Callable[[int], object]:
    """Return what draws how far something is, once it has begun."""
    place = st.empty()
    most = max(1, total)
    return lambda done: place.progress(min(1.0, done / most), words.format(done=done, total=total))
