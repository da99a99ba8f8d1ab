"""Redress behind the proxies of the guide, with TLS, as ``docs/proxies.md`` says.

A proxy that is not installed here is skipped: ``apt-get install nginx caddy``.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from engine.bootstrap import open_platform
from tests.application import Application, served
from tests.integration.office import rows
from tests.integration.proxy import NAME, Proxy, program, running
from tests.integration.visitor import furnish, listen, run_page, sign_in, tab_of

MEGABYTE = 2**20
PROXIES = ("nginx", "caddy")


@pytest.fixture(scope="module")
def application(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The application, which believes what a proxy on this machine says."""
    if not any(map(program, PROXIES)):
        pytest.skip("neither nginx nor Caddy is installed")
    home = tmp_path_factory.mktemp("home")
    furnish(home, sqlite_template)
    with served(home, hosts=f"localhost,127.0.0.1,{NAME}", trusted_proxies="127.0.0.1") as up:
        yield up


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest,
    application: Application,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxy]:
    if program(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    with running(request.param, before=application.address, folder=folder) as found:
        yield found


@pytest.fixture
def visitor(proxy: Proxy) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy.address, verify=proxy.trust) as client:
        yield client


def test_somebody_signs_in_over_tls_and_the_page_answers_over_its_websocket(visitor, proxy):
    entered = sign_in(visitor)
    page = visitor.get("/inbox")

    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-redress_session=")
    assert "Secure" in cookie
    assert page.headers["strict-transport-security"]
    assert page.headers["x-frame-options"] == "DENY"
    with listen(visitor, trust=proxy.trust) as live:
        assert tab_of(run_page(live, "inbox"))


def test_what_a_client_claims_about_itself_does_not_pass(visitor, application):
    forged = {
        "x-redress-user": "mara",
        "x-redress-session": "x",
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-proto": "http",
        "forwarded": "for=203.0.113.9",
    }
    visitor.headers.update(forged)

    stranger = visitor.get("/inbox")
    sign_in(visitor, "nobody-here", "wrong password")

    assert stranger.status_code == 303
    assert _addresses(application) == {"address:127.0.0.1"}


def _addresses(application):
    home = application.log.parent
    platform = open_platform(home=home, database_url=f"sqlite:///{home / 'redress.db'}")
    found = rows(platform.database, "SELECT key FROM sign_in_try WHERE key LIKE 'address:%'")
    platform.database.close()
    return {key for (key,) in found}


def test_what_is_too_large_does_not_pass(visitor):
    statuses = []
    for path, size in (("/login", 2), ("/api/v1/complaints", 2), ("/_stcore/upload_file/a/b", 30)):
        # A proxy may end the connection while much is still being sent.
        with suppress(httpx.WriteError, httpx.ReadError):
            statuses.append(visitor.post(path, content=b"x" * size * MEGABYTE).status_code)

    # Caddy says 502 when Redress has ended the connection before everything was sent.
    assert statuses, "Nothing was answered."
    assert set(statuses) <= {401, 413, 502}


def test_nothing_of_streamlit_answers_a_stranger(visitor):
    paths = ("/_stcore/health", "/_stcore/metrics", "/_stcore/agent/mcp", "/media/x", "/static/x")

    assert {visitor.get(path).status_code for path in paths} <= {401, 404}
    assert visitor.get("/").status_code == 303


def test_nginx_slows_whoever_asks_for_the_form_too_often_and_leads_to_tls(application, tmp_path):
    if program("nginx") is None:
        pytest.skip("nginx is not installed")
    with (
        running("nginx", before=application.address, folder=tmp_path) as proxy,
        httpx.Client(base_url=proxy.address, verify=proxy.trust) as visitor,
    ):
        plain = httpx.get(f"{proxy.plain}/inbox")
        statuses = [visitor.get("/login").status_code for _ in range(30)]

    assert (plain.status_code, plain.headers["location"]) == (301, "https://localhost/inbox")
    assert statuses[0] == 200
    assert statuses.count(429) >= 15


def test_a_proxy_that_does_not_speak_of_tls_is_caught(application, tmp_path):
    if program("nginx") is None:
        pytest.skip("nginx is not installed")
    line = "proxy_set_header X-Forwarded-Proto"
    with (
        running("nginx", before=application.address, folder=tmp_path, without=line) as proxy,
        httpx.Client(base_url=proxy.address, verify=proxy.trust) as visitor,
    ):
        cookie = sign_in(visitor).headers["set-cookie"]

    assert not cookie.startswith("__Host-"), "the planted bug is not seen by the first test"
