"""Which element of the new version takes the place of which: shown, and chosen by the owner."""

from collections.abc import Mapping, Sequence

import streamlit as st

from engine.domain.migration_plan import Pairing
from engine.services.migration import migration_plans
from engine.services.migration.migration_plans import PlanView
from ui.once import attempt, say
from ui.parts.words import counted, plain
from ui.session import actor, platform


def draw(view: PlanView) -> None:
    """Draw the elements that have to be told, and let the owner say what takes their place."""
    st.header("What takes the place of what")
    kept = [each for each in view.pairings if each.counterpart == each.element]
    asked = [each for each in view.pairings if each.counterpart != each.element]
    st.markdown(_told(kept, asked))
    if asked:
        with st.form(f"migration:mapping:{view.plan.number}", border=True):
            chosen = {each.element: _draw_choice(each) for each in asked}
            if st.form_submit_button("Save", key="migration:map"):
                _save(view, chosen)
    if kept:
        with st.expander(counted(len(kept), "element stays", "elements stay")):
            _draw_table(kept, view.titles)


def draw_kept(view: PlanView) -> None:
    """Draw the whole mapping of a plan that was carried out."""
    _draw_table(view.pairings, view.titles)


def _told(kept: Sequence[Pairing], asked: Sequence[Pairing]) -> str:
    if not asked:
        return f"All {counted(len(kept), 'element')} at which complaints can wait are still there."
    open_ = [each for each in asked if not each.counterpart]
    if not open_:
        return "Everything at which complaints can wait has its place."
    verb = "has" if len(open_) == 1 else "have"
    return (
        f"{counted(len(open_), 'element')} {verb} no place in the new version. Complaints that "
        "wait at a step without a place are not moved; events beside a step end with it."
    )


def _draw_choice(each: Pairing) -> str:
    """Draw what could take the place of an element, and return its id; empty for nothing."""
    options = ["", *each.candidates]
    usual = each.counterpart or each.suggestion
    titles = {"": "Nothing"} | dict(each.candidates)
    chosen: str = st.selectbox(
        plain(f"“{each.title}”, {each.nature}"),
        options,
        index=options.index(usual) if usual in options else 0,
        format_func=titles.__getitem__,
        disabled=not each.candidates,
        help=None if each.candidates else "The new version has nothing of this kind there.",
        key=f"migration:map:{each.element}",
    )
    return chosen


def _save(view: PlanView, chosen: Mapping[str, str]) -> None:
    plan = view.plan
    mapping = {name: other for name, other in plan.mapping.items() if name not in chosen}
    mapping |= {name: other for name, other in chosen.items() if other}
    if attempt(
        f"migration:map:{plan.number}:{plan.rev}",
        lambda _id: migration_plans.map_migration(
            platform(), actor=actor(), number=plan.number, rev=plan.rev, mapping=mapping
        ),
    ):
        say("The plan is saved; try it out.")
        st.rerun()


def _draw_table(pairings: Sequence[Pairing], titles: Mapping[str, str]) -> None:
    columns = {
        "In the old version": [plain(each.title) for each in pairings],
        "Is": [plain(each.nature) for each in pairings],
        "In the new version": [
            plain(titles.get(each.counterpart, "")) or "Nothing" for each in pairings
        ],
    }
    st.table(columns, border="horizontal", hide_index=True)
