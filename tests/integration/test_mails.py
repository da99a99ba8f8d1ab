"""Mails that come in: kept once, put where they belong by a signed id alone, never decided upon."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.incoming import MailKind, MailState
from engine.services.letters import thread
from tests.integration.crowd import at_once
from tests.integration.mail_ways import PICTURE, receive, report, written
from tests.integration.office import execute, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _sent(office, reference):
    """Return the Message-ID of a letter that has left."""
    execute(office.platform.database, "UPDATE outbox SET sent_at = created_at, next_try_at = NULL")
    (found,) = rows(
        office.platform.database,
        "SELECT message_id FROM outbox o JOIN complaint_case c ON c.id = o.case_id "
        "WHERE c.reference = :reference",
        reference=reference,
    )
    return found[0]


def _acknowledged(office):
    reference = office.reach("acknowledge")
    office.do(reference, "acknowledge")
    return reference, _sent(office, reference)


def _answer(message_id, **headers):
    return written("It is still wrong.", In_Reply_To=message_id, **headers)


@pytest.mark.iso("7.2")
def test_a_mail_becomes_a_complaint_with_its_files_and_its_sender_is_told(office, platform, clock):
    before = clock.now - timedelta(days=2)
    end = receive(
        platform, written(files={"meter.txt": PICTURE, "run.exe": b"MZ\x90\x00"}), arrived_at=before
    )

    seen = office.view(end.reference)
    complaint = seen.case.complaint
    assert (end.state, end.kind) == (MailState.ANSWERED, MailKind.NEW)
    assert (complaint.summary, complaint.email) == ("My bill", "jane@example.org")
    assert (complaint.complainant_name, complaint.channel) == ("Jane Canary", "email")
    assert complaint.description == "The bill is wrong.\n\nPlease look into it."
    assert complaint.received_at == before
    assert [each.kind for each in seen.communications] == ["receipt"]
    assert end.reference in seen.communications[0].body
    assert rows(platform.database, "SELECT count(*) FROM document") == [(1,)]
    assert "register" in office.steps(end.reference)


@ON_SQLITE
def test_the_same_mail_is_kept_once_however_it_comes(office, platform):
    raw = written()
    other_way = b"Received: from elsewhere\r\n" + raw

    first, second, third = (receive(platform, each) for each in (raw, raw, other_way))

    assert first.number == second.number == third.number
    assert [first.is_new, second.is_new, third.is_new] == [True, False, False]
    assert rows(platform.database, "SELECT count(*) FROM complaint_case") == [(1,)]


def test_eight_who_fetch_the_same_mail_open_one_complaint(office, platform):
    raw = written()

    ends = at_once(8, lambda _: receive(platform, raw))

    assert {end.reference for end in ends} == {ends[0].reference}
    assert rows(platform.database, "SELECT count(*) FROM incoming_mail") == [(1,)]


@ON_SQLITE
def test_an_answer_finds_its_complaint_and_decides_nothing(office, platform):
    reference, message_id = _acknowledged(office)
    before = office.steps(reference).keys()

    end = receive(platform, _answer(message_id, From="JANE@example.org"))

    said = office.view(reference).communications[-1]
    assert (end.reference, end.state) == (reference, MailState.FILED)
    assert (said.direction, said.kind, said.body) == ("in", "message", "It is still wrong.")
    assert office.steps(reference).keys() == before


@ON_SQLITE
def test_an_answer_that_is_awaited_is_pointed_out_and_not_taken_for_a_decision(office, platform):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    case_id = office.view(reference).case.id

    receive(platform, _answer(thread.new_id(platform, case_id=case_id)))

    seen = office.view(reference)
    assert "answer to the decision is awaited" in seen.notes[-1].text
    assert seen.case.outcome is not None
    assert seen.case.is_open
    assert rows(platform.database, "SELECT message FROM subscription WHERE message = 'answer'")


@ON_SQLITE
def test_an_answer_of_somebody_else_is_marked_as_theirs(office, platform):
    reference, message_id = _acknowledged(office)

    receive(platform, _answer(message_id, From="mallory@example.net"))

    seen = office.view(reference)
    assert seen.communications[-1].kind == "message from somebody else"
    assert "mallory@example.net" in seen.notes[-1].text


def _forgeries(message_id):
    number = re.match(r"<c(\d+)", message_id)[1]
    last = "a" if message_id.split("@")[0][-3] != "a" else "b"
    local, domain = message_id.split("@")
    return {
        "other case": message_id.replace(f"<c{number}.", f"<c{int(number) + 1}."),
        "other signature": f"{local[:-3]}{last}{local[-2:]}@{domain}",
        "shorter": f"{local[:-4]}@{domain}",
        "other domain": f"{local}@evil.example",
        "other random part": message_id.replace(".", ".a", 1),
        "no signature": f"<c{number}@{domain}>",
    }


@ON_SQLITE
def test_no_forged_id_and_no_title_leads_to_a_complaint(office, platform):
    reference, message_id = _acknowledged(office)
    said = len(office.view(reference).communications)

    for n, (name, forged) in enumerate(_forgeries(message_id).items()):
        raw = _answer(forged, Subject=f"Re: {reference}", Message_ID=f"<{n}@example.org>")
        end = receive(platform, raw)

        assert (end.reference, end.state) == (None, MailState.QUARANTINED), name
        assert end.reason
    assert len(office.view(reference).communications) == said


@ON_SQLITE
def test_ids_hold_while_keys_change_and_end_with_their_key(office, platform):
    _, message_id = _acknowledged(office)

    platform.keyring.renew()
    while_kept = thread.case_of(platform, message_id=message_id)
    platform.keyring.forget_old()

    assert while_kept is not None
    assert thread.case_of(platform, message_id=message_id) is None


@ON_SQLITE
def test_an_id_of_another_installation_is_none_of_ours(office, platform, tmp_path):
    from engine.keyring import Keyring  # noqa: PLC0415 - of another installation

    _, message_id = _acknowledged(office)
    platform.database.keyring = Keyring(tmp_path / "others.json")

    assert thread.case_of(platform, message_id=message_id) is None


@ON_SQLITE
def test_a_forged_id_would_be_found_out_if_signatures_were_not_asked(office, platform, monkeypatch):
    """Plant the bug: every signature is good."""
    reference, message_id = _acknowledged(office)
    monkeypatch.setattr(thread, "_is_signed", lambda *_: True)
    forged = _forgeries(message_id)["other signature"]

    assert receive(platform, _answer(forged)).reference == reference


@ON_SQLITE
def test_answers_to_a_tagged_address_find_their_complaint(office, platform):
    mail = platform.policy.mail.model_copy(update={"plus_addresses": True})
    tagged = replace(platform, policy=platform.policy.model_copy(update={"mail": mail}))
    reference, message_id = _acknowledged(office)
    case_id = office.view(reference).case.id
    waits = type("Mail", (), {"case_id": case_id, "message_id": message_id})

    to = thread.of_mail(tagged, mail=waits).reply_to
    end = receive(tagged, written(To=to, Message_ID="<a@example.org>"))
    forged = receive(
        tagged, written(To=to.replace(f"+c{case_id}", "+c99"), Message_ID="<b@example.org>")
    )

    assert end.reference == reference
    assert (forged.reference, forged.state) == (None, MailState.QUARANTINED)


MACHINES = {
    "absence": {"Auto_Submitted": "auto-replied"},
    "list": {"List_Id": "<l.example.org>"},
    "ours": {"From": "complaints@northwind.example"},
    "unknown answer": {"Subject": "Re: your letter"},
    "nobody": {"From": ""},
}


@pytest.mark.parametrize("headers", MACHINES.values(), ids=MACHINES)
@ON_SQLITE
def test_what_no_person_writes_anew_waits_for_somebody_and_is_not_answered(
    office, platform, headers
):
    end = receive(platform, written(**headers))

    assert (end.state, end.reference) == (MailState.QUARANTINED, None)
    assert end.reason
    assert rows(platform.database, "SELECT count(*) FROM outbox") == [(0,)]


@ON_SQLITE
def test_two_machines_that_answer_each_other_exchange_one_mail(office, platform):
    first = receive(platform, written())
    sent = _sent(office, first.reference)
    for n in range(20):
        receive(
            platform, _answer(sent, Message_ID=f"<{n}@example.org>", Auto_Submitted="auto-replied")
        )
        receive(platform, _answer(sent, Message_ID=f"<p{n}@example.org>"))

    assert rows(platform.database, "SELECT count(*) FROM outbox") == [(1,)]


@ON_SQLITE
def test_one_address_gets_three_receipts_and_opens_ten_complaints_a_day(office, platform, clock):
    def send(n):
        return receive(platform, written(f"Bill {n}", Message_ID=f"<{n}@example.org>"))

    states = [send(n).state for n in range(12)]
    clock.advance(hours=25)

    assert states == [*["answered"] * 3, *["filed"] * 7, *["quarantined"] * 2]
    assert send(99).state == "answered"


@pytest.mark.iso("7.4")
def test_a_letter_that_came_back_is_known_once_and_can_be_sent_again(office, platform, staff):
    from engine.services.upkeep import incidents  # noqa: PLC0415 - only here

    reference, message_id = _acknowledged(office)

    first = receive(platform, report(message_id))
    again = receive(platform, report(message_id, said="550 Still no such user"))

    assert (first.reference, first.state, first.kind) == (reference, "filed", "bounce")
    assert again.reference == reference
    ((at,),) = rows(platform.database, "SELECT count(bounced_at) FROM outbox")
    case_id = office.view(reference).case.id
    with platform.database.read() as tx:
        (bounce,) = tx.outbox.bounces_of(case_id)
        told = [
            each.facts()["reason"]
            for each in tx.journal.of(case_id)
            if each.type == "letter.bounced"
        ]
    assert (at, bounce.why) == (1, "5.1.1 550 No such user")
    assert told == ["5.1.1 550 No such user"]
    (incident,) = incidents.page(platform, actor=staff["mara"])
    assert incidents.retry(platform, actor=staff["mara"], incident_id=incident.id, reason="New")
    assert rows(platform.database, "SELECT count(*) FROM outbox WHERE next_try_at IS NOT NULL") == [
        (1,)
    ]


@ON_SQLITE
def test_a_letter_that_is_late_or_was_forged_did_not_come_back(office, platform):
    reference, message_id = _acknowledged(office)
    forged = _forgeries(message_id)["other signature"]

    late = receive(platform, report(message_id, action="delayed"))
    false = receive(platform, report(forged))

    assert (late.reference, false.reference) == (reference, None)
    assert rows(platform.database, "SELECT count(bounced_at) FROM outbox") == [(0,)]


@ON_SQLITE
def test_a_mail_to_an_erased_complaint_waits_for_somebody(office, platform):
    from tests.integration.people import closed, erase  # noqa: PLC0415 - only here

    reference = closed(office)
    case_id = office.view(reference).case.id
    message_id = thread.new_id(platform, case_id=case_id)
    erase(office, reference)

    end = receive(platform, _answer(message_id))

    assert (end.state, end.reference) == (MailState.QUARANTINED, None)
    assert "erased" in end.reason


def _corpus(every):
    folder = Path(__file__).parents[3] / "shared" / "realdata" / "email"
    if not folder.is_dir():
        pytest.skip("The mails that others wrote are not at hand.")
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.read_bytes() for path in found if path.suffix != ".md"][::every]


def _lost(platform, mails):
    """Return what became of no mail: each is filed, answered, or waits with a reason."""
    ends = [(raw, receive(platform, raw)) for raw in mails]
    return [
        raw[:200]
        for raw, end in ends
        if not (end.reference or (end.state is MailState.QUARANTINED and end.reason))
    ]


@pytest.mark.realdata
@ON_SQLITE
def test_no_mail_that_others_wrote_is_lost(office, platform):
    assert _lost(platform, _corpus(every=18)) == []


@pytest.mark.fuzz
@pytest.mark.realdata
def test_not_one_of_all_mails_that_others_wrote_is_lost(office, platform):
    mails = _corpus(every=1)

    assert _lost(platform, mails) == []
    print(rows(platform.database, "SELECT state, kind, count(*) FROM incoming_mail GROUP BY 1, 2"))  # noqa: T201


@ON_SQLITE
def test_a_mail_that_came_twice_would_be_found_out(office, platform, monkeypatch):
    """Plant the bug: what two deliveries have in common is forgotten."""
    from engine.store.mails import Mails  # noqa: PLC0415 - what is broken here

    numbers = iter(range(9))
    monkeypatch.setattr(Mails, "key_of", lambda *_: str(next(numbers)))

    ends = [receive(platform, written()) for _ in range(2)]

    assert all(end.is_new for end in ends)
