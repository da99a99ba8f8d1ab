"""The repairs view of a draft: what was done so that it runs, and what a person must say."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from engine.domain.process_draft import (
    DraftFile,
    DraftRepair,
    FileKind,
    ProcessDraft,
    RepairKind,
)
from engine.services.studio import draft_repairing
from ui.once import attempt, say
from ui.parts.diagram import show_repairs
from ui.parts.studio_findings import Found, about, findings_of
from ui.parts.studio_offer import draw_offer
from ui.parts.studio_originals import draw_originals
from ui.parts.studio_way import wish_element, wish_view, wished_element
from ui.parts.words import counted, plain
from ui.session import actor, platform

_DRAWN = re.compile(r'BPMN(?:Shape|Edge)\b[^>]*?\bbpmnElement="([^"]+)"')
_ASKED = frozenset({RepairKind.GUESS, RepairKind.OPEN})
_HEIGHT = 560
_SHOWN = 40
"""Elements of a list that are shown at once."""


def is_needed(draft: ProcessDraft) -> bool:
    """Tell whether anything was repaired."""
    return bool(draft.repairs)


def show(draft: ProcessDraft) -> None:
    """Draw the repairs upon the diagram and in a list; a row leads to its element."""
    draw_offer(draft)
    names = [file.name for file in draft.of(FileKind.DIAGRAM)]
    name = names[0]
    if len(names) > 1:
        name = st.selectbox("Diagram", names, key=f"repairs:file:{draft.number}")
    file = draft.file(name)
    if file is not None:
        _draw(draft, file, is_main=name == names[0])
    draw_originals(draft)


def _draw(draft: ProcessDraft, file: DraftFile, *, is_main: bool) -> None:
    key = f"repairs:{draft.number}:{file.name}"
    forms = {each.name for each in draft.of(FileKind.FORM)} if is_main else set()
    own = [each for each in draft.repairs if each.file in {file.name, *forms}]
    blocking = [each for each in findings_of(draft) if str(each.severity) == "blocking"]
    open_ = about(blocking, file.content)
    open_ += [each for each in blocking if is_main and not each.element]
    picture, listed = st.columns([3, 2], gap="medium")
    seen = frozenset(_DRAWN.findall(file.content))
    with listed, st.container(height=_HEIGHT, border=False, gap="xsmall", key=f"{key}:list"):
        asked = [each for each in own if each.kind in _ASKED]
        _draw_open(open_, seen, key)
        _draw_asked(draft, asked, seen, key)
        _draw_done([each for each in own if each not in asked], seen, key)
    with picture:
        marks = _marks(
            [each for each in own if each.element in seen],
            [each for each in open_ if each.element in seen],
        )
        show_repairs(
            file.content,
            key=f"{key}:picture",
            alt=f"What was repaired in {file.name}, marked on its elements.",
            focus=wished_element(key),
            height=_HEIGHT,
            **marks,
        )
        if st.button("Change it in Draw", icon=":material/edit:", key=f"{key}:draw"):
            _go_to_draw(draft, file, key)


def _marks(
    repairs: Iterable[DraftRepair], blocking: Iterable[Found]
) -> dict[str, Mapping[str, str]]:
    """Return the sentences of each element under the weightiest sign that it has."""
    open_ = _sentences((each.element, each.problem) for each in blocking)
    known = [*repairs]
    guessed = _sentences((each.element, each.what) for each in known if each.kind in _ASKED)
    done = _sentences((each.element, each.what) for each in known)
    return {
        "undecided": open_,
        "guessed": {id_: said for id_, said in guessed.items() if id_ not in open_},
        "repaired": {id_: s for id_, s in done.items() if id_ not in {*open_, *guessed}},
    }


def _sentences(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element, sentence in said:
        if element:
            found[element] = f"{found.get(element, '')} {sentence}".strip()
    return found


def _draw_open(found: Sequence[Found], seen: frozenset[str], key: str) -> None:
    if not found:
        return
    st.subheader(plain(f"To decide ({len(found)})"))
    st.markdown(":small[These keep it from being published, and no machine can decide them.]")
    for number, each in enumerate(found[:_SHOWN]):
        _head(each.label or "The file", each.element, seen, key=f"{key}:open:{number}", of=key)
        st.markdown(f":small[{plain(each.sentence.partition(': ')[2] or each.sentence)}]")
    if len(found) > _SHOWN:
        st.markdown(f":small[and {len(found) - _SHOWN:,} more, under *Draw*]")


def _draw_asked(
    draft: ProcessDraft, found: Sequence[DraftRepair], seen: frozenset[str], key: str
) -> None:
    if not found:
        return
    st.subheader(plain(f"To confirm ({len(found)})"))
    st.markdown(":small[Nothing in the file says these. It runs with what was taken.]")

    def draw(each: DraftRepair) -> None:
        _say(each)
        own = f"{key}:confirm:{each.element}:{found.index(each)}"
        said = "It is right" if each.kind is RepairKind.GUESS else "It is settled"
        if st.button(said, icon=":material/check:", key=own):
            _confirm(draft, each)

    _draw_rows(found, seen, f"{key}:guess", key, draw)


def _draw_done(found: Sequence[DraftRepair], seen: frozenset[str], key: str) -> None:
    st.subheader(plain(f"Done ({len(found)})"))
    _draw_rows(found, seen, f"{key}:done", key, _say)


def _draw_rows(
    found: Sequence[DraftRepair],
    seen: frozenset[str],
    key: str,
    of: str,
    draw: Callable[[DraftRepair], object],
) -> None:
    """Draw repairs by what they are about, as many as fit, and the rest when asked for."""
    groups: dict[tuple[str, str], list[DraftRepair]] = {}
    for each in found:
        place = (each.element, each.label or each.element or each.file)
        groups.setdefault(place, []).append(each)
    whole = f"{key}:whole"
    shown = len(groups) if st.session_state.get(whole) else _SHOWN
    for number, ((element, label), repairs) in enumerate(groups.items()):
        if number == shown:
            said = f"Show {counted(len(groups) - shown, 'more element')}"
            st.button(plain(said), key=f"{key}:more", on_click=_show_whole, args=(whole,))
            break
        _head(label, element, seen, key=f"{key}:{number}", of=of)
        for each in repairs:
            draw(each)


def _show_whole(key: str) -> None:
    st.session_state[key] = True


def _head(label: str, element: str, seen: frozenset[str], *, key: str, of: str) -> None:
    """Draw what a row is about; a click shows it on the diagram, where it is drawn."""
    if element not in seen:
        st.markdown(f"**{plain(label)}**")
        return
    st.button(
        f"**{plain(label)}**",
        key=key,
        type="tertiary",
        icon=":material/my_location:",
        help="Show it on the diagram",
        on_click=wish_element,
        args=(of, element),
    )


def _say(repair: DraftRepair) -> None:
    st.markdown(f":small[{plain(_sentence(repair))}]")


def _sentence(repair: DraftRepair) -> str:
    confirmed = "Confirmed." if repair.kind is RepairKind.CONFIRMED else ""
    return " ".join(part for part in (repair.what, repair.why, confirmed) if part)


def _confirm(draft: ProcessDraft, repair: DraftRepair) -> None:
    if attempt(
        f"draft:confirm:{draft.number}:{draft.rev}:{repair.element}",
        lambda _id: draft_repairing.confirm_process_repair(
            platform(), actor=actor(), number=draft.number, rev=draft.rev, repair=repair
        ),
    ):
        say("It is confirmed.")
        st.rerun()


def _go_to_draw(draft: ProcessDraft, file: DraftFile, key: str) -> None:
    """Show the same element in the editor."""
    focus = wished_element(key)
    if focus is not None:
        wish_element(f"draw:{draft.number}:{file.name}", focus.id)
    st.session_state[f"draw:file:{draft.number}"] = file.name
    wish_view(draft.number, "draw")
    st.rerun()
