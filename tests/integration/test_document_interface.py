"""Files come in through a route of ours and leave as attachments, whatever they are."""

import asyncio
import hashlib
from urllib.parse import quote

import pytest

from config.policy import DocumentPolicy
from engine.domain.actor import SYSTEM, Role
from engine.services.accounts import accounts
from engine.services.documents import documents
from tests.integration.caller import Interface
from tests.integration.document_ways import HELD, TEXT, add
from tests.unit.inspection.test_content import REFUSED, picture
from ui.api.guard import BODY_LIMIT, BrokenOffError, Guard
from ui.api.lane import Lane, NoTurnError
from ui.api.who import PROOF_HEADER

PLACE = "/complaints/{}/documents"
PASSWORD = "correct horse battery"


@pytest.fixture
def database_url(sqlite_url):
    """The interface knows services only."""
    return sqlite_url


@pytest.fixture
def interface(office):
    opened = Interface(office.platform)
    opened.reference = office.lodge()
    opened.place = PLACE.format(opened.reference)
    return opened


def _send(interface, content=TEXT, *, by=Role.HANDLER, name="bill.txt", path="", **given):
    named = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    headers = named | given.pop("headers", {})
    where = interface.place + path
    return interface.ask("POST", where, by=by, content=content, headers=headers, **given)


def _listed(interface, by=Role.HANDLER):
    return interface.ask("GET", interface.place, by=by).json()["items"]


def test_a_file_is_sent_listed_and_read_as_it_is(interface):
    answer = _send(interface, name="Zähler <März>.exe", params={"purpose": "other"})

    (document,) = _listed(interface)
    (file,) = document["files"]
    read = interface.ask("GET", f"{interface.place}/1/content", by=Role.HANDLER)
    assert (answer.status_code, answer.json()) == (201, {"number": 1})
    assert (document["purpose"], file["name"], file["kind"]) == (
        "other", "Zähler März.exe", "text",
    )  # fmt: skip
    assert file["sha256"] == hashlib.sha256(TEXT).hexdigest()
    assert read.content == TEXT


def test_a_file_leaves_as_an_attachment_in_which_nothing_runs(interface):
    _send(interface, b"a,b\r\n=HYPERLINK(1)", name='x"; filename="evil.html')

    headers = interface.ask("GET", f"{interface.place}/1/content", by=Role.HANDLER).headers

    assert headers["content-disposition"].startswith('attachment; filename="')
    assert headers["content-disposition"].endswith(".txt")
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("name", ["page", "svg", "windows program", "macros", "bomb", "nothing"])
def test_a_hostile_file_is_refused_in_a_sentence(interface, name):
    answer = _send(interface, REFUSED[name], name="invoice.pdf")

    assert (answer.status_code, answer.json()["code"]) == (422, "redress.file-refused")
    assert answer.json()["detail"].startswith("The file was not kept. ")
    assert _listed(interface) == []


def test_versions_copies_words_and_ends_go_through_the_interface(interface):
    _send(interface, picture(), name="photo.png")

    answers = [
        _send(interface, path="/1/versions"),
        _send(interface, path="/1/redacted-copy"),
        interface.ask(
            "PUT", f"{interface.place}/1", by=Role.HANDLER, json={"description": "A bill"}
        ),
        interface.ask(
            "POST", f"{interface.place}/1/withdrawal", by=Role.HANDLER, json={"reason": "Mixed up."}
        ),
    ]

    assert [answer.status_code for answer in answers] == [204] * 4
    (document,) = _listed(interface)
    assert document["withdrawal_reason"] == "Mixed up."
    assert [(f["version"], f["is_redacted"]) for f in document["files"]] == [
        (1, False), (2, False), (2, True),
    ]  # fmt: skip


def test_a_held_file_is_not_read_before_somebody_releases_it(interface):
    _send(interface, HELD, name="form.pdf")
    where = f"{interface.place}/1"

    before = interface.ask("GET", f"{where}/content", by=Role.HANDLER)
    wanted = {"version": 1, "reason": "Looked at elsewhere."}
    released = interface.ask("POST", f"{where}/release", by=Role.TEAM_LEADER, json=wanted)
    after = interface.ask("GET", f"{where}/content", by=Role.HANDLER)

    assert (before.status_code, released.status_code, after.status_code) == (409, 204, 200)
    assert "JavaScript" in before.json()["detail"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(office, monkeypatch):
    policy = DocumentPolicy(largest_megabytes=1)
    interface = _limited(office, policy)
    taken, sent = [], []
    write = documents.Arrival.write
    monkeypatch.setattr(
        documents.Arrival, "write", lambda self, data: (taken.append(len(data)), write(self, data))
    )

    def parts():
        for _ in range(50):
            sent.append(1)
            yield b"x" * 2**20

    announced = _send(interface, b"x" * (2**20 + 1))
    unannounced = _send(interface, parts())

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert sum(taken) <= 2**20
    assert not list(office.platform.arriving.glob("*"))


def _limited(office, policy):
    opened = Interface(office.platform)
    opened.guarded = Guard(
        opened.app,
        sessions=opened.sessions,
        keys=opened.keys,
        seal=opened.seal,
        policy=opened.platform.policy.interface,
        documents=policy,
    )
    opened.client.app = opened.guarded
    opened.client._transport.app = opened.guarded
    opened.reference = office.lodge()
    opened.place = PLACE.format(opened.reference)
    return opened


def test_only_uploads_may_be_large(interface):
    assert BODY_LIMIT < 2**20

    answer = interface.ask(
        "POST", f"{interface.place}/1/withdrawal", by=Role.HANDLER, content=b"x" * 2**20
    )

    assert answer.status_code == 413


def test_nothing_of_a_file_is_read_from_whoever_may_not_send_it(interface, monkeypatch):
    monkeypatch.setattr(documents.Arrival, "__init__", lambda *_, **__: pytest.fail("taken"))

    answers = [_send(interface, by=role) for role in (Role.AUDITOR, Role.ADMINISTRATOR, None)]

    assert [answer.status_code for answer in answers] == [403, 403, 401]


def test_a_page_elsewhere_makes_no_browser_read(interface):
    _send(interface)
    where = f"{interface.place}/1/content"

    answers = {
        site: interface.ask(
            "GET", where, by=Role.HANDLER, headers={"sec-fetch-site": site}
        ).status_code
        for site in ("cross-site", "same-site", "same-origin", "none")
    }

    assert answers == {"cross-site": 403, "same-site": 403, "same-origin": 200, "none": 200}


def test_the_same_upload_sent_again_is_kept_once(interface):
    again = {"idempotency-key": "4711"}

    numbers = [_send(interface, headers=again).json()["number"] for _ in range(2)]

    assert numbers == [1, 1]
    assert len(_listed(interface)) == 1


def test_one_person_takes_not_all_turns():
    async def crowd():
        lane, inside = Lane(3, of_one=2), asyncio.Event()

        async def stay():
            async with lane.turn("hanna"):
                await inside.wait()

        staying = [asyncio.create_task(stay()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(NoTurnError) as refused:
            async with lane.turn("hanna"):
                pass
        async with lane.turn("ivo"):
            others = True
        inside.set()
        await asyncio.gather(*staying)
        async with lane.turn("hanna"):
            return others, refused.value.is_own_fault

    assert asyncio.run(crowd()) == (True, True)


def test_a_turn_that_is_never_given_back_is_noticed(monkeypatch):
    """Plant the bug: whoever has sent a file counts as still sending it."""
    monkeypatch.setattr("ui.api.lane.Counter", _Sticky)

    async def twice():
        lane = Lane(9, of_one=1)
        for _ in range(2):
            async with lane.turn("hanna"):
                pass

    with pytest.raises(NoTurnError):
        asyncio.run(twice())


class _Sticky(dict):
    def __class_getitem__(cls, _kind):
        return cls

    def __missing__(self, _who):
        return 0

    def __setitem__(self, who, count):
        super().__setitem__(who, max(count, self[who]))

    def __iadd__(self, _other):
        return self


def test_a_file_that_broke_off_in_the_middle_is_not_handed_out_as_whole(office, interface):
    platform = office.platform
    add(platform, office.staff["hanna"], interface.reference, b"x" * 300_000)
    (stored,) = platform.depot.stored()
    path = platform.home / "files" / "kept" / stored.name[:2] / stored.name
    path.write_bytes(path.read_bytes()[:200_000])

    with pytest.raises(BrokenOffError):
        interface.ask("GET", f"{interface.place}/1/content", by=Role.HANDLER)


def test_a_browser_sends_a_file_with_its_proof_only(interface):
    accounts.add(
        interface.platform, actor=SYSTEM, username="pat", name="Pat", roles=[Role.HANDLER],
        password=PASSWORD,
    )  # fmt: skip
    token = interface.sessions.sign_in(username="pat", password=PASSWORD, address="10.0.0.1")
    cookie = {"cookie": f"redress_session={token}"}
    proven = cookie | {PROOF_HEADER: interface.seal.of(token)}
    foreign = proven | {"origin": "https://evil.example"}

    answers = [_send(interface, by=None, headers=each) for each in (cookie, foreign, proven)]

    assert [answer.status_code for answer in answers] == [403, 403, 201]
    assert len(_listed(interface)) == 1
