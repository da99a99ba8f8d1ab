"""Files that are made to use up time or memory: refused by name, or run, in little of either."""

import json
import os
import resource
import time
import warnings

import psutil
import pytest

from engine.errors import RedressError
from engine.process import xml
from engine.process.bundle import build_bundle
from engine.process.core import LiveCase
from tests.unit.process.drawing import (
    NOW,
    document,
    flows,
    line,
    node,
    process,
    script,
    several,
    table,
    timetable,
)

SECONDS = 2.0
MEGABYTES = 50
_PATIENCE = 10
"""Seconds of work after which a child that does not come to an end is ended."""


def _row(count, *, kind="script"):
    """As many nodes in a row."""
    names = [f"n{number}" for number in range(count)]
    parts = [script(name, "x = 1") if kind == "script" else node(kind, name) for name in names]
    return document(
        process("p", node("start", "s"), *parts, node("end", "e"), line("s", *names, "e"))
    )


def _diamonds(count, kind):
    """Two ways, again and again: 2 to the power of ``count`` ways through all of them."""
    parts, ways, before = [], [], "s"
    for n in range(count):
        default = {} if kind == "and" else {"default": f"f{n}"}
        parts += [node(kind, f"o{n}", **default), node(kind, f"j{n}")]
        parts += [script(f"a{n}", "x = 1"), script(f"b{n}", "y = 1")]
        asked = "" if kind == "and" else " if z > 1"
        named = "" if kind == "and" else f" as f{n}"
        ways += [f"{before} -> o{n}", f"o{n} -> a{n}{asked}", f"o{n} -> b{n}{named}"]
        ways += [f"a{n} -> j{n}", f"b{n} -> j{n}"]
        before = f"j{n}"
    ways.append(f"{before} -> e")
    body = (node("start", "s"), *parts, node("end", "e"), flows("\n".join(ways)))
    return document(process("p", *body))


def _calls_itself():
    called = node("call", "c", calledElement="p")
    return document(process("p", node("start", "s"), called, line("s", "c")))


def _circle():
    parts = (node("start", "s"), node("xor", "top"), script("on", "n = 1"))
    return document(process("p", *parts, line("s", "top", "on", "top")))


def _repeated(count):
    body = several(count)
    return document(process("p", node("start", "s"), node("user", "u", body), line("s", "u")))


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
DIAGRAMS = {
    "an external entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "a bomb of entities": f'<!DOCTYPE d [<!ENTITY e0 "ha">{ENTITIES}]><d>&e9;</d>'.encode(),
    "one long entity": (
        b'<!DOCTYPE d [<!ENTITY x "' + b"x" * 50_000 + b'">]><d>' + b"&x;" * 20_000 + b"</d>"
    ),
    "a document type from elsewhere": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>',
    "depth": b"<d>" * 100_000 + b"</d>" * 100_000,
    "a hundred thousand nodes": document(process("p", "<bpmn:task/>" * 80_000)),
    "nodes with names": _row(3_000),
    "a thousand in a row": _row(1_000),
    "a repetition of ten million": _repeated("10000000"),
    "a repetition of 10**7": _repeated("10**7"),
    "a process that calls itself": _calls_itself(),
    "an endless circle": _circle(),
    "a huge condition": document(
        process(
            "p", node("start", "s"), node("xor", "g", default="f"), node("end", "e"),
            flows(f"s -> g\ng -> e if {'1+' * 100_000}1\ng -> e as f"),
        )
    ),
    "a hundred thousand attributes": (
        b"<d " + b" ".join(b'a%d=""' % n for n in range(90_000)) + b"/>"
    ),
}  # fmt: skip
RUN = {
    "a diamond after the other, one way each": _diamonds(18, "xor"),
    "a diamond after the other, both ways": _diamonds(18, "and"),
    "a diamond after the other, some ways": _diamonds(18, "or"),
    "four hundred in a row": _row(400),
}
TABLES = {
    "a hundred thousand rules": table(
        "t", "FIRST", {"x": "number"}, {"y": ""}, [(["1"], ["1"])] * 8_000
    ),
    "a deep cell": table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["(" * 50_000], ["1"])]),
    "a long cell": table("t", "FIRST", {"x": "number"}, {"y": ""}, [(["1," * 9_999 + "1"], ["1"])]),
}  # fmt: skip


def _measured(act):
    """Do something in a child; return what it told, its seconds, and its megabytes on top."""
    receive, send = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the parent: none is needed
        child = os.fork()
    if child == 0:
        os.close(receive)
        resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE))
        told = "it died"
        try:
            before, begin = psutil.Process().memory_info().rss, time.process_time()
            told = act()
            seconds = time.process_time() - begin
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            os.write(send, json.dumps([told, seconds, (most - before) / 2**20]).encode())
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return json.loads(found) if found else ("it died", SECONDS, MEGABYTES)


def _published(diagrams, tables=()):
    """Return how publishing ends: the first finding, or that it went well."""
    try:
        build_bundle(diagrams, tables)
    except RedressError as refusal:
        return str(refusal)[:300]
    return "published"


@pytest.mark.parametrize("bomb", DIAGRAMS)
def test_a_bomb_is_refused_by_name_soon_and_small(bomb):
    told, seconds, megabytes = _measured(lambda: _published([DIAGRAMS[bomb]]))

    assert told not in {"published", "it died"}
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("bomb", TABLES)
def test_a_monstrous_table_is_read_or_refused_soon_and_small(bomb):
    told, seconds, megabytes = _measured(lambda: _published([], [TABLES[bomb]]))

    assert told != "it died"
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("diagram", RUN)
def test_what_only_looks_like_a_bomb_is_run_soon_and_small(diagram):
    def run():
        bundle = build_bundle([RUN[diagram]])
        case = LiveCase.start(bundle, {"z": 0}, now=NOW, timetable=timetable)
        return "complete" if case.progress().is_complete else "waits"

    told, seconds, megabytes = _measured(run)

    assert told == "complete"
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


def test_the_measure_notices_what_takes_long_or_much(monkeypatch):
    """Plant the bug: no limit on the size of a file."""
    monkeypatch.setattr(xml, "MOST_BYTES", 10**9)
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 10**9)
    bomb = document(process("p", "<bpmn:task/>" * 300_000))

    _, seconds, megabytes = _measured(lambda: _published([bomb]))

    assert seconds > SECONDS or megabytes > MEGABYTES
