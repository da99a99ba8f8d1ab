"""How commands on teams, competences, walls, glass and samples are given; see ``commands``."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.incident import IncidentKind
from engine.domain.kpi import Period
from engine.domain.sample import Drawing, Review
from engine.domain.separation import Rule
from engine.services.accounts import competences, delegation, limits, waivers
from engine.services.figures import sampling
from engine.services.handling import casefile
from engine.services.running import glass
from engine.services.staffing import restriction, teams
from tests.integration.office import execute, rows

if TYPE_CHECKING:
    from typing import Any

    from engine.bootstrap import Platform
    from tests.integration.commands import Act, Desk

WHY = {"reason": "It is about a colleague."}
RITA = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))
QUINN = Actor(username="quinn", name="Quinn", roles=frozenset({Role.QUALITY_REVIEWER}))


def make_team(platform: Platform, code: str = "billing", *members: str, **more: object) -> None:
    """Make a team."""
    teams.keep(platform, actor=SYSTEM, code=code, title=code.title(), members=members, **more)


def hire(platform: Platform, person: Actor) -> Actor:
    """Give somebody an account, under which nobody can sign in."""
    platform.database.write(lambda tx: tx.accounts.add(person, password_hash="", at=platform.now()))
    return person


def draw_for(platform: Platform, *usernames: str) -> int:
    """Let every case be drawn for people, behind the back of every service.

    Returns:
        The number of the last sample.
    """
    for username in usernames:
        execute(
            platform.database,
            "INSERT INTO sample (reviewer, size, among, seed, period_begin, period_end, "
            "until_at, drawn_by, drawn_at, ended_by) "
            "SELECT :who, 1, 1, '', '2000-01-01 00:00:00.000000', min(recorded_at), "
            "'2999-01-01 00:00:00.000000', 'rita', min(recorded_at), '' FROM complaint_case",
            who=username,
        )
        execute(
            platform.database,
            "INSERT INTO sampled_case (sample_id, case_id) SELECT sample.id, complaint_case.id "
            "FROM sample, complaint_case WHERE sample.id = (SELECT max(id) FROM sample)",
        )
    return int(rows(platform.database, "SELECT max(id) FROM sample")[0][0])


def drawing(platform: Platform, **other: object) -> Drawing:
    """Return what is asked of chance: two complaints of this month for Quinn."""
    usual: dict[str, object] = {
        "reviewer": "quinn",
        "size": 2,
        "period": Period.last_days(30, platform.now(), platform.policy.calendar.zone),
        "seed": "January",
        "until_at": platform.now() + timedelta(days=14),
    }
    return Drawing(**(usual | other))  # type: ignore[arg-type] # names are its own


def note_incident(platform: Platform, case_id: int) -> int:
    """Let a case stand still for somebody to look at, and return the number of the incident."""
    platform.database.write(
        lambda tx: tx.incidents.note(
            IncidentKind.CASE,
            str(case_id),
            case_id=case_id,
            element="Assess",
            cause="It stands still.",
            at=platform.now(),
            attempts=3,
        )
    )
    return int(rows(platform.database, "SELECT max(id) FROM incident")[0][0])


def keep_team(desk: Desk) -> Act:
    make_team(desk.office.platform, "billing", "hanna")
    return lambda p: make_team(p, "billing", "ivo", categories=["Price"])


def move_to_team(desk: Desk) -> Act:
    make_team(desk.office.platform, "billing", "ivo")
    known = desk.known("mara", desk.office.reach("investigate")) | WHY
    return lambda p: teams.move(p, team="billing", **known)


def restrict(desk: Desk) -> Act:
    known = desk.known("mara", desk.office.reach("investigate")) | WHY
    return lambda p: restriction.restrict(p, people=["ivo"], **known)


def lift(desk: Desk) -> Act:
    known = desk.known("mara", desk.office.reach("investigate")) | WHY
    restriction.restrict(desk.office.platform, people=["ivo"], **known)
    return lambda p: restriction.lift(p, **known)


def _closed_to_tom(desk: Desk) -> dict[str, object]:
    reference = desk.office.reach("investigate")
    known = desk.known("mara", reference) | WHY
    restriction.restrict(desk.office.platform, people=["ivo"], **known)
    return desk.known("tom", reference)


def break_glass(desk: Desk) -> Act:
    known = _closed_to_tom(desk) | WHY
    return lambda p: glass.break_glass(p, **known)


def look(desk: Desk) -> Act:
    known = _closed_to_tom(desk)
    glass.break_glass(desk.office.platform, **known, **WHY)
    return lambda p: casefile.view(p, **known)


def see_glass(desk: Desk) -> Act:
    glass.break_glass(desk.office.platform, **_closed_to_tom(desk), **WHY)
    (found,) = glass.broken(desk.office.platform, actor=RITA)
    return lambda p: glass.see(p, actor=RITA, glass_id=found.id)


def draw(desk: Desk) -> Act:
    hire(desk.office.platform, QUINN)
    desk.office.do(desk.office.reach("closing_check"), "closing_check")
    return lambda p: sampling.draw(p, actor=RITA, drawing=drawing(p))


def _drawn(desk: Desk) -> int:
    draw(desk)
    platform = desk.office.platform
    return sampling.draw(platform, actor=RITA, drawing=drawing(platform))


def end_sample(desk: Desk) -> Act:
    number = _drawn(desk)
    return lambda p: sampling.end(p, actor=RITA, sample_id=number)


def review(desk: Desk) -> Act:
    number = _drawn(desk)
    (line,) = sampling.drawn(desk.office.platform, actor=QUINN, sample_id=number)
    wanted = {"sample_id": number, "reference": line.reference, "remark": "Too slow."}
    return lambda p: sampling.review(p, actor=QUINN, found=Review.TO_IMPROVE, **wanted)


def stand_in(platform: Platform, actor: Actor, absent: str, to: str, *, days: float = 7) -> int:
    """Let somebody stand in for an absent person from now on."""
    now = platform.now()
    return delegation.delegate(
        platform,
        actor=actor,
        absent=absent,
        to=to,
        from_at=now,
        until_at=now + timedelta(days=days),
        reason="On leave.",
    )


def delegate(desk: Desk) -> Act:
    tom = desk.office.staff["tom"]
    return lambda p: stand_in(p, tom, "hanna", "ivo")


def end_delegation(desk: Desk) -> Act:
    tom = desk.office.staff["tom"]
    number = stand_in(desk.office.platform, tom, "hanna", "ivo")
    return lambda p: delegation.end(p, actor=tom, delegation_id=number)


def propose_limit(desk: Desk) -> Act:
    wanted = {"holder": "role:approver", "amount": Decimal(500), "reason": "Policy of 2026."}
    return lambda p: limits.propose(p, actor=desk.office.staff["mara"], **wanted)


def decide_limit(desk: Desk) -> Act:
    propose_limit(desk)(desk.office.platform)
    (limit,) = limits.all_limits(desk.office.platform, actor=RITA)
    return lambda p: limits.decide(p, actor=RITA, limit_id=limit.id, confirm=True)


def _waiver(desk: Desk) -> dict[str, Any]:
    until = desk.office.platform.now() + timedelta(days=30)
    words = {"reason": "We are two.", "control": "Each is read by the representative."}
    return {"rule": Rule.PAYMENT, "until_at": until, **words}


def propose_waiver(desk: Desk) -> Act:
    """Say that a rule does not hold for a while."""
    wanted = _waiver(desk)
    return lambda p: waivers.propose(p, actor=desk.office.staff["mara"], **wanted)


def decide_waiver(desk: Desk) -> Act:
    """Confirm a waiver that somebody else has proposed."""
    waivers.propose(desk.office.platform, actor=desk.office.staff["mara"], **_waiver(desk))
    return lambda p: waivers.decide(p, actor=RITA, waiver_id=1, confirm=True)


def end_waiver(desk: Desk) -> Act:
    """Let a rule hold again."""
    decide_waiver(desk)(desk.office.platform)
    return lambda p: waivers.end(p, actor=RITA, waiver_id=1)


def say_competences(desk: Desk) -> Act:
    wanted = {"username": "hanna", "competences": ["Fees", "Tax law"], "reason": "A course."}
    return lambda p: competences.change(p, actor=desk.office.staff["tom"], **wanted)


COMMANDS = {
    "competences.change": say_competences,
    "delegation.delegate": delegate,
    "delegation.end": end_delegation,
    "glass.break_glass": break_glass,
    "glass.see": see_glass,
    "limits.decide": decide_limit,
    "waivers.decide": decide_waiver,
    "waivers.end": end_waiver,
    "waivers.propose": propose_waiver,
    "limits.propose": propose_limit,
    "restriction.lift": lift,
    "restriction.restrict": restrict,
    "sampling.draw": draw,
    "sampling.end": end_sample,
    "sampling.review": review,
    "teams.keep": keep_team,
    "teams.move": move_to_team,
}
"""By name of the command: how it is prepared."""

PIECEWISE = {"casefile.view": look}
"""The look through broken glass is kept, and that the complaint was read."""
