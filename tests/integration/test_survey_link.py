"""The link of an invitation: it opens the survey once, and nothing else of the complaint."""

import pytest

from tests.integration.door_ways import closed
from tests.integration.office import opened
from tests.integration.survey_ways import code_in, invite
from tests.integration.test_portal import Visitor

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def visitor(office):
    return Visitor(office.platform)


@SQLITE
@pytest.mark.iso("4.11")
def test_the_link_of_a_mail_opens_the_survey_once_and_shows_the_reference_alone(
    office, visitor, clock
):
    reference = closed(office)
    clock.advance(days=8)
    invite(office.platform)
    (body,) = opened(office.platform.database, "outbox", "body")[-1:]
    link = f"/public/de/opinion/{code_in(body)}"

    page = visitor.open(link)
    unsaid = visitor.send(link)
    thanks = visitor.send(link, overall="4", unresolved="The bill.")
    again = visitor.open(link)

    assert (page.status_code, unsaid.status_code, thanks.status_code) == (200, 422, 200)
    assert reference in page.text
    assert not any(word in page.text for word in ("Jane", "Charged twice", "upheld"))
    assert "Danke, dass Sie es uns gesagt haben" in thanks.text
    assert (again.status_code, "gilt nicht mehr" in again.text) == (404, True)
    assert office.view(reference).communications[-1].body == "The bill."


@SQLITE
def test_every_link_that_leads_nowhere_gets_the_same_answer(office, visitor, clock):
    closed(office)
    clock.advance(days=8)
    invite(office.platform)
    (body,) = opened(office.platform.database, "outbox", "body")[-1:]
    good = code_in(body)
    visitor.open(f"/public/en/opinion/{good}")
    forged = visitor.client.post(f"/public/en/opinion/{good}", data={"overall": "5"})
    clock.advance(days=40)

    answers = {
        (page.status_code, page.text)
        for code in ("0" * 20, good, "short", "%3Cscript%3E")
        if (page := visitor.open(f"/public/en/opinion/{code}"))
    }

    assert forged.status_code == 422
    assert [status for status, _page in answers] == [404]
    guesses = [visitor.open("/public/en/opinion/x").status_code for _ in range(20)]
    assert guesses[-1] == 429
