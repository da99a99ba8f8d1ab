"""Letters on paper until they are posted, and mails that did not arrive until somebody acts."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.deadline import ClockState
from engine.domain.letter import LetterKind
from engine.domain.parties import stated
from engine.domain.posting import PostingState
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, RedressError
from engine.services.people import authorities, parties
from engine.services.post import letters, post_chasing, postings, printing
from engine.services.privacy import subject_access
from engine.services.running import monitoring, operations
from engine.store.postings import Postings
from tests.integration.agreement import contradictions, misplaced_letters
from tests.integration.authority_ways import SEEN, SIGNED, WHY
from tests.integration.letter_ways import STANDS
from tests.integration.office import execute, rows
from tests.integration.people import DORA
from tests.integration.posting_ways import (
    ADDRESS,
    ANSWERS,
    clock_of,
    come_back,
    give,
    newest,
    on_paper,
    one,
    told,
)
from tests.integration.reach_ways import hire, make_team

UNA = Actor(username="una", name="Una", roles=frozenset({Role.HANDLER}))
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.iso("7.4")
def test_a_letter_to_somebody_without_e_mail_waits_until_it_is_posted(office):
    reference, number = on_paper(office)
    ((waiting,), total) = postings.page(office.platform, actor=office.staff["hanna"])
    assert (waiting.reference, waiting.posting.number, total) == (reference, number, 1)
    assert (waiting.name, waiting.address, waiting.kind) == (
        "Jane Canary",
        ADDRESS,
        "acknowledgement",
    )

    give(office, "mark_posted", reference, number)

    posted = one(office, reference)
    assert (posted.state, posted.posted_on) == (PostingState.POSTED, date(2026, 1, 5))
    assert (posted.settled_by, posted.tracking) == ("hanna", "RR 12 GB")
    assert postings.counts(office.platform, actor=office.staff["hanna"]) == (0, 0)
    assert "Letter posted on 2026-01-05: acknowledgement" in told(office, reference)
    assert contradictions(office.platform, reference) == []
    with pytest.raises(ConflictError, match="posted already"):
        give(office, "mark_posted", reference, number)


@pytest.mark.iso("7.4")
def test_a_promise_is_kept_on_the_day_on_which_the_letter_is_posted(office, clock):
    reference, number = on_paper(office)
    assert clock_of(office, reference).state is ClockState.RUNNING
    clock.advance(days=2)
    now = clock.now

    give(office, "mark_posted", reference, number, posted_on="2026-01-07")

    assert clock_of(office, reference).met_at == now
    mailed = office.reach("acknowledge")
    office.do(mailed, "acknowledge")
    assert clock_of(office, mailed).met_at == now


@ON_SQLITE
def test_a_letter_posted_too_late_is_late_whoever_wrote_it_in_time(office, clock):
    reference, number = on_paper(office)
    clock.advance(days=30)
    monitoring.sweep(office.platform)
    assert clock_of(office, reference).breached_at is not None

    give(office, "mark_posted", reference, number, posted_on="2026-02-03")

    assert clock_of(office, reference).is_late


@ON_SQLITE
def test_of_an_earlier_day_the_end_of_its_hours_counts(office, clock):
    reference, number = on_paper(office)
    clock.advance(days=2)

    give(office, "mark_posted", reference, number, posted_on="2026-01-06")

    assert clock_of(office, reference).met_at == office.platform.calendar.close_of(date(2026, 1, 6))


@ON_SQLITE
@pytest.mark.parametrize("day", ["2026-01-04", "2026-01-06"])
def test_nothing_is_posted_before_it_was_written_or_tomorrow(office, day):
    reference, number = on_paper(office)

    with pytest.raises(InvalidInputError, match="Posted on"):
        give(office, "mark_posted", reference, number, posted_on=day)


@pytest.mark.iso("7.8")
def test_a_case_that_closes_with_a_letter_in_hand_keeps_its_promise_when_that_is_posted(office):
    slight = {"severity": 1, "complexity": "simple", "amount": "10"}
    new = office.lodge(**_no_mail())
    reference = office.reach("resolve_frontline", reference=new, assess=slight)
    _post_all(office, reference)
    office.do(reference, "resolve_frontline")
    while office.view(reference).case.is_open:
        office.do(reference, next(iter(office.steps(reference))))
    assert clock_of(office, reference, "final_response").state is ClockState.RUNNING
    assert contradictions(office.platform, reference) == []

    _post_all(office, reference)

    final = clock_of(office, reference, "final_response")
    assert (final.state, final.is_late) == (ClockState.MET, False)
    assert contradictions(office.platform, reference) == []


def _no_mail():
    return {"email": None, "postal_address": ADDRESS}


def _post_all(office, reference):
    for each in office.view(reference).postings:
        if each.state is PostingState.WAITING:
            give(office, "mark_posted", reference, each.number)


@ON_SQLITE
def test_a_letter_that_is_sent_no_more_keeps_no_promise(office):
    reference, number = on_paper(office)
    give(office, "close_letter", reference, number)
    given_up = clock_of(office, reference)
    other, second = on_paper(office)

    give(office, "close_letter", other, second, is_delivered=True)

    assert given_up.state is ClockState.RUNNING
    assert clock_of(office, other).state is ClockState.MET
    assert one(office, reference).reason == ANSWERS["close_letter"]["reason"]


@ON_SQLITE
def test_news_on_paper_count_when_they_are_posted(office):
    reference, _number = on_paper(office)
    letters.send(office.platform, actor=office.staff["hanna"], reference=reference, **STANDS)

    waiting = [each.occasions for each in office.view(reference).postings]

    assert waiting == [("acknowledged",), ("updated",)]
    assert STANDS["kind"] is LetterKind.HOLDING


@pytest.mark.iso("7.8")
def test_letters_are_printed_as_one_file_in_their_order(office):
    chosen = [on_paper(office, summary=said) for said in ("First", "Second", "Third")]

    found = printing.letters_pdf(
        office.platform, actor=office.staff["hanna"], letters=list(reversed(chosen))
    )

    assert found.content.startswith(b"%PDF-")
    assert found.name == "letters-2026-01-05.pdf"
    places = [found.content.find(ref.encode()) for ref, _ in reversed(chosen)]
    assert -1 not in places
    assert places == sorted(places)


@ON_SQLITE
def test_what_does_not_wait_or_has_no_address_is_not_printed(office):
    posted, number = on_paper(office)
    give(office, "mark_posted", posted, number)
    nowhere, second = on_paper(office, postal_address="")
    hanna = office.staff["hanna"]

    with pytest.raises(ConflictError, match="does not wait to be posted"):
        printing.letters_pdf(office.platform, actor=hanna, letters=[(posted, number)])
    with pytest.raises(InvalidInputError, match="no address"):
        printing.letters_pdf(office.platform, actor=hanna, letters=[(nowhere, second)])
    with pytest.raises(InvalidInputError, match="from 1 to 100"):
        printing.letters_pdf(office.platform, actor=hanna, letters=[])
    give(office, "post_instead", nowhere, second)
    assert printing.letters_pdf(office.platform, actor=hanna, letters=[(nowhere, second)]).content


@ON_SQLITE
def test_a_letter_of_a_case_that_rests_can_be_posted(office):
    reference, number = on_paper(office)
    known = {"actor": office.staff["mara"], "reference": reference, "reason": "The court decides."}
    operations.suspend(office.platform, **known)

    give(office, "mark_posted", reference, number)

    assert one(office, reference).state is PostingState.POSTED


@ON_SQLITE
def test_only_letters_within_reach_are_seen_and_posted(office):
    reference, number = on_paper(office)
    make_team(office.platform, "billing")
    moved = "UPDATE complaint_case SET team = 'billing', circle = 'billing'"
    execute(office.platform.database, moved)
    mara = office.staff["mara"]
    hire(office.platform, UNA)
    office.staff = {**office.staff, "una": UNA}

    assert postings.page(office.platform, actor=UNA) == ((), 0)
    assert postings.page(office.platform, actor=mara)[1] == 1
    with pytest.raises(NotAllowedError):
        give(office, "mark_posted", reference, number, by="una")
    with pytest.raises(NotAllowedError):
        printing.letters_pdf(office.platform, actor=UNA, letters=[(reference, number)])
    with pytest.raises(NotAllowedError):
        postings.page(office.platform, actor=office.staff["ada"])


@ON_SQLITE
def test_whoever_asks_what_is_held_on_them_reads_how_their_letters_left(office):
    reference, number = on_paper(office)
    give(office, "mark_posted", reference, number)
    hire(office.platform, DORA)

    with office.platform.database.read() as tx:
        bundle, _ = subject_access.gathered(office.platform, tx, tx.cases.get(reference))

    (letter,) = bundle["complaints"][0]["letters_by_hand"]
    assert (letter["state"], letter["tracking"]) == ("posted", "RR 12 GB")
    assert "settled_by" not in letter


STEPS = st.lists(st.sampled_from([*ANSWERS, "bounce", "send", "chase", "wait"]), max_size=8)


@ON_SQLITE
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, is_paper=st.booleans())
def test_whatever_happens_a_letter_is_in_exactly_one_place(office, clock, steps, is_paper):
    reference = office.lodge(**(_no_mail() if is_paper else {}))
    office.do(reference, "register")
    office.do(reference, "acknowledge")
    number = newest(office)
    for step in steps:
        _happen(office, clock, step, reference, number)

        assert misplaced_letters(office.platform) == []


def _happen(office, clock, step, reference, number):
    """Let something happen to a letter; what cannot happen to it is refused."""
    store, now = office.platform.database, office.platform.now()
    is_queued = (
        "SELECT id, message_id FROM outbox WHERE communication_id = :of AND next_try_at > ''"
    )
    queued = rows(store, is_queued, of=number)
    if step in ANSWERS:
        day = office.platform.calendar.day_of(now)
        answers = {"posted_on": day} if step == "mark_posted" else {}
        try:
            give(office, step, reference, number, **answers)
        except RedressError:
            return
    elif step == "bounce" and queued:
        come_back(office, reference, number)
    elif step == "send" and queued:
        store.write(lambda tx: tx.outbox.sent(queued[0][0], now))
    elif step == "chase":
        post_chasing.chase_letters(office.platform, actor=SYSTEM)
    elif step == "wait":
        clock.advance(days=1)


@ON_SQLITE
def test_a_letter_that_nobody_would_ever_post_is_noticed(office, monkeypatch):
    """Plant the bug: a letter on paper is kept, and nobody is told of it."""
    monkeypatch.setattr(Postings, "add_last", lambda *_, **__: None)
    reference, number = on_paper(office)

    assert misplaced_letters(office.platform) == [number]
    assert "outbox" in contradictions(office.platform, reference)


@ON_SQLITE
@pytest.mark.iso("4.10")
def test_a_letter_to_a_representative_whose_authority_was_taken_back_is_not_printed(office):
    reference = office.lodge(
        representative_name="Ruth Canary", email=None, postal_address=f"Ruth Canary\n{ADDRESS}"
    )
    case = {"platform": office.platform, "actor": office.staff["hanna"], "reference": reference}
    authorities.record_authority(**case, answers=SIGNED)
    authorities.check_authority(**case, number=1, answers=SEEN)
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")
    decision, hanna = newest(office), office.staff["hanna"]
    in_force = _withheld(office)

    authorities.withdraw_authority(**case, number=1, answers=WHY)

    taken_back = _withheld(office)
    assert set(in_force.values()) == {""}
    assert taken_back.pop(decision).startswith("Write to the complainant alone")
    assert set(taken_back.values()) == {""}, "An acknowledgement waits for no authority."
    with pytest.raises(InvalidInputError, match="goes to a representative"):
        printing.letters_pdf(office.platform, actor=hanna, letters=[(reference, decision)])
    for receipt in taken_back:
        assert printing.letters_pdf(office.platform, actor=hanna, letters=[(reference, receipt)])
    give(office, "mark_posted", reference, decision)
    assert decision not in _withheld(office)


@ON_SQLITE
def test_what_was_not_printed_is_printed_once_it_goes_to_the_complainant(office):
    reference, _receipt = on_paper(office)
    letters.send(office.platform, actor=office.staff["hanna"], reference=reference, **STANDS)
    number = newest(office)
    known = stated(office.view(reference).case.complaint) | {"reason": "She told us so."}
    case = {"platform": office.platform, "actor": office.staff["hanna"], "reference": reference}
    hers = {"representative_name": "Ruth Canary", "postal_address": f"Ruth Canary\n{ADDRESS}"}
    parties.restate_parties(**case, answers=known | hers)
    assert _withheld(office)[number].startswith("Ask for an authority")

    give(office, "post_instead", reference, number, postal_address=ADDRESS)

    assert _withheld(office)[number] == ""
    chosen = [(reference, number)]
    assert printing.letters_pdf(
        office.platform, actor=office.staff["hanna"], letters=chosen
    ).content


def _withheld(office):
    found, _ = postings.page(office.platform, actor=office.staff["hanna"])
    return {each.posting.number: each.withheld for each in found}
