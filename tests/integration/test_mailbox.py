"""Mails that wait for somebody, and what is kept, handed out and erased of mails."""

import io
import json
import zipfile

import pytest

from engine.domain.actor import SYSTEM
from engine.errors import ConflictError, NotAllowedError, NotFoundError
from engine.services.mail import mailbox
from engine.services.staffing import restriction
from engine.services.upkeep import master_key
from tests.integration.mail_ways import WHY, receive, waiting, written
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_people_put_mails_where_they_belong(office, platform, staff):
    tom, reference = staff["tom"], office.lodge()
    first, second, third = (waiting(platform, Message_ID=f"<{n}@example.org>") for n in range(3))

    mailbox.attach(platform, actor=tom, number=first, reference=reference)
    opened = mailbox.file_as_complaint(platform, actor=tom, number=second)
    mailbox.discard(platform, actor=tom, number=third, **WHY)

    assert office.view(reference).communications[-1].kind == "mass mail"
    assert office.view(opened).case.complaint.summary == "My bill"
    assert mailbox.page(platform, actor=tom) == ()
    (gone,) = mailbox.page(platform, actor=tom, is_waiting=False)
    assert (gone.head.said, gone.settled_by) == (WHY["reason"], "tom")
    with pytest.raises(ConflictError, match="already"):
        mailbox.attach(platform, actor=tom, number=third, reference=reference)
    with pytest.raises(NotAllowedError):
        mailbox.page(platform, actor=staff["ada"])
    kinds = [each for (each,) in rows(platform.database, "SELECT type FROM organisation_event")]
    assert kinds.count("mail.quarantined") == 3
    assert kinds.count("mail.discarded") == 1


@ON_SQLITE
def test_a_mail_can_be_read_as_it_came_wherever_its_key_lies(office, platform, staff):
    number, raw = (
        waiting(platform),
        written(List_Id="<news.example.org>", Message_ID="<news@example.org>"),
    )
    master_key.renew(platform, actor=SYSTEM)
    before = mailbox.opened(platform, actor=staff["tom"], number=number)
    mailbox.attach(platform, actor=staff["tom"], number=number, reference=office.lodge())

    after = mailbox.opened(platform, actor=staff["tom"], number=number)

    assert before.text == after.text == "The bill is wrong.\n\nPlease look into it."
    with platform.database.read() as tx:
        assert tx.mails.raw(after.mail) == raw
    stored = rows(platform.database, "SELECT head, raw, reason FROM incoming_mail")
    assert "jane" not in repr(stored).lower()


@ON_SQLITE
def test_a_mail_that_was_put_into_a_complaint_reaches_as_far_as_the_complaint(
    office, platform, staff
):
    number, reference = waiting(platform), office.lodge()
    mailbox.attach(platform, actor=staff["tom"], number=number, reference=reference)
    seen = mailbox.opened(platform, actor=staff["tom"], number=number)
    known = {"actor": staff["mara"], "reason": "It names Tom."}
    restriction.restrict(platform, reference=reference, people=["mara"], **known)

    with pytest.raises(NotFoundError):
        mailbox.opened(platform, actor=staff["tom"], number=number)

    assert seen.mail.reference == reference
    assert mailbox.opened(platform, actor=staff["mara"], number=number).text == seen.text


@ON_SQLITE
def test_a_person_is_handed_every_mail_that_came_from_them(office, platform):
    from engine.services.privacy import subject_access  # noqa: PLC0415 - only here
    from tests.integration.people import DORA  # noqa: PLC0415 - as above

    reference = receive(platform, written()).reference
    waiting(platform, Subject="Not about this")

    packed = subject_access.export(platform, actor=DORA, reference=reference, reason="She asked.")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        told = json.loads(archive.read("data.json"))
        page = archive.read("read.html").decode()

    assert [each["subject"] for each in told["complaints"][0]["mails"]] == ["My bill"]
    assert [each["subject"] for each in told["other_mails"]] == ["Not about this"]
    assert "Not about this" in page


@ON_SQLITE
def test_of_an_erased_person_no_mail_is_left(office, platform, staff):
    from tests.integration.people import closed, erase  # noqa: PLC0415 - only here

    reference = closed(office)
    waiting(platform, From="Jane <jane.canary@example.org>")
    mailbox.attach(
        platform,
        actor=staff["tom"],
        number=waiting(platform, From="jane.canary@example.org", Message_ID="<x@example.org>"),
        reference=reference,
    )

    certificate = erase(office, reference)

    assert certificate["incoming_mail"] == 2
    left = rows(platform.database, "SELECT head, raw, sealed_key, master_key FROM incoming_mail")
    assert {tuple(map(bool, row)) for row in left} == {(False,) * 4}
