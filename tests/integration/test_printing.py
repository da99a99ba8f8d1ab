"""Letters leave as text and PDF, are saved from the case, and in test mode leave for a folder."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.case import Communication
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.post import dispatch, printing
from tests.integration.office import forge

JANE = "1 Okapi Lane\nBristol BS1 1AA"


@pytest.fixture
def sent(office, tmp_path):
    """Run what was sent in test mode, and return the mails."""

    def run():
        platform = replace(office.platform, mail_folder=tmp_path / "mails")
        found = dispatch.send_outbox(platform, actor=SYSTEM)
        files = sorted((tmp_path / "mails").iterdir())
        return found, [message_from_bytes(f.read_bytes(), policy=default) for f in files]

    return run


def _acknowledged(office, **facts):
    reference = office.reach("acknowledge", reference=office.lodge(**facts))
    office.do(reference, "acknowledge")
    return reference


def _last(office, reference) -> Communication:
    return office.view(reference).communications[-1]


@pytest.mark.iso("7.8")
def test_a_letter_leaves_as_text_with_the_same_letter_as_pdf(office, sent):
    reference = _acknowledged(office, postal_address=JANE)
    told, (mail,) = sent()

    text, enclosed = mail.iter_parts()
    letter = _last(office, reference)
    printed = printing.letter_pdf(
        office.platform, actor=office.staff["hanna"], reference=reference, number=letter.id
    )
    assert (told.sent, told.held) == (1, 0)
    assert mail["To"] == "jane@example.org"
    assert text.get_content().replace("\r\n", "\n").strip() == letter.body
    assert enclosed.get_filename() == f"{reference}-acknowledgement.pdf" == printed.name
    assert enclosed.get_content() == printed.content
    assert printed.mark == letter.content_hash
    assert letter.content_hash.encode() in printed.content


def test_in_test_mode_a_mail_that_leaves_twice_is_one_file(office, sent):
    _acknowledged(office)
    sent()
    ids, now = _ids(office), office.platform.now()
    office.platform.database.write(lambda tx: tx.outbox.hold(ids, now))
    office.platform.database.write(lambda tx: tx.outbox.let_go(ids, now))
    told, mails = sent()

    assert (told.sent, len(mails)) == (1, 1)


def _ids(office):
    with office.platform.database.engine.connect() as link:
        return [row[0] for row in link.exec_driver_sql("SELECT message_id FROM outbox")]


def test_a_mail_that_is_no_letter_has_nothing_enclosed(office, sent):
    office.platform.database.write(
        lambda tx: tx.outbox.announce(
            message_id="<1@northwind.example>",
            recipient="boss@example.org",
            subject="x",
            body="y",
            at=office.platform.now(),
        )
    )
    _told, (mail,) = sent()

    assert not mail.is_multipart()


def test_a_letter_that_cannot_be_printed_leaves_as_text(office, sent, monkeypatch):
    _acknowledged(office)

    def fail(_sheet):
        raise InvalidInputError({"": "It is odd."})

    monkeypatch.setattr(printing, "print_letter", fail)
    told, (mail,) = sent()

    assert told.sent == 1
    assert not mail.is_multipart()


def test_a_letter_altered_behind_the_service_is_neither_sent_nor_handed_out(office, sent):
    reference = _acknowledged(office)
    forge(office.platform.database, "communication", body="We owe you nothing.")
    told, mails = sent()

    assert (told.sent, told.failed, mails) == (0, 1, [])
    with pytest.raises(ConflictError, match="not the one that was written"):
        printing.letter_pdf(
            office.platform,
            actor=office.staff["hanna"],
            reference=reference,
            number=_last(office, reference).id,
        )


def test_only_letters_of_the_case_are_handed_out(office):
    mine, other = _acknowledged(office), _acknowledged(office)
    number = _last(office, other).id

    with pytest.raises(NotFoundError):
        printing.letter_pdf(
            office.platform, actor=office.staff["hanna"], reference=mine, number=number
        )


@pytest.mark.iso("7.8")
def test_who_approves_can_look_at_the_letter_as_it_will_be_printed(office):
    reference = office.reach("approve_decision")

    ada = {"actor": office.staff["ada"], "reference": reference}
    (page,) = printing.draft_pages(office.platform, **ada)
    assert page.startswith(b"\x89PNG")
    waiting = office.reach("acknowledge")
    assert printing.draft_pages(office.platform, **(ada | {"reference": waiting})) == ()


def _state(office, reference):
    found = printing.deliveries(office.platform, actor=office.staff["hanna"], reference=reference)
    return [(each.state, each.has_failed) for each in found.values()]


@pytest.mark.iso("7.8")
def test_what_became_of_a_letter_is_seen_until_it_has_arrived(office, sent):
    reference = _acknowledged(office)
    ids, now, store = _ids(office), office.platform.now(), office.platform.database
    assert _state(office, reference) == [("waiting", False)]

    store.write(lambda tx: tx.outbox.hold(ids, now))
    assert _state(office, reference) == [("held", False)]
    store.write(lambda tx: tx.outbox.let_go(ids, now))
    store.write(lambda tx: tx.outbox.failed(1, error="550 No such person", next_try_at=None))
    assert _state(office, reference) == [("given_up", True)]
    store.write(lambda tx: tx.outbox.try_again(ids[0], now))
    sent()
    assert _state(office, reference) == [("sent", False)]
    case = office.view(reference).case.id
    store.write(lambda tx: tx.outbox.bounced(ids[0], case_id=case, why="550 Gone", at=now))
    assert _state(office, reference) == [("returned", True)]
    (returned,) = printing.deliveries(
        office.platform, actor=office.staff["hanna"], reference=reference
    ).values()
    assert returned.why == "550 Gone"


def test_a_letter_by_post_has_no_delivery(office):
    assert _state(office, _acknowledged(office, email=None)) == []
