"""A mail leaves as it was meant, whatever stands in its subject, its address and its text."""

import time
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import envelope
from engine.domain.document import Kind
from engine.domain.envelope import LONGEST_BODY, LONGEST_SUBJECT, Attachment, seal, self_test
from engine.errors import UnsafeMailError

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
MEANT = [
    "From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
SUBJECTS = (
    "Re: x\r\nBcc: all@example.org",
    "x\nBcc: all@example.org",
    "x\rBcc: all@example.org",
    "x\u2028Bcc: all@example.org",
    "x\x0bBcc: a@b.c\x0cY: 1\x85Z: 2",
    "Re: =?utf-8?q?x=0d=0aBcc:_all=40example.org?=",
    "=?utf-8?b?eA0KQmNjOiBhbGxAZXhhbXBsZS5vcmc=?=",
    "==??utf-8?q?x=0d=0aBcc:_all=40example.org?=",
    "=\x00?utf-8?q?x=0d=0aBcc:_all=40example.org?=",
    "=\N{SOFT HYPHEN}?utf-8?q?x=0d=0aBcc:_all=40example.org?=",
    "x\r\n.\r\nMAIL FROM:<a@b.c>",
    "W" * 5_000,
    "Größe \N{GRINNING FACE}" * 20,
)
ADDRESSES = (
    "jane@example.org, all@example.org",
    "jane@example.org; all@example.org",
    "Jane <jane@example.org>",
    "<jane@example.org>",
    "jane@example.org\r\nBcc: all@example.org",
    "=?utf-8?q?x=0d=0aBcc:_a=40b?=@example.org",
    '"jane all@example.org"@example.org',
    "jane@example.org all@example.org",
    "jane@[127.0.0.1]",
    "jane", "", "@", "jane@", "@example.org", "a" * 65 + "@example.org",
    "jane@" + "a" * 250,
)  # fmt: skip


def _sealed(**given):
    usual = {
        "sender": "us@example.org",
        "recipient": "jane@example.org",
        "subject": "Your complaint",
        "body": "Dear Jane",
        "message_id": "<1@example.org>",
        "at": NOW,
    }
    return seal(**(usual | given))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_subject_becomes_a_header(subject):
    mail = message_from_bytes(_sealed(subject=subject).content, policy=policy.default)

    assert mail.keys() == MEANT
    assert len(mail["Subject"]) <= LONGEST_SUBJECT
    assert mail["To"] == "jane@example.org"
    assert mail.get_content().strip() == "Dear Jane"


@given(subject=st.text(max_size=300), body=st.text(max_size=500))
def test_whatever_somebody_writes_is_one_mail_with_the_headers_that_were_meant(subject, body):
    mail = message_from_bytes(_sealed(subject=subject, body=body).content, policy=policy.default)

    assert mail.keys() == MEANT
    assert mail.get_content_type() == "text/plain"
    assert not mail.is_multipart()


@pytest.mark.parametrize("recipient", ADDRESSES)
def test_an_address_is_one_address_or_the_mail_is_refused(recipient):
    with pytest.raises(UnsafeMailError, match="address"):
        _sealed(recipient=recipient)


def test_an_address_in_another_script_is_sent_where_the_server_knows_how():
    mail = _sealed(recipient="jané@exämple.org")

    assert mail.is_international
    assert "jané@exämple.org" in mail.content.decode()


def test_a_text_with_lines_that_mean_something_to_a_mail_server_arrives_as_it_is():
    body = "From here\n.\n..\nBcc: all@example.org\n--frontier\n\tx \n" + "y" * 3_000

    mail = message_from_bytes(_sealed(body=body).content, policy=policy.default)

    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == body


def test_a_text_that_is_no_letter_any_more_is_refused():
    with pytest.raises(UnsafeMailError, match="200,001 characters"):
        _sealed(body="x" * (LONGEST_BODY + 1))


@pytest.mark.parametrize("message_id", ["", "1@example.org", "<1@example.org>\r\nX: y", "<a b@c>"])
def test_a_message_id_is_one(message_id):
    with pytest.raises(UnsafeMailError, match="Message-ID"):
        _sealed(message_id=message_id)


@given(
    contents=st.lists(st.binary(max_size=2_000), max_size=4),
    media_type=st.sampled_from([each.media_type for each in Kind if each is not Kind.TEXT]),
)
def test_whatever_is_attached_arrives_byte_for_byte(contents, media_type):
    meant = [Attachment(f"d-{n}.bin", each, media_type) for n, each in enumerate(contents, 1)]

    mail = message_from_bytes(_sealed(attachments=meant).content, policy=policy.default)

    _, *parts = list(mail.iter_parts()) if meant else [mail]
    assert [part.get_content() for part in parts] == contents
    assert {part.get_content_type() for part in parts} <= {media_type}


@pytest.mark.parametrize(
    "odd",
    [
        Attachment("a.pdf", b"x", "text/plain"),
        Attachment("a.pdf", b"x", "message/rfc822"),
        Attachment("a.pdf", b"x", "application/pdf\r\nBcc: all@example.org"),
        Attachment("../a.pdf", b"x"),
        Attachment("a.pdf\r\nBcc: all@example.org", b"x"),
    ],
)
def test_an_attachment_that_would_be_something_else_is_refused(odd):
    with pytest.raises(UnsafeMailError):
        _sealed(attachments=[odd])


def test_the_same_mail_is_the_same_bytes():
    assert _sealed() == _sealed()


@pytest.mark.parametrize("subject", ['"' * 50_000, "(" * 50_000, "=?utf-8?q?a?= " * 20_000])
def test_a_monstrous_subject_costs_next_to_nothing(subject):
    begin = time.thread_time()

    _sealed(subject=subject)

    assert time.thread_time() - begin < 2


def test_this_python_writes_mails_that_can_be_trusted():
    self_test(NOW)


def test_a_python_that_writes_a_line_break_into_a_header_is_noticed(monkeypatch):
    """Plant the defect of some releases, also where ours has it not: CVE-2024-6923."""
    sound = EmailMessage.as_bytes

    def as_bytes(mail, *_):
        written = sound(mail)
        return written.replace(b"\r\nMessage-ID", b"\r\nBcc: all@example.org\r\nMessage-ID")

    monkeypatch.setattr(EmailMessage, "as_bytes", as_bytes)

    with pytest.raises(UnsafeMailError, match="headers that nobody meant"):
        self_test(NOW)


def test_an_encoded_word_that_is_left_alone_is_noticed_where_it_does_harm(monkeypatch):
    monkeypatch.setattr(envelope, "_one_line", lambda text: text)

    with pytest.raises(UnsafeMailError):
        _sealed(subject=SUBJECTS[5])
