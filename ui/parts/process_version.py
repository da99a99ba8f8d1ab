"""The published versions of the process, and what can be done with each."""

import io
import zipfile
from collections.abc import Mapping
from typing import Literal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.process_version import VersionState
from engine.services.studio import process_versions, releasing
from engine.services.studio.process_versions import ListedVersion
from engine.services.tryout import playbooks
from ui.parts import studio_action, words
from ui.parts.dialog import ask_reason, confirm
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone
from ui.way import link

_COLORS: Mapping[VersionState, Literal["green", "blue", "orange", "gray", "red"]] = {
    VersionState.LIVE: "green",
    VersionState.UPCOMING: "blue",
    VersionState.OVERTAKEN: "orange",
    VersionState.EARLIER: "gray",
    VersionState.RETIRED: "red",
}


def draw_versions() -> None:
    """Draw every version, the latest first."""
    for each in process_versions.process_versions(platform(), actor=actor()):
        with st.container(border=True, key=f"version:{each.number}"):
            _draw_version(each)


def _draw_version(each: ListedVersion) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(f'Version {each.number}')}**", width="content")
        st.badge(plain(each.state.title), color=_COLORS[each.state])
        st.badge(plain(_running(each.running)), color="gray")
        if each.running and each.state is not VersionState.LIVE:
            _draw_way(each)
        st.space("stretch")
        with st.popover("Version", icon=":material/more_horiz:", key=f"version:menu:{each.number}"):
            _draw_menu(each)
    st.markdown(f":small[{plain(_told(each))}]")
    st.text(each.reason)
    if each.overtaken_by:
        st.markdown(f":small[:orange[{plain(overtaken(each))}]]")
    if each.faults:
        with st.expander(
            "Would not pass today", icon=":material/rule:", key=f"faults:{each.number}"
        ):
            st.markdown(
                "It was published before the rules asked for this, and runs on as it did. Another "
                "version that says the same is refused:"
            )
            for sentence in each.faults:
                st.markdown(plain(sentence))
    if each.retired:
        st.markdown(f":small[{plain(f'Retired: {each.retired}')}]")


def _draw_menu(each: ListedVersion) -> None:
    person, number = actor(), each.number
    if person.may(Deed.PUBLISH) and st.button(
        "New draft from it",
        icon=":material/edit_square:",
        key=f"version:open:{number}",
        width="stretch",
    ):
        studio_action.open_from(number)
    st.download_button(
        "Download files",
        lambda: _packed(number),
        file_name=f"version-{number}.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=f"version:get:{number}",
        width="stretch",
    )
    if not person.may(Deed.APPROVE_PROCESS):
        return
    if each.state is VersionState.EARLIER and st.button(
        "Roll back to it",
        icon=":material/settings_backup_restore:",
        key=f"version:back:{number}",
        width="stretch",
    ):
        _roll_back(each)
    if each.state is not VersionState.RETIRED and st.button(
        "Retire", icon=":material/block:", key=f"version:retire:{number}", width="stretch"
    ):
        _retire(each)


@st.dialog("Roll back", icon=":material/settings_backup_restore:")
def _roll_back(each: ListedVersion) -> None:
    st.markdown(
        f"New complaints take {plain(f'version {each.number}')} again, at once. Complaints that "
        "run stay on their version. Whoever released the live version cannot do this."
    )
    reason = ask_reason(
        f"rollback:reason:{each.number}", note="Kept in the journal, with your name."
    )
    confirm(
        "Roll back",
        key="rollback:do",
        command=f"version:back:{each.number}",
        act=lambda _id: releasing.roll_back(
            platform(), actor=actor(), number=each.number, reason=reason
        ),
        done=f"New complaints take version {each.number} from now on.",
    )


@st.dialog("Retire a version", icon=":material/block:")
def _retire(each: ListedVersion) -> None:
    st.markdown(
        f"No complaint begins on {plain(f'version {each.number}')} any more, and nobody can roll "
        "back to it. Complaints that run on it go on."
    )
    reason = ask_reason(f"retire:reason:{each.number}", note="Kept in the journal, with your name.")
    confirm(
        "Retire",
        key="retire:do",
        command=f"version:retire:{each.number}",
        act=lambda _id: releasing.retire_version(
            platform(), actor=actor(), number=each.number, reason=reason
        ),
        done=f"Version {each.number} is retired.",
    )


def _draw_way(each: ListedVersion) -> None:
    """Draw the way to where running complaints are moved, for those who may move them."""
    icon = ":material/move_up:"
    link("migration", "Move them", icon=icon, **{"from": str(each.number)})


def _running(number: int) -> str:
    verb = "runs" if number == 1 else "run"
    return f"{counted(number, 'complaint')} {verb} on it" if number else "No complaint runs on it"


def overtaken(each: ListedVersion) -> str:
    """Return in words why a version never came to hold, and what to do if it still should."""
    when = words.moment(each.overtaken_at or each.valid_from, zone())
    return (
        f"Version {each.number} was to hold from {words.moment(each.valid_from, zone())}. Version "
        f"{each.overtaken_by}, released {when}, holds before that day, so no complaint ever begins "
        f"on version {each.number}. If it still should, open a draft from it and propose it again."
    )


def _told(each: ListedVersion) -> str:
    begins = words.moment(each.valid_from, zone())
    released = "rolled back to by" if each.is_rolled_back else "released by"
    return f"From {begins}; proposed by {each.published_by}, {released} {each.released_by}"


def _packed(number: int) -> bytes:
    """Return the files of a version and its scenarios in one archive."""
    files = process_versions.version_files(platform(), actor=actor(), number=number)
    scenarios = playbooks.version_scenarios(platform(), actor=actor(), number=number)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.content.encode())
        if texts := [each.text for each in scenarios]:
            archive.writestr("scenarios.txt", "\n".join(texts).encode())
    return packed.getvalue()
