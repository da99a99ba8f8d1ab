"""The application: its options, its assets, and what its timers send."""

import asyncio
import warnings
from queue import Empty, SimpleQueue

import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.unit.ui.door import Door, TestClient
from ui import asgi
from ui.asgi import desk_app, door_app
from ui.asset import asset_address
from ui.belongings import is_from_timer

OPTIONS = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "runner.magicEnabled": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 25,
    "theme.baseFontSize": 15,
}


@pytest.fixture
def client():
    return TestClient(door_app(Door().pages))


@pytest.mark.parametrize("name", OPTIONS)
def test_options_hold_whatever_the_working_directory_is(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    desk_app()

    assert config.get_option(name) == OPTIONS[name]


def test_the_font_is_our_own():
    desk_app()

    [face] = config.get_option("theme.fontFaces")
    assert face["url"] == asset_address("inter-latin.woff2")
    assert face["url"].startswith("/assets/inter-latin.")


def test_options_of_a_project_folder_do_not_win(tmp_path, monkeypatch):
    folder = tmp_path / ".streamlit"
    folder.mkdir()
    (folder / "config.toml").write_text("[browser]\ngatherUsageStats = true\n")
    monkeypatch.chdir(tmp_path)

    desk_app()

    assert config.get_option("browser.gatherUsageStats") is False


def test_what_tables_need_is_loaded_once_and_not_before_somebody_opens_a_page(monkeypatch):
    loaded = SimpleQueue()
    monkeypatch.setattr(asgi, "_AFTER", 0.0)
    monkeypatch.setattr(asgi, "_warm_up", lambda *names: loaded.put(names))

    async def desk(_scope, _receive, _send):
        """Answer nothing."""

    warmed = asgi._warmed_by_visit(desk)
    asyncio.run(warmed({"type": "http"}, None, None))
    assert loaded.empty()
    for _ in range(3):
        asyncio.run(warmed({"type": "websocket"}, None, None))

    assert loaded.get(timeout=10) == ("pandas",)
    with pytest.raises(Empty):
        loaded.get(timeout=0.2)


def test_a_hashed_asset_is_kept_for_good_and_sent_compressed(client):
    answer = client.get(asset_address("viewer.js"))

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"


def test_an_asset_without_a_hash_is_asked_for_again(client):
    answer = client.get("/assets/mark.svg")

    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/../asgi.py", "/assets/%2e%2e/asgi.py", "/assets/", "/x"])
def test_nothing_else_is_served_as_an_asset(client, path):
    assert client.get(path).status_code == 404


def test_an_asset_that_is_not_installed_has_no_address():
    assert asset_address("nothing.js") == ""


def test_health_is_a_word_without_a_session(client):
    assert client.get("/healthz").text == "ok"


def test_only_what_a_timer_sends_is_automatic():
    timer, click, beat = BackMsg(), BackMsg(), BackMsg()
    timer.rerun_script.is_auto_rerun = True
    click.rerun_script.query_string = "x"
    beat.app_heartbeat = True

    messages = (timer, beat, click)
    assert [is_from_timer(m.SerializeToString()) for m in messages] == [True, True, False]
    assert not is_from_timer(b"\xff\xff not a message")


def test_an_option_that_is_lost_is_caught(monkeypatch):
    monkeypatch.setattr("ui.asgi._load_options", lambda: None)
    config.set_option("browser.gatherUsageStats", True)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        desk_app()

    assert config.get_option("browser.gatherUsageStats"), "the planted bug is not seen above"
