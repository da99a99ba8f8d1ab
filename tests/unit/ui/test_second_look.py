"""Discarded mails that chance drew, on the page of mails."""

import pytest

from engine.domain.incoming import MailState
from engine.services.mail import mailbox, receiving, second_looking
from tests.integration.mail_ways import written
from tests.unit.ui.office import HOSTILE, markup, texts


def _page():
    from ui.pages import incoming  # noqa: PLC0415 - this function runs as a script

    incoming.show()


@pytest.fixture
def drawn(office, clock):
    """A mail that Mara discarded a week ago, and that was drawn."""
    raw = written(HOSTILE, Subject="My bill", Auto_Submitted="auto-generated")
    number = receiving.receive_mail(office.platform, raw=raw).number
    known = {"actor": office.people["mara"], "number": number, "reason": "An advertisement."}
    mailbox.discard(office.platform, **known)
    clock.advance(days=8)
    second_looking.draw_mails(office.platform)
    return number


def _discarded(office, person):
    test = office.sits(person, _page)
    test.segmented_control(key="mail:state").set_value(False)
    return test.run()


def test_somebody_else_is_shown_what_was_drawn_and_judges_it(office, tom, drawn):
    assert "1 discarded mail to be judged again" in texts(office.sits(tom, _page))
    test = _discarded(office, tom)
    assert "Was it a complaint?" in texts(test)
    assert "](http" not in markup(test)

    test.button(key=f"second:yes:{drawn}").click().run()

    assert not test.exception
    assert mailbox.counts(office.platform, actor=tom)[MailState.QUARANTINED] == 1
    assert "1 judged: 1 complaint that nobody had recorded (100%, n = 1)" in texts(
        _discarded(office, tom)
    )


def test_whoever_discarded_it_is_not_asked(office, mara, drawn):
    test = _discarded(office, mara)

    assert not test.exception
    assert "Was it a complaint?" not in texts(test)
