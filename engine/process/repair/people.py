"""Every step that a person does says a role that Redress knows."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.domain.actor import Role
from engine.process import xml
from engine.process.diagram import HUMAN
from engine.process.drawing.element import bpmn, kind, set_step, step_of
from engine.process.repair.record import Job
from engine.process.vocabulary import ROLES

_GUESS: Final = Role.HANDLER
_GROUPS: Final = (
    *("candidategroups", "candidateusers", "assignee", "groups", "groupid", "actorid"),
    *("lane_owners", "laneowners", "performer", "potentialowner", "humanperformer"),
)
_MEANT: Final[tuple[tuple[Role, str], ...]] = (
    (Role.DATA_PROTECTION, r"data.?protection|privacy|datenschutz|dpo\b|foi\b"),
    (Role.SAFETY_OFFICER, r"safety|sicherheit|veiligheid"),
    (Role.FINANCE, r"financ|account(s|ing)\b|payment|buchhalt|treasury|billing|payroll"),
    (Role.QUALITY_REVIEWER, r"\bqa\b|quality|qualität|reviewer|kwaliteit"),
    (Role.AUDITOR, r"audit|revision\b"),
    (Role.INVESTIGATOR, r"investigat|inspector|ermittl|onderzoek|analyst|expert|specialist"),
    (Role.APPROVER, r"approv|genehmig|freigabe|goedkeur|minister|sign.?off|private.?office"),
    (Role.TOP_MANAGEMENT, r"\bceo\b|board|director|vorstand|geschäftsführ|executive"),
    (Role.TEAM_LEADER, r"team.?lead|supervis|teamleit|head of|vorgesetz|leidinggevende"),
    (Role.MANAGER, r"manag|leiter|\bchef\b"),
    (Role.INTAKE, r"intake|reception|front.?(office|desk)|registr|call.?cent|mail.?room|central"),
    (Role.RESPONDER, r"department|fachbereich|business.?unit|abteilung|warehouse|vendor|supplier"),
)


def give_roles(job: Job) -> None:
    """Name a role at each step that a person does, by its lane or what other tools say."""
    lanes = dict(_lanes(job))
    asked: set[str] = set()
    for node in job.sheet.nodes:
        if kind(node) not in HUMAN:
            continue
        named = [part.strip() for part in step_of(node).get("role", "").split(",") if part.strip()]
        if named and all(role in ROLES for role in named):
            continue
        lane = _lane(node, lanes)
        if not named and _slug(lane) in ROLES:
            continue
        sources = [*named, *_groups(node), *([lane] if lane else [])]
        roles, source = _first_meant(sources)
        set_step(node, role=roles)
        of = f"as “{source}” suggests" if source else "as nothing says who does it"
        job.did(node, f"It belongs to the role “{roles}”, {of}.")
        key = source or (lane or "")
        if not (source and _slug(source) in ROLES) and key not in asked:
            asked.add(key)
            whose = f"What “{key}” does" if key else "What nobody is named for"
            job.ask(node, f"{whose} was given to the role “{roles}”.", "Say who does it.")


def _first_meant(sources: list[str]) -> tuple[str, str]:
    """Return the role that the first of several names means, and that name; else the guess."""
    for source in sources:
        known = [slug for part in source.split(",") if (slug := _slug(part)) in ROLES]
        if known:
            return ", ".join(known), source
    for source in sources:
        for role, pattern in _MEANT:
            if re.search(pattern, source, re.IGNORECASE):
                return role.value, source
    return _GUESS.value, ""


def _slug(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")


def _groups(node: etree._Element) -> Iterator[str]:
    """Yield whom other tools let do a step, as far as they name groups or people."""
    found: list[tuple[str, str]] = []
    for part in node.iter(etree.Element):
        if kind(part) in {"documentation", "incoming", "outgoing"}:
            continue
        for key, value in part.attrib.items():
            found.append((etree.QName(str(key)).localname, str(value)))
        if kind(part).lower() in _GROUPS:
            found.append((kind(part), xml.text(part)))
    for name, value in found:
        plain = value.strip().lstrip("=").strip("\"' ")
        if name.lower() in _GROUPS and plain and not plain.startswith(("${", "#{")):
            yield plain[:200]


def _lanes(job: Job) -> Iterator[tuple[str, str]]:
    for lane in job.sheet.root.iter(bpmn("lane")):
        for reference in lane.iterchildren(bpmn("flowNodeRef")):
            yield xml.text(reference), lane.get("name", "") or lane.get("id", "")


def _lane(node: etree._Element, lanes: dict[str, str]) -> str:
    """Return the lane of a node, or of the nearest sub-process around it; else empty."""
    around = (node, *node.iterancestors())
    return next((lanes[each.get("id", "")] for each in around if each.get("id") in lanes), "")
