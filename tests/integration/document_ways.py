"""How the commands about documents are given, asked, and set against each other."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.domain.actor import SYSTEM
from engine.domain.document import Description, NewDocument, Origin, Purpose
from engine.services.documents import document_reading, document_upkeep, documents
from engine.services.documents.arrival import arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.bootstrap import Platform
    from engine.domain.actor import Actor
    from tests.integration.asking import Ask
    from tests.integration.commands import Act, Desk
    from tests.integration.office import Office

WHY = {"reason": "It was mixed up."}
TEXT = b"The bill says 512, and the meter 471."
HELD = b"%PDF-1.7\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >>\nendobj\n%%EOF\n"
"""A PDF that holds a program."""
ABOUT = Description(Purpose.OTHER, Origin.THIRD_PARTY, "From the neighbour.")


def add(
    platform: Platform,
    actor: Actor,
    reference: str,
    content: bytes = TEXT,
    name: str = "bill.txt",
    **about: Any,
) -> int:
    """Add a document and return its number."""
    with arrived(platform.arriving, [content], largest=10**9) as arrival:
        return documents.add(
            platform,
            actor=actor,
            reference=reference,
            arrival=arrival,
            about=NewDocument(name, **about),
        )


def add_version(
    platform: Platform,
    actor: Actor,
    reference: str,
    number: int = 1,
    content: bytes = b"once more",
    name: str = "bill (2).txt",
) -> None:
    """Add a version of a document."""
    known = {"actor": actor, "reference": reference, "number": number, "name": name}
    with arrived(platform.arriving, [content], largest=10**9) as arrival:
        documents.add_version(platform, arrival=arrival, **known)


def add_redacted(
    platform: Platform,
    actor: Actor,
    reference: str,
    number: int = 1,
    content: bytes = b"The bill says xxx.",
    name: str = "blackened.txt",
) -> None:
    """Add a redacted copy of a document."""
    known = {"actor": actor, "reference": reference, "number": number, "name": name}
    with arrived(platform.arriving, [content], largest=10**9) as arrival:
        documents.add_redacted(platform, arrival=arrival, **known)


def read(platform: Platform, actor: Actor, reference: str, number: int = 1, **which: Any) -> bytes:
    """Read a file."""
    known = {"actor": actor, "reference": reference, "number": number}
    return b"".join(document_reading.open_file(platform, **known, **which).content)


def leave_stray(platform: Platform, name: str = "0" * 32) -> None:
    """Store a file of which no row speaks, two days ago."""
    with arrived(platform.arriving, [b"nobody's"], largest=100) as arrival:
        platform.depot.keep(name, arrival.path)
    old = time.time() - 2 * 86_400
    os.utime(platform.home / "files" / "kept" / name[:2] / name, (old, old))


def _with(desk: Desk, content: bytes = TEXT) -> tuple[Actor, str]:
    """Return who works on a complaint that has one document."""
    hanna, reference = desk.office.staff["hanna"], desk.office.lodge()
    add(desk.office.platform, hanna, reference, content)
    return hanna, reference


def give_add(desk: Desk) -> Act:
    hanna, reference = desk.office.staff["hanna"], desk.office.lodge()
    return lambda p: add(p, hanna, reference)


def give_version(desk: Desk) -> Act:
    hanna, reference = _with(desk)
    return lambda p: add_version(p, hanna, reference)


def give_redacted(desk: Desk) -> Act:
    hanna, reference = _with(desk)
    return lambda p: add_redacted(p, hanna, reference)


def give_description(desk: Desk) -> Act:
    hanna, reference = _with(desk)
    known = {"actor": hanna, "reference": reference, "number": 1, "about": ABOUT}
    return lambda p: documents.describe(p, **known)


def give_withdrawal(desk: Desk) -> Act:
    hanna, reference = _with(desk)
    known = {"actor": hanna, "reference": reference, "number": 1}
    return lambda p: documents.withdraw(p, **known, **WHY)


def give_release(desk: Desk) -> Act:
    _, reference = _with(desk, HELD)
    known = {"actor": desk.office.staff["tom"], "reference": reference, "number": 1}
    return lambda p: documents.release(p, version=1, is_redacted=False, **known, **WHY)


def give_reading(desk: Desk) -> Act:
    hanna, reference = _with(desk)
    return lambda p: read(p, hanna, reference)


def give_look(desk: Desk) -> Act:
    _, reference = _with(desk)
    known = {"actor": desk.office.staff["tom"], "reference": reference}
    return lambda p: document_reading.of_case(p, **known)


def give_tidying(desk: Desk) -> Act:
    leave_stray(desk.office.platform)
    return lambda p: document_upkeep.tidy(p, actor=SYSTEM)


ALL: Mapping[str, Callable[[Desk], Act]] = {
    "document_reading.of_case": give_look,
    "document_reading.open_file": give_reading,
    "document_upkeep.tidy": give_tidying,
    "documents.add": give_add,
    "documents.add_redacted": give_redacted,
    "documents.add_version": give_version,
    "documents.describe": give_description,
    "documents.release": give_release,
    "documents.withdraw": give_withdrawal,
}


def _ask_add(asked: Any) -> object:
    with arrived(asked.platform.arriving, [], largest=9) as arrival:
        about = NewDocument("x")
        return documents.add(asked.platform, arrival=arrival, about=about, **asked.of_case)


def _ask_version(asked: Any, which: Any) -> object:
    with arrived(asked.platform.arriving, [], largest=9) as arrival:
        return which(asked.platform, arrival=arrival, number=1, name="x", **asked.of_case)


ASKS: Mapping[str, Ask] = {
    "document_reading.of_case": lambda a: document_reading.of_case(a.platform, **a.of_case),
    "document_reading.open_file": lambda a: document_reading.open_file(
        a.platform, number=1, **a.of_case
    ),
    "document_upkeep.compare": lambda a: document_upkeep.compare(a.platform, actor=a.actor),
    "document_upkeep.tidy": lambda a: document_upkeep.tidy(a.platform, actor=a.actor),
    "documents.add": _ask_add,
    "documents.add_redacted": lambda a: _ask_version(a, documents.add_redacted),
    "documents.add_version": lambda a: _ask_version(a, documents.add_version),
    "documents.check_room": lambda a: documents.check_room(a.platform, **a.of_case),
    "documents.describe": lambda a: documents.describe(
        a.platform, number=1, about=ABOUT, **a.of_case
    ),
    "documents.release": lambda a: documents.release(
        a.platform, number=1, version=1, is_redacted=False, **WHY, **a.of_case
    ),
    "documents.withdraw": lambda a: documents.withdraw(a.platform, number=1, **WHY, **a.of_case),
}


def _rival(office: Office, who: str, reference: str) -> dict[str, Any]:
    """Return who gives a command about the first document of a case, which is made where needed."""
    known = {"actor": office.staff[who], "reference": reference}
    if not document_reading.of_case(office.platform, **known).documents:
        add(office.platform, office.staff["hanna"], reference, HELD)
    return known | {"number": 1}


def _unseen(office: Office, reference: str, act: Any, **given: Any) -> Callable[[], object]:
    known = _rival(office, "hanna", reference)
    return partial(act, office.platform, known["actor"], reference, **given)


RIVALS: Mapping[str, Callable[[Office, str], Callable[[], object]]] = {
    "document_reading.of_case": lambda o, r: partial(
        document_reading.of_case, o.platform, actor=o.staff["tom"], reference=r
    ),
    "document_reading.open_file": lambda o, r: partial(
        document_reading.open_file, o.platform, **_rival(o, "hanna", r)
    ),
    "documents.add": lambda o, r: partial(add, o.platform, o.staff["hanna"], r),
    "documents.add_redacted": lambda o, r: _unseen(o, r, add_redacted),
    "documents.add_version": lambda o, r: _unseen(o, r, add_version),
    "documents.describe": lambda o, r: partial(
        documents.describe, o.platform, about=ABOUT, **_rival(o, "hanna", r)
    ),
    "documents.release": lambda o, r: partial(
        documents.release, o.platform, version=1, is_redacted=False, **WHY, **_rival(o, "tom", r)
    ),
    "documents.withdraw": lambda o, r: partial(
        documents.withdraw, o.platform, **WHY, **_rival(o, "hanna", r)
    ),
}
