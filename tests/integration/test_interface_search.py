"""Whatever is sent to the programming interface, it never fails, and answers as described.

Schemathesis makes requests from the description, good ones and bad ones; each is sent with the key
of some role to an office with complaints at several points of their way.
"""

import random

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.domain.actor import Role
from tests.integration.caller import PEOPLE, Interface, key_of
from tests.integration.permission_table import EXPECTED
from ui.api.operation import SERVICE

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
SHORT, LONG = 2, 150
"""Requests for each operation and each of good and bad."""
NASTY = (
    "\x00",
    "\ud800",
    "\u202e",
    "%00",
    "../",
    "' OR 1=1 --",
    "{{7*7}}",
    "\N{GRINNING FACE}" * 50,
    "-1",
    "9" * 30,
)


@pytest.fixture
def interface(office):
    opened = Interface(office.platform)
    opened.hire(holder.actor for holder in opened.keys.holders.values())
    opened.references = [
        office.reach("register"),
        office.reach("assess"),
        office.reach("approve_decision"),
        "C-2026-999999",
    ]
    tokens = [list(office.steps(reference).values()) for reference in opened.references[:-1]]
    opened.tokens = [step.token for steps in tokens for step in steps] + ["99"]
    return opened


def _operations(interface):
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", interface.guarded)
    return [found.ok() for found in schema.get_all_operations()]


def _aim(case, interface, chance):
    """Let most requests be about something that is there."""
    if chance.random() < 0.8:
        for name, known in (("reference", interface.references), ("token", interface.tokens)):
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = chance.choice(known)
    if isinstance(case.body, dict) and case.body and chance.random() < 0.3:
        name = chance.choice(sorted(case.body))
        case.body[name] = chance.choice(NASTY)


def _wrong_about(interface, case, role):
    """Send a request; return what is wrong with the answer, or nothing."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key_of(role)}"}
    try:
        answer = case.call()
    except UnicodeEncodeError:
        return ""  # half a character cannot be sent as UTF-8 by this client; bodies are tried raw
    service = case.operation.definition.raw[SERVICE]
    if answer.status_code >= 500:
        return f"{case.operation.label} failed for {role}: {answer.text} {case.as_curl_command()}"
    if service and EXPECTED[service][role] == "-" and answer.status_code < 400:
        return f"{case.operation.label} let in {role}: {case.as_curl_command()}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Failure, FailureGroup) as found:
        return f"{case.operation.label}: {found}"
    return ""


def _search(interface, operation, mode, requests):
    """Return the first thing that is wrong with an operation; empty when nothing was found."""
    chance, wrong = random.Random(7), []

    @settings(
        max_examples=requests,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), role=st.sampled_from(PEOPLE))
    def send(case, role):
        _aim(case, interface, chance)
        if said := _wrong_about(interface, case, role):
            wrong.append(said)

    try:
        send()
    except InvalidSchema as unusable:
        wrong.append(str(unusable))
    return wrong[:1]


def _found(interface, requests):
    return [
        said
        for operation in _operations(interface)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for said in _search(interface, operation, mode, requests)
    ]


def test_no_request_makes_it_fail_or_answer_otherwise_than_described(interface):
    assert _found(interface, SHORT) == []


@pytest.mark.fuzz
@pytest.mark.timeout(3_600)
def test_no_request_of_very_many_makes_it_fail(interface):
    assert _found(interface, LONG) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_operation_that_fails_is_caught(interface, monkeypatch):
    def fails(*_args, **_kwargs):
        raise KeyError("planted")

    monkeypatch.setattr("engine.services.upkeep.incidents.page", fails)
    (operation,) = [each for each in _operations(interface) if each.label.endswith("v1/incidents")]

    (said,) = _search(interface, operation, GenerationMode.POSITIVE, SHORT)
    assert "failed for" in said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_operation_that_lets_in_everybody_is_caught(interface, monkeypatch):
    monkeypatch.setitem(EXPECTED, "inbox.page", dict.fromkeys(Role, "-"))
    (operation,) = [each for each in _operations(interface) if each.label.endswith("/inbox")]

    (said,) = _search(interface, operation, GenerationMode.POSITIVE, SHORT)
    assert "let in" in said
