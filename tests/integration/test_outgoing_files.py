"""What goes with a mail to somebody outside: documents as they may be seen, and nothing else."""

from dataclasses import replace

import pytest

from engine.errors import InvalidInputError
from engine.services.documents import documents
from engine.services.investigation import chasing
from engine.services.post import dispatch
from tests.integration.document_ways import HELD, TEXT, WHY, add, add_redacted
from tests.integration.inquiry_ways import OUTSIDE, ask
from tests.integration.postbox import PostBox

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sent(office):
    """Send what waits to a real mail server, and return the mails as it had them."""

    def run():
        box = PostBox()
        box.open()
        try:
            dispatch.send_outbox(replace(office.platform, smtp_url=box.url))
        finally:
            box.close()
        return box.mails

    return run


def _files(mail):
    _, *parts = list(mail.iter_parts()) if mail.is_multipart() else [mail]
    return [(part.get_filename(), part.get_content()) for part in parts]


def _documents(office, **about):
    reference = office.lodge()
    add(office.platform, office.staff["hanna"], reference, **about)
    return reference


def test_documents_go_with_the_question_and_not_with_the_reminder(office, sent, clock):
    reference = _documents(office)
    ask(office, reference, **OUTSIDE, to="", documents=[1])

    (question,) = sent()
    clock.advance(days=12)
    chasing.chase(office.platform)
    (reminder,) = sent()

    assert _files(question) == [("document-1.txt", TEXT)]
    assert _files(reminder) == []
    assert reminder["To"] == question["To"] == "max@meters.example"


@ON_SQLITE
def test_of_a_closed_document_the_redacted_copy_goes(office, sent):
    reference = _documents(office, is_closed=True)
    with pytest.raises(InvalidInputError, match="no redacted copy"):
        ask(office, reference, **OUTSIDE, to="", documents=[1])
    add_redacted(office.platform, office.staff["hanna"], reference)

    ask(office, reference, **OUTSIDE, to="", documents=[1])

    assert [content for _, content in _files(*sent())] == [b"The bill says xxx."]


@ON_SQLITE
def test_what_was_withdrawn_before_the_mail_left_stays_here(office, sent):
    reference = _documents(office)
    ask(office, reference, **OUTSIDE, to="", documents=[1])

    known = {"actor": office.staff["hanna"], "reference": reference}
    documents.withdraw(office.platform, number=1, **WHY, **known)

    assert _files(*sent()) == []


@ON_SQLITE
def test_what_is_held_back_or_too_large_is_not_promised(office):
    held = _documents(office, content=HELD, name="bill.pdf")
    with pytest.raises(InvalidInputError, match="held back"):
        ask(office, held, **OUTSIDE, to="", documents=[1])

    large = _documents(office, content=b"so much " * 1_300_000)
    with pytest.raises(InvalidInputError, match=r"10\.4 MB together, and a mail takes 10 MB"):
        ask(office, large, **OUTSIDE, to="", documents=[1])
    ask(office, large, documents=[1])  # a colleague reads it here
