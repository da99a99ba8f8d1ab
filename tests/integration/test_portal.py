"""The public pages: a complaint made, followed, answered and judged, without account or script."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from sqlalchemy import event

from engine.domain.actor import COMPLAINANT
from engine.services.documents import document_reading
from engine.services.handling import tracking
from engine.services.investigation import issues
from tests.e2e.hostile import PAYLOADS
from tests.integration.door_ways import CODE, closed, received
from tests.integration.issue_ways import FOUND as FINDING
from tests.integration.killing import contents
from tests.integration.office import rows
from tests.unit.ui.door import TestClient
from ui.portal import sheet
from ui.portal.porch import FORM_LIMIT, Porch

TOLD = {
    "summary": "Charged twice for March",
    "description": "The bill says 512.",
    "more_1": "Nobody called back",
    "wish": "A refund",
    "name": "Jane Canary",
    "email": "jane@example.org",
    "needs": "large_print",
}
FOUND = FINDING | {"issue": 2}
FORM = "/public/en/complain"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class _Fields(HTMLParser):
    """Finds the hidden fields of a page, and elements that no text may become."""

    def __init__(self, html):
        super().__init__()
        self.hidden, self.foreign = {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden":
            self.hidden[told["name"]] = told["value"]
        if tag in {"script", "iframe", "img", "svg", "style", "object", "base", "embed"}:
            self.foreign.append(tag)
        self.foreign += [name for name in told if name.startswith("on")]


class Visitor:
    """Somebody with a browser that runs no script."""

    def __init__(self, platform, **policy):
        self.platform = platform
        if policy:
            portal = platform.policy.portal.model_copy(update=policy)
            told = platform.policy.model_copy(update={"portal": portal})
            self.platform = replace(platform, policy=told)
        self.client = TestClient(Porch(self.platform), base_url="http://testserver")
        self.html = ""

    def open(self, path):
        answer = self.client.get(path)
        self.html = answer.text
        return answer

    def send(self, path, files=None, **fields):
        hidden = _Fields(self.html).hidden
        answer = self.client.post(path, data=hidden | fields, files=files)
        self.html = answer.text
        return answer

    def complain(self, files=None, **fields):
        self.open(FORM)
        return self.send(FORM, files=files, **({"action": "send"} | TOLD | fields))

    def enter(self, code):
        self.open("/public/en/code")
        return self.send("/public/en/code", code=code)


@pytest.fixture
def visitor(office):
    return Visitor(office.platform)


def _code(html):
    return re.search(r'class="code">([0-9A-Z-]+)<', html)[1]


@pytest.mark.iso("4.8", "7.1")
@pytest.mark.parametrize("language", ["en", "de"])
def test_everybody_may_know_how_complaints_are_handled(visitor, language):
    answer = visitor.open(f"/public/{language}/")

    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<li><strong>") == 7
    assert ("8 weeks" if language == "en" else "8 Wochen") in answer.text
    assert ("costs nothing" if language == "en" else "kostet nichts") in answer.text
    assert "Utilities Ombudsman" in answer.text
    assert answer.headers["content-security-policy"] == sheet.POLICY
    assert visitor.open(sheet.look().address).headers["cache-control"].endswith("immutable")


@pytest.mark.iso("4.4", "4.5", "7.2", "7.3")
def test_a_complaint_is_made_and_followed_to_its_end(office, visitor):
    bill = ("files", ("bill.txt", b"The bill says 512.", "text/plain"))
    receipt = visitor.complain(files=[bill])
    reference = re.search(r"C-2026-\d{6}", receipt.text)[0]

    status = visitor.enter(_code(receipt.text).lower())
    word = visitor.send("/public/en/status/word", text="The meter is broken too.")
    office.reach("investigate", reference=reference)
    issues.find(office.platform, actor=office.staff["hanna"], reference=reference, answers=FOUND)
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")
    visitor.open("/public/en/status")
    answered = visitor.send("/public/en/status/answer", answer="reject", text="Not enough.")
    office.do(reference, "review_rejection")
    office.reach("closing_check", reference=reference)
    office.do(reference, "closing_check")
    visitor.open("/public/de/status/survey")
    judged = visitor.send("/public/de/status/survey", overall="4", unresolved="The bill.")

    assert receipt.status_code == 201
    assert (str(status.url).split("/")[-1], word.status_code) == ("status", 200)
    assert "The meter is broken too." in word.text
    assert "We have your answer" in answered.text
    assert "Danke, dass Sie es uns gesagt haben." in judged.text
    told = office.view(reference)
    assert len(told.issues) == 2
    assert told.case.complaint.needs == ("large_print",)
    inwards = [each.body for each in told.communications if each.direction == "in"]
    assert inwards == ["The meter is broken too.", "Not enough.", "The bill."]
    (file,) = document_reading.of_case(
        office.platform, actor=office.staff["hanna"], reference=reference
    ).documents
    assert (file.files[0].name, file.by) == ("bill.txt", COMPLAINANT.username)


def test_a_form_that_is_sent_twice_is_one_complaint(visitor):
    first = visitor.complain()
    visitor.client.get(FORM)
    again = visitor.client.post(FORM, data=dict(_sent(first)))
    other = visitor.client.post(FORM, data=dict(_sent(first)) | {"summary": "Something else"})

    assert again.status_code == 201
    assert _code(first.text) == _code(again.text)
    assert other.status_code == 422
    assert rows(visitor.platform.database, "SELECT count(*) FROM complaint_case") == [(1,)]


def _sent(answer):
    from urllib.parse import parse_qsl  # noqa: PLC0415 - for this alone

    return parse_qsl(answer.request.content.decode())


def test_a_form_with_problems_names_each_and_forgets_nothing(visitor):
    answer = visitor.complain(summary="", email="jane", description="Kept <b>as</b> typed")

    assert answer.status_code == 422
    assert answer.text.count('href="#summary"') == answer.text.count('href="#email"') == 1
    assert "Kept &lt;b&gt;as&lt;/b&gt; typed" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert rows(visitor.platform.database, "SELECT count(*) FROM complaint_case") == [(0,)]


def test_a_form_is_kept_and_gone_on_with_by_a_code(visitor):
    visitor.open(FORM)
    saved = visitor.send(FORM, action="save", **TOLD)
    again = visitor.enter(_code(saved.text))
    sent = visitor.send(FORM, action="send", **TOLD)

    assert saved.status_code == 200
    assert "Nobody called back" in again.text
    assert sent.status_code == 201
    assert contents(visitor.platform.database)["unfinished_form"] == []


def _answer_to(visitor, code):
    """Return status and page for a code, and how often the database was asked."""
    asked = []
    engine = visitor.platform.database.engine
    visitor.open("/public/en/code")

    def note(*_):
        asked.append(1)

    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = visitor.send("/public/en/code", code=code)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return answer.status_code, answer.text, len(asked)


def test_every_wrong_code_gets_the_same_answer_for_the_same_work(office, visitor):
    replaced = received(office.platform)
    hanna = {"actor": office.staff["hanna"], "reference": replaced.reference}
    tracking.renew(office.platform, **hanna)
    _answer_to(visitor, "the first one adds a row")

    answers = {
        _answer_to(visitor, code)
        for code in ("", CODE, replaced.code, "x" * 200, replaced.reference, "0" * 20)
    }

    assert len(answers) == 1
    ((status, _page, asked),) = answers
    assert (status, asked > 3) == (404, True)


@SQLITE
def test_an_answer_that_tells_codes_apart_is_noticed(visitor, monkeypatch):
    """Plant the bug: what is no code at all is refused before anything is asked."""
    from ui.portal import follow  # noqa: PLC0415 - what is broken here

    real = follow.entrance.enter

    def hasty(platform, *, actor, code, address):
        if len(code) != 20:
            raise follow.NotFoundError("complaint with", "this code")
        return real(platform, actor=actor, code=code, address=address)

    monkeypatch.setattr(follow.entrance, "enter", hasty)
    _answer_to(visitor, CODE)

    assert len({_answer_to(visitor, code) for code in ("short", CODE)}) == 2


@SQLITE
def test_whoever_asks_or_guesses_too_often_waits(office):
    visitor, busy = Visitor(office.platform), Visitor(office.platform, requests_per_minute=3)
    tries = office.platform.policy.accounts.tries * 4

    guesses = [visitor.enter(CODE).status_code for _ in range(tries + 1)]
    pages = [busy.open("/public/en/").status_code for _ in range(4)]

    assert guesses == [404] * tries + [429]
    assert pages == [200] * 3 + [429]


@SQLITE
def test_a_form_of_another_site_or_browser_is_not_taken(visitor):
    visitor.open(FORM)
    hidden = _Fields(visitor.html).hidden
    stranger = TestClient(visitor.client.app).post(FORM, data=hidden | TOLD | {"action": "send"})
    elsewhere = visitor.client.post(
        FORM, data=hidden | TOLD | {"action": "send"}, headers={"origin": "http://evil.example"}
    )

    assert (stranger.status_code, elsewhere.status_code) == (403, 403)
    assert rows(visitor.platform.database, "SELECT count(*) FROM complaint_case") == [(0,)]


@SQLITE
def test_hostile_text_is_shown_as_text(visitor):
    for said in PAYLOADS.values():
        fields = dict.fromkeys(("summary", "more_1", "name", "wish"), said[:200])
        receipt = visitor.complain(**fields, description=said)
        problem = visitor.complain(**fields, email=said[:200])
        status = visitor.enter(_code(receipt.text))
        word = visitor.send("/public/en/status/word", text=said)

        assert (receipt.status_code, problem.status_code, word.status_code) == (201, 422, 200)
        assert [_Fields(page.text).foreign for page in (receipt, problem, status, word)] == [[]] * 4


@SQLITE
def test_a_text_that_is_not_escaped_is_noticed(visitor):
    """Plant the bug: the templates escape nothing."""
    porch = visitor.client.app
    porch._sheet._templates.autoescape = False
    receipt = visitor.complain(summary=PAYLOADS["script"])

    status = visitor.enter(_code(receipt.text))

    assert _Fields(status.text).foreign == ["script"]


@SQLITE
def test_too_much_is_refused_before_it_is_read(office):
    visitor = Visitor(office.platform, megabytes_at_once=1)
    large = [("files", ("big.txt", b"x" * (2**20 + 1), "text/plain"))]

    with_files = visitor.complain(files=large)
    visitor.open("/public/en/code")
    without = visitor.send("/public/en/code", code="x" * FORM_LIMIT)

    assert (with_files.status_code, without.status_code) == (413, 413)
    assert list(office.platform.arriving.glob("*")) == []


@SQLITE
def test_files_that_are_not_taken_are_named(visitor):
    files = [
        ("files", ("virus.exe", b"MZ\x00\x00", "text/plain")),
        ("files", ("bill.txt", b"The bill.", "text/plain")),
    ]

    receipt = visitor.complain(files=files)

    taken, _, refused = receipt.text.partition("Files that could not be taken")
    assert "bill.txt" in taken
    assert "virus.exe" in refused


@SQLITE
def test_a_pass_ends_with_its_code_and_when_somebody_leaves(office, visitor):
    receipt = visitor.complain()
    reference = re.search(r"C-2026-\d{6}", receipt.text)[0]
    visitor.enter(_code(receipt.text))
    left = visitor.send("/public/en/leave")
    gone = visitor.open("/public/en/status")
    visitor.enter(_code(receipt.text))
    tracking.renew(office.platform, actor=office.staff["hanna"], reference=reference)

    over = visitor.open("/public/en/status")

    assert str(left.url).endswith("/public/en/")
    assert [str(page.url).split("/")[-1] for page in (gone, over)] == ["code", "code"]


@SQLITE
def test_no_code_stands_in_an_address_or_a_lasting_cookie(visitor):
    code = _code(visitor.complain().text)

    status = visitor.enter(code)

    seen = [str(each.url) for each in (*status.history, status)]
    plain = code.replace("-", "")
    assert not [url for url in seen if code in url or plain in url]
    assert plain not in repr(dict(visitor.client.cookies))
    cookies = [each.headers.get("set-cookie", "") for each in status.history]
    assert all("HttpOnly" in each and "SameSite=strict" in each for each in cookies if each)


@SQLITE
def test_what_is_not_possible_any_more_is_said_in_a_sentence(office, visitor):
    receipt = visitor.complain()
    reference = re.search(r"C-2026-\d{6}", receipt.text)[0]
    visitor.enter(_code(receipt.text))

    early = visitor.send("/public/en/status/answer", answer="accept")
    unsure = visitor.send("/public/en/status/withdrawal", text="Paid.")
    gone = visitor.send("/public/en/status/withdrawal", text="Paid.", sure="yes")

    assert (early.status_code, unsure.status_code, gone.status_code) == (409, 422, 200)
    assert "is not possible any more" in early.text
    assert office.view(reference).public_status == "withdrawn"
    assert "Withdrawn" in gone.text


@SQLITE
def test_a_closed_case_says_how_it_ended_and_asks_once(office, visitor):
    reference = closed(office)
    code = tracking.renew(office.platform, actor=office.staff["hanna"], reference=reference)

    page = visitor.enter(code)

    assert "We agreed with you." in page.text
    assert "Tell us how we did" in page.text
    visitor.open("/public/en/status/survey")
    assert visitor.send("/public/en/status/survey").status_code == 422
    assert visitor.send("/public/en/status/survey", respect="5").status_code == 200
    assert "Tell us how we did" not in visitor.open("/public/en/status").text


@SQLITE
def test_pages_that_are_not_there_or_shut_say_so(office, visitor):
    shut = Visitor(office.platform, is_open=False, languages=("de",))

    assert visitor.open("/public/en/nothing").status_code == 404
    assert visitor.open("/public/xx/").status_code == 404
    assert str(visitor.open("/public").url).endswith("/public/en/")
    assert shut.open("/public/de/complain").status_code == 404
    assert shut.open("/public/de/").status_code == 200
    assert str(shut.open("/public").url).endswith("/public/de/")
