"""How commands on complaints that belong together are given, for the tests that give every one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.domain.kinship import LinkKind
from engine.services.investigation import issues
from engine.services.links import likeness, linking, merging, splitting

ISSUE = {"text": "Nobody called back", "category": "Conduct of staff"}
WHY = "She wrote twice."
NOWHERE = "C-2026-999999"


def linked(office: Any, reference: str, *, who: str = "hanna") -> tuple[str, int]:
    """Link a complaint to a new one; return its reference and the number of the link."""
    other = office.lodge()
    known = {"actor": office.staff[who], "reference": reference}
    kind = LinkKind.DUPLICATE_OF
    linking.link(office.platform, other=other, kind=kind, reason=WHY, **known)
    *_, last = linking.of_case(office.platform, **known)
    return other, last.number


def _link(desk: Any) -> Callable[[Any], object]:
    where, other = desk.known("hanna", desk.office.reach("assess")), desk.office.lodge()
    return lambda p: linking.link(p, other=other, kind=LinkKind.RELATED, reason=WHY, **where)


def _unlink(desk: Any) -> Callable[[Any], object]:
    where = desk.known("hanna", desk.office.reach("assess"))
    _, number = linked(desk.office, where["reference"])
    return lambda p: linking.unlink(p, number=number, reason=WHY, **where)


def into(reference: str, **said: Any) -> dict[str, Any]:
    """Return what is said when a complaint is merged into one."""
    return {"into": reference, "reason": WHY, **said}


def merged(office: Any, reference: str) -> str:
    """Merge a new complaint into one; return its reference."""
    other = office.lodge()
    known = {"actor": office.staff["tom"], "reference": other}
    merging.merge(office.platform, answers=into(reference), **known)
    return other


def _merge(desk: Any) -> Callable[[Any], object]:
    heir, where = desk.office.reach("assess"), desk.known("tom", desk.office.lodge())
    return lambda p: merging.merge(p, answers=into(heir), **where)


def _unmerge(desk: Any) -> Callable[[Any], object]:
    where = desk.known("tom", merged(desk.office, desk.office.reach("assess")))
    return lambda p: merging.unmerge(p, reason=WHY, **where)


def _split(desk: Any) -> Callable[[Any], object]:
    where = desk.known("hanna", desk.office.reach("assess"))
    issues.add(desk.office.platform, answers=ISSUE, **where)
    return lambda p: splitting.split(p, issues=[2], reason=WHY, **where)


ALL: Mapping[str, Any] = {
    "splitting.split": _split,
    "linking.link": _link,
    "linking.unlink": _unlink,
    "merging.merge": _merge,
    "merging.unmerge": _unmerge,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "splitting.split": lambda a: splitting.split(a.platform, issues=[2], reason=WHY, **a.of_case),
    "likeness.like_case": lambda a: likeness.like_case(a.platform, **a.of_case),
    "linking.link": lambda a: linking.link(
        a.platform, other=NOWHERE, kind=LinkKind.RELATED, reason=WHY, **a.of_case
    ),
    "linking.of_case": lambda a: linking.of_case(a.platform, **a.of_case),
    "linking.unlink": lambda a: linking.unlink(a.platform, number=1, reason=WHY, **a.of_case),
    "merging.merge": lambda a: merging.merge(a.platform, answers=into(NOWHERE), **a.of_case),
    "merging.of_case": lambda a: merging.of_case(a.platform, **a.of_case),
    "merging.unmerge": lambda a: merging.unmerge(a.platform, reason=WHY, **a.of_case),
}
"""How each is asked for by anybody."""


def _known(office: Any, reference: str) -> dict[str, Any]:
    return {"actor": office.staff["hanna"], "reference": reference, "reason": WHY}


def _rival_link(office: Any, reference: str) -> Callable[[], object]:
    known, other = _known(office, reference), office.lodge()
    return partial(linking.link, office.platform, other=other, kind=LinkKind.RELATED, **known)


def _rival_unlink(office: Any, reference: str) -> Callable[[], object]:
    _, number = linked(office, reference)
    return partial(linking.unlink, office.platform, number=number, **_known(office, reference))


def _rival_merge(office: Any, reference: str) -> Callable[[], object]:
    known = {"actor": office.staff["tom"], "reference": office.lodge()}
    return partial(merging.merge, office.platform, answers=into(reference), **known)


def _rival_unmerge(office: Any, reference: str) -> Callable[[], object]:
    known = {"actor": office.staff["tom"], "reference": merged(office, reference), "reason": WHY}
    return partial(merging.unmerge, office.platform, **known)


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "splitting.split": lambda office, reference: partial(
        splitting.split, office.platform, issues=[2], **_known(office, reference)
    ),
    "linking.link": _rival_link,
    "linking.unlink": _rival_unlink,
    "merging.merge": _rival_merge,
    "merging.unmerge": _rival_unmerge,
}
"""How each is given on a case that others work on."""
