"""The page of somebody's own figures: theirs alone, with who else sees them."""

from inspect import signature

from engine.services.figures import facts, own_figures
from tests.integration.test_own_figures import own
from tests.unit.ui.office import Office, texts
from ui.place import PLACES


def _page():
    from ui.pages import own  # noqa: PLC0415 - this function runs as a script

    own.show()


def _owned(office, by, **owners):
    for who, number in owners.items():
        for _ in range(number):
            own(office, office.lodge(by), who)
    facts.keep_up(office.platform)


def _value(test, label):
    return next(each.value for each in test.metric if each.label == label)


def test_each_person_reads_their_own_numbers(office: Office, hanna, ivo):
    _owned(office, hanna, hanna=3, ivo=1)

    assert _value(office.sits(hanna, _page), "Received") == "3"
    assert _value(office.sits(ivo, _page), "Received") == "1"


def test_an_address_that_asks_for_somebody_else_is_not_listened_to(office: Office, hanna, ivo):
    _owned(office, hanna, hanna=3, ivo=1)

    for query in ({"by": "handler", "of": "hanna"}, {"handler": "hanna"}, {"who": "hanna"}):
        test = office.sits(ivo, _page, **query)
        assert not test.exception
        assert _value(test, "Received") == "1"
        assert "Hanna" not in texts(test)


def test_the_team_is_told_of_or_it_is_said_why_not(office: Office, hanna):
    _owned(office, hanna, hanna=3, ivo=4)
    assert "The whole team: not told." in texts(office.sits(hanna, _page))

    _owned(office, hanna, kim=4, lea=4)

    assert "The whole team: 15" in texts(office.sits(hanna, _page))


def test_who_else_sees_it_is_said(office: Office, hanna):
    said = texts(office.sits(hanna, _page))

    assert "auditor, management representative, manager, team leader" in said
    assert "system" not in said


def test_the_navigation_offers_it_to_those_who_handle_complaints(hanna, ivo, mara, vera):
    (place,) = (place for place in PLACES if place.path == "figures")

    assert [place.is_shown_to(who) for who in (hanna, ivo, mara, vera)] == [
        True,
        True,
        False,
        False,
    ]


def test_no_service_takes_a_name():
    """Hostile: whatever a page is told, there is no way to ask for somebody else."""
    assert set(signature(own_figures.own_figures).parameters) == {"platform", "actor", "period"}
