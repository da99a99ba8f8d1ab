"""Files, uploads and messages inside Streamlit belong to the session that opened their tab."""

from types import SimpleNamespace

import pytest
from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from ui import belongings
from ui.belongings import Belongings, OwnedFiles

SESSIONS = {"tab of hanna": "token of hanna", "tab of mara": "token of mara"}
RULES = Belongings()


@pytest.fixture
def tab(monkeypatch):
    """Whose page is being drawn."""
    drawing = SimpleNamespace(session_id="tab of hanna")
    monkeypatch.setattr(belongings, "get_script_run_ctx", lambda: drawing)
    where = "streamlit.runtime.media_file_manager._get_session_id"
    monkeypatch.setattr(where, lambda: drawing.session_id)
    return drawing


@pytest.fixture
def runtime(monkeypatch, tab):
    """Streamlit with a tab of Hanna and one of Mara."""
    plain = MediaFileManager(MemoryMediaFileStorage("/media"))
    running = SimpleNamespace(
        media_file_mgr=OwnedFiles.instead_of(plain),
        uploaded_file_mgr=MemoryUploadedFileManager("/_stcore/upload_file"),
        get_app_session=lambda name: (
            SimpleNamespace(_user_info={"session": SESSIONS[name]}) if name in SESSIONS else None
        ),
    )
    monkeypatch.setattr(belongings, "Runtime", SimpleNamespace(instance=lambda: running))
    return running


def _file(runtime, data=b"a,b"):
    return runtime.media_file_mgr.add(data, "text/csv", "1.1", "cases.csv")


def _asks_for(file_id):
    ask = BackMsg()
    ask.backend_operation_request.deferred_file.file_id = file_id
    return ask.SerializeToString()


def test_a_file_is_there_for_the_session_it_was_made_for_alone(runtime):
    address = _file(runtime)

    assert RULES.may_reach("token of hanna", address)
    assert not RULES.may_reach("token of mara", address)
    assert not RULES.may_reach("", address)


def test_the_same_content_made_for_two_is_there_for_both(runtime, tab):
    address = _file(runtime)
    tab.session_id = "tab of mara"

    assert _file(runtime) == address
    assert RULES.may_reach("token of hanna", address)
    assert RULES.may_reach("token of mara", address)


def test_a_file_stays_there_while_the_page_is_drawn_again(runtime):
    address = _file(runtime)

    runtime.media_file_mgr.clear_session_refs("tab of hanna")

    assert RULES.may_reach("token of hanna", address)


def test_what_was_promised_to_one_is_made_for_nobody_else_and_is_theirs(runtime):
    promised = runtime.media_file_mgr.add_deferred(lambda: b"secret", "text/csv", "1.1", "x.csv")

    assert RULES.may_say("token of hanna", _asks_for(promised))
    assert not RULES.may_say("token of mara", _asks_for(promised))
    address = runtime.media_file_mgr.execute_deferred(promised)
    assert RULES.may_reach("token of hanna", address)
    assert not RULES.may_reach("token of mara", address)


def test_a_file_that_is_gone_belongs_to_nobody(runtime):
    address = _file(runtime)
    runtime.media_file_mgr.clear_session_refs("tab of hanna")
    for _ in range(2):
        runtime.media_file_mgr.remove_orphaned_files()

    assert not RULES.may_reach("token of hanna", address)
    assert runtime.media_file_mgr._owners == {}


def test_a_tab_takes_files_of_its_own_session_until_it_holds_enough(runtime, monkeypatch):
    monkeypatch.setattr(belongings, "_MOST_UPLOADED", 10)
    path = "/_stcore/upload_file/tab of hanna/1"
    before = RULES.may_reach("token of hanna", path), RULES.may_reach("token of mara", path)

    record = UploadedFileRec("1", "a.txt", "text/plain", b"x" * 10)
    runtime.uploaded_file_mgr.add_file("tab of hanna", record)

    assert before == (True, False)
    assert not RULES.may_reach("token of hanna", path)
    assert not RULES.may_reach("token of hanna", "/_stcore/upload_file/no tab/1")


@pytest.mark.parametrize(
    ("kind", "is_said"),
    [
        ("rerun_script", True),
        ("stop_script", True),
        ("app_heartbeat", True),
        ("clear_cache", False),
        ("load_git_info", False),
        ("set_run_on_save", False),
        ("debug_shutdown_runtime", False),
    ],
)
def test_a_tab_says_what_pages_need_and_nothing_else(runtime, kind, is_said):
    said = BackMsg()
    if kind == "rerun_script":
        said.rerun_script.query_string = "x"
    else:
        setattr(said, kind, True)

    assert RULES.may_say("token of hanna", said.SerializeToString()) is is_said


def test_every_kind_of_message_that_streamlit_knows_was_thought_of():
    known = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}

    assert known - belongings._SAID == {
        "backend_operation_request",
        "clear_cache",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
        "load_git_info",
        "set_run_on_save",
    }


def test_files_without_owners_are_there_for_nobody(runtime):
    runtime.media_file_mgr = MediaFileManager(MemoryMediaFileStorage("/media"))

    assert not RULES.may_reach("token of hanna", _file(runtime))


def test_a_rule_that_takes_every_tab_for_ones_own_is_caught(runtime, monkeypatch):
    monkeypatch.setattr(belongings, "_is_tab_of", lambda _token, _tab: True)

    assert RULES.may_reach("token of mara", _file(runtime)), "the planted bug is not seen above"


def _typed(text):
    said = BackMsg()
    said.rerun_script.widget_states.widgets.add(id="w", string_value=text)
    return said.SerializeToString()


@pytest.mark.parametrize("half", [b"\xed\xa0\xbd", b"\xed\xbf\xbf"])
def test_half_a_character_does_not_make_a_page_deaf(half):
    """A browser sends it as it was pasted; it cannot be read, nor what came with it."""
    as_sent = _typed("Jane \N{REPLACEMENT CHARACTER} Doe").replace(b"\xef\xbf\xbd", half)
    with pytest.raises(DecodeError):
        BackMsg.FromString(as_sent)

    assert RULES.mended(as_sent) == _typed("Jane \N{REPLACEMENT CHARACTER} Doe")


@pytest.mark.parametrize("text", ["Jane", "Zoë 😀", "퟿", "\x00"])
def test_whole_characters_stay_as_they_are(text):
    assert RULES.mended(_typed(text)) == _typed(text)


def test_bytes_that_only_look_like_half_a_character_stay():
    said = BackMsg()
    said.rerun_script.widget_states.widgets.add(id="w", bytes_value=b"\xed\xa0\xbd")

    assert RULES.mended(said.SerializeToString()) == said.SerializeToString()
