"""Somebody in front of the running application, without a browser."""

import re
import ssl
from contextlib import closing
from pathlib import Path

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from engine.bootstrap import open_platform
from engine.domain.actor import SYSTEM
from engine.services.accounts import accounts
from engine.services.process import processes

PASSWORD = "correct horse battery"
STREAM = "/_stcore/stream"


def furnish(home: Path, template: Path) -> None:
    """Put an installation into a folder, in which Hanna and Mara may sign in."""
    (home / "redress.db").write_bytes(template.read_bytes())
    platform = open_platform(home=home, database_url=f"sqlite:///{home / 'redress.db'}")
    with closing(platform.database):
        processes.install_shipped(platform)
        for name, role in (("hanna", "handler"), ("mara", "manager")):
            accounts.add(
                platform,
                actor=SYSTEM,
                username=name,
                name=name.title(),
                roles=[role],
                password=PASSWORD,
            )


def sign_in(
    visitor: httpx.Client, username: str = "hanna", password: str = PASSWORD
) -> httpx.Response:
    """Fill in the sign-in form."""
    token = re.search(r'name="token" value="(\w+)"', visitor.get("/login").text)
    form = {"username": username, "password": password, "token": token[1] if token else ""}
    return visitor.post("/login", data=form)


def cookies(visitor: httpx.Client) -> str:
    """Return the cookies of somebody as a browser sends them."""
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies.jar)


def listen(
    visitor: httpx.Client, *, resume: str = "", trust: ssl.SSLContext | None = None
) -> ClientConnection:
    """Open the websocket of a page, or try to go on with one that somebody had open."""
    names = ["streamlit", "none", resume] if resume else ["streamlit"]
    return connect(
        f"{str(visitor.base_url).replace('http', 'ws', 1)}{STREAM}",
        additional_headers={"cookie": cookies(visitor)},
        subprotocols=names,  # type: ignore[arg-type] # a plain name is one
        max_size=2**26,
        ssl=trust,
    )


def run_page(socket: ClientConnection, page: str) -> list[ForwardMsg]:
    """Run a page and return everything it was answered with."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    socket.send(ask.SerializeToString())
    told = [ForwardMsg.FromString(bytes(socket.recv(timeout=30)))]
    while told[-1].WhichOneof("type") != "script_finished":
        told.append(ForwardMsg.FromString(bytes(socket.recv(timeout=30))))
    return told


def tab_of(told: list[ForwardMsg]) -> str:
    """Return the id of the tab that a page was drawn in."""
    return next(
        message.new_session.initialize.session_id
        for message in told
        if message.WhichOneof("type") == "new_session"
    )
