"""A page with somebody at it, without a browser."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from tests.unit.ui.door import SessionsInMemory
from ui.identity import RecentSessions
from ui.seal import FormSeal
from ui.session import Desk, open_desk


def sit_down(page: Callable[..., None], platform: Platform, actor: Actor, *args: object) -> AppTest:
    """Return a page that the actor is about to look at; ``run`` draws it."""
    store = SessionsInMemory()
    store.live["t"] = actor
    open_desk(Desk(platform, RecentSessions(store), FormSeal()))
    test = AppTest.from_function(page, args=args, default_timeout=60)
    test.user["session"] = "t"
    return test


def texts(test: AppTest) -> str:
    """Return everything that Markdown reads on the page."""
    return "\n".join(str(item.value) for item in test.markdown)
