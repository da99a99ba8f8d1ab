"""Any bytes become a mail that was read, in little time, and machines are told from people."""

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.incoming import LARGEST_MAIL, MailKind
from engine.mail import bounds, kind
from engine.mail.quote import without_history
from engine.mail.reader import read

REALDATA = Path(__file__).parents[4] / "shared" / "realdata" / "email"
HEAD = b"From: Ann <ann@example.org>\nSubject: x\nMessage-ID: <1@example.org>\n"

tokens = st.sampled_from(
    [
        *(b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=b", b"--b\n"),
        *(b"message/rfc822", b"message/delivery-status", b"text/html; charset=", b"utf-7", b"idna"),
        *(b"Content-Transfer-Encoding: ", b"x-uuencode", b"base64", b"=?utf-8?b?", b"?=", b"\r"),
        *(b"\n\n", b"\n ", b"<", b">", b"@", b"\x00", b"\xff\xfe", b"begin 644 x\n", b"=0d=0a"),
        *(b"Date: ", b"Mon, 99 Foo 99999999", b"References: ", b"Return-Path: <>", b"<blockquote>"),
        *(b"Content-Disposition: attachment; filename*0*=", b"''", b";" * 50, b"multipart/report"),
    ]
)
likely = st.lists(tokens | st.binary(max_size=20), max_size=60).map(b"".join)


def mail(text="I complain.", **headers):
    made = EmailMessage()
    for name, value in {"From": "ann@example.org", "Subject": "x", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def samples(*folders):
    if not REALDATA.is_dir():
        pytest.skip("The mails that others wrote are not at hand.")
    return [path for each in folders for path in (REALDATA / each).rglob("*") if path.is_file()]


@given(likely)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read(raw):
    found = read(raw)

    told = f"{found.text}{found.reply}{found.subject}{found.sender}{found.sender_name}"
    assert not any(c in told for c in "\x00\r\x1b\x9b")
    told.encode()
    assert found.kind is not MailKind.UNREADABLE or found.why


@pytest.mark.fuzz
@given(likely)
@settings(max_examples=20_000, deadline=None)
def test_any_bytes_are_read_for_long(raw):
    assert read(raw).kind in MailKind


@pytest.mark.realdata
def test_every_mail_that_others_wrote_is_read():
    found = [(path.name, read(path.read_bytes())) for path in samples(".")]

    unreadable = [f"{name}: {each.why}" for name, each in found if each.kind == "unreadable"]
    assert len(found) > 300
    assert unreadable == []


@pytest.mark.realdata
@pytest.mark.parametrize("folder", ["bounce", "bounce-odd"])
def test_delivery_reports_of_many_servers_are_recognised(folder):
    kinds = [read(path.read_bytes()).kind for path in samples(folder)]

    assert kinds.count(MailKind.BOUNCE) >= 0.98 * len(kinds)


@pytest.mark.realdata
def test_no_mail_of_a_person_is_taken_for_a_delivery_report():
    found = [(path.name, read(path.read_bytes())) for path in samples("reply", "ticket")]

    assert [name for name, each in found if not each.is_person and each.sender] == []


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"From: " + b'"' * 50_000 + b"@x\n\nhi", "header"),
        (HEAD + b"X: y\n" * 20_000 + b"\nhi", "headers"),
        (HEAD + b"\n" * 400_000, "lines"),
        (HEAD + b'Content-Type: text/plain; x="' + b";" * 15_000 + b"\n\nhi", "2 KB"),
        (
            HEAD
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(3000)
            ),
            "parts in parts",
        ),
        (HEAD + b"\n" + b"x" * LARGEST_MAIL, "larger"),
    ],
    ids=["empty", "long header", "many headers", "many lines", "long type", "nested", "large"],
)
def test_what_would_stop_the_standard_reader_is_put_aside_at_once(raw, why):
    begun = time.perf_counter()
    found = read(raw)

    assert time.perf_counter() - begun < 0.1
    assert found.kind is MailKind.UNREADABLE
    assert why in found.why


def test_the_bounds_are_what_keeps_the_reader_quick(monkeypatch):
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1500)
    )
    monkeypatch.setattr(bounds, "_MOST_NESTED", 10**9)

    planted = read(HEAD + nested)

    assert "RecursionError" in planted.why


def test_an_unreadable_mail_still_says_who_sent_it():
    found = read(HEAD + b"X: " + b"y" * 70_000 + b"\n\nhi")

    assert (found.sender, found.sender_name, found.message_id) == (
        "ann@example.org",
        "Ann",
        "<1@example.org>",
    )


def test_a_line_break_in_an_encoded_word_makes_no_header():
    found = read(HEAD.replace(b"Subject: x", b"Subject: =?utf-8?q?x=0d=0aBcc:_e@v.org?=") + b"\nhi")

    assert found.subject == "x Bcc: e@v.org"
    assert found.recipients == ()


@pytest.mark.parametrize(
    "charset", ["x-unknown", "ks_c_5601-1987", "rot13", "punycode", "utf-8", "''", "iso-8859-99"]
)
def test_text_is_read_whatever_its_character_set_is_said_to_be(charset):
    head = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode()

    assert "broken kettle" in read(head + b"The broken kettle \xfc").text


def test_of_a_page_only_the_text_is_read():
    page = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>The kettle<br>leaks.</p>"
        "<script>alert(1)</script><blockquote>Older<br>words</blockquote></body></html>"
    )
    found = read(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + page.encode())

    assert found.text.split("\n") == ["The kettle", "leaks.", "", "> Older", "> words"]
    assert found.reply == "The kettle\nleaks."


def test_files_are_told_from_text():
    made = EmailMessage()
    made["From"], made["Subject"] = "ann@example.org", "x"
    made.set_content("See the picture.")
    made.add_alternative("<p>See the <b>picture</b>.</p>", subtype="html")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../kettle.png")
    found = read(made.as_bytes())

    assert found.text == "See the picture."
    assert [(each.name, each.content) for each in found.attachments] == [
        ("../../kettle.png", b"\x89PNG")
    ]


HISTORY = {
    "english": "Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Redress <c@example.org> wrote:\n> Is it so?",
    "german": "Ja.\n\nAm 02.11.2026 um 10:00 schrieb Redress <c@example.org>:\n> Ist es so?",
    "wrapped": "Ja.\n\nAm Mo., 2. Nov. 2026 um 10:00 schrieb Redress <\nc@example.org>:\n\nWas?",
    "outlook": "Yes.\n\nFrom: Redress\nSent: Monday\nTo: Ann\nSubject: C-1\n\nIs it so?",
    "outlook_de": "Ja.\n\nVon: Redress\nGesendet: Montag\nAn: Ann\nBetreff: C-1\n\nIst es so?",
    "line": "Yes.\n\n-----Original Message-----\nIs it so?",
    "french": "Oui.\n\nLe 2 nov. 2026 à 10:00, Redress <c@example.org> a écrit :\n> Est-ce vrai?",
}


@pytest.mark.parametrize("text", HISTORY.values(), ids=HISTORY)
def test_the_history_below_an_answer_is_left_out(text):
    assert without_history(text) in {"Yes.", "Ja.", "Oui."}


@pytest.mark.parametrize(
    "text",
    [
        "On 3 May the shop wrote to me:\nWe shall never pay.",
        "From: the beginning\nto the end it was bad.",
        "My neighbour said > 5 people complained.",
        "> only quoted",
    ],
)
def test_what_somebody_tells_is_not_taken_for_history(text):
    assert without_history(text) == text


def test_answers_between_and_below_quotes_are_kept():
    text = "On Mon, 2 Nov 2026 10:00 Redress <c@x.org> wrote:\n> A?\nFirst.\n> B?\nSecond."

    assert without_history(text) == "First.\nSecond."


MACHINES = {
    "absence": ({"Auto_Submitted": "auto-replied"}, MailKind.AUTO_REPLY),
    "absence by title": ({"Subject": "Automatische Antwort: C-1"}, MailKind.AUTO_REPLY),
    "nobody is to answer": ({"Return_Path": "<>"}, MailKind.AUTO_REPLY),
    "list": ({"List_Id": "<l.example.org>"}, MailKind.BULK),
    "mass": ({"Precedence": "bulk"}, MailKind.BULK),
    "ours": ({"From": "Complaints@Example.org"}, MailKind.LOOP),
    "failed": ({"X_Failed_Recipients": "a@b.org"}, MailKind.BOUNCE),
}


@pytest.mark.parametrize(("headers", "kind"), MACHINES.values(), ids=MACHINES)
def test_machines_are_recognised_and_never_answered(headers, kind):
    found = read(mail(**headers), own=["complaints@example.org"])

    assert (found.kind, found.is_person) == (kind, False)
    assert found.why


def test_a_person_who_tells_of_a_bounce_is_a_person():
    found = read(
        mail("I wrote to you twice and it came back: 550 5.1.1 user unknown.", Subject="My letters")
    )

    assert (found.kind, found.is_person) == (MailKind.NEW, True)


REPORT = b"""\
From: MAILER-DAEMON@mx.example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ann@example.net
Action: ACTION
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: message/rfc822

From: complaints@example.org
Message-ID: <ours@example.org>

Dear Ann
--b--
"""


@pytest.mark.parametrize(("action", "is_final"), [(b"failed", True), (b"delayed", False)])
def test_a_delivery_report_names_the_mail_and_why_it_failed(action, is_final):
    found = read(REPORT.replace(b"ACTION", action)).failure

    assert found.mail_ids == ("<ours@example.org>",)
    assert found.recipients == ("ann@example.net",)
    assert (found.status, found.reason) == ("5.1.1", "550 5.1.1 No such user")
    assert found.is_final is is_final


def test_a_reader_that_knows_no_machines_would_be_found_out(monkeypatch):
    monkeypatch.setattr(kind, "_machine", lambda _: None)

    planted = read(mail(Auto_Submitted="auto-replied"))

    assert planted.is_person
