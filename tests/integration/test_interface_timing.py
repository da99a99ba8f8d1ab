"""Time limits through the programming interface: told with their reasons, extended, begun."""

import pytest

from engine.domain.actor import Role
from tests.integration.caller import Interface
from tests.integration.operator_ways import owned

LODGE = "/complaints"


@pytest.fixture
def database_url(sqlite_url):
    """On one kind of database: the interface knows services only."""
    return sqlite_url


@pytest.fixture
def interface(office):
    """The interface of an office; the callers by key have accounts as well."""
    opened = Interface(office.platform)
    opened.hire(holder.actor for holder in opened.keys.holders.values())
    return opened


def test_a_time_limit_is_explained_extended_and_begun_by_an_occasion(interface, office):
    reference = owned(office, office.platform)
    path = f"/complaints/{reference}"
    longer = {"ground": "expert_report", "reason": "The laboratory needs until then."}

    asked = interface.ask(
        "POST", f"{path}/clocks/final_response/extension-requests", by=Role.HANDLER, json=longer
    )
    extended = interface.ask(
        "POST", f"{path}/extension-requests/1/grant", by=Role.TEAM_LEADER, json={}
    )
    (request,) = interface.ask("GET", f"{path}/extension-requests", by=Role.AUDITOR).json()["items"]
    noted = interface.ask(
        "POST", f"{path}/occasions", by=Role.HANDLER, json={"occasion": "stage_two_requested"}
    )
    told = interface.ask("GET", path, by=Role.AUDITOR).json()

    assert [each.status_code for each in (asked, extended, noted)] == [204, 204, 204]
    assert (request["state"], request["reason"]) == ("granted", longer["reason"])
    assert told["regime_titles"] == ["Housing Ombudsman Code"]
    reason = told["reasons"]["final_response"]
    assert [passage["total"] for passage in reason["passages"]] == [10, 10]
    assert {c["code"] for c in told["clocks"]} >= {"stage_two_acknowledgement"}


def test_a_complaint_is_lodged_under_a_regime_and_an_unknown_one_is_refused(interface):
    new = {"summary": "Charged twice", "complainant_name": "Jane"}

    good = interface.ask("POST", LODGE, by=Role.INTAKE, json=new | {"regimes": ["nhs"]})
    bad = interface.ask("POST", LODGE, by=Role.INTAKE, json=new | {"regimes": ["nowhere"]})

    assert (good.status_code, bad.status_code) == (201, 422)
    assert "is none of" in bad.text
