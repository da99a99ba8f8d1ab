"""What somebody can arrange about teams, competences, absences and limits, each in a dialog."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.competence import MOST, key_of
from engine.domain.permission import Role
from engine.services.accounts import accounts, competences, delegation, limits
from engine.services.staffing import teams
from engine.services.staffing.teams import StaffedTeam
from ui.parts.dialog import ask_reason, confirm
from ui.session import platform, zone


def people(person: Actor) -> dict[str, str]:
    """Return the names of people by user name, as far as somebody may know them."""
    if person.may(Deed.READ):
        return accounts.colleagues(platform(), actor=person)
    if person.may(Deed.ADMINISTER):
        every = accounts.all_accounts(platform(), actor=person)
        return {each.actor.username: each.actor.name for each in every if each.is_active}
    return {}


@st.dialog("Team", icon=":material/groups:")
def keep_team(person: Actor, known: StaffedTeam | None) -> None:
    """Ask what a team is called, what goes to it and who belongs to it, and keep it."""
    names, of = people(person), known.team.code if known else ""
    title = st.text_input("Name", value=known.team.title if known else "", key=f"team:title:{of}")
    members = st.multiselect(
        "People",
        sorted(names, key=names.__getitem__),
        default=[name for name in (known.members if known else ()) if name in names],
        format_func=names.__getitem__,
        placeholder="Choose people",
        key=f"team:members:{of}",
    )
    categories = st.multiselect(
        "Complaints that go to it",
        platform().policy.categories,
        default=known.team.categories if known else (),
        placeholder="Choose categories",
        key=f"team:categories:{of}",
    )
    code = known.team.code if known else _code(title)
    confirm(
        "Keep",
        key="team:do",
        command=f"team:{code}",
        act=lambda _id: teams.keep(
            platform(),
            actor=person,
            code=code,
            title=title,
            categories=categories,
            members=members,
        ),
        done="The team is kept.",
        problem="" if title.strip() else "Give the team a name.",
    )


@st.dialog("What somebody can do", icon=":material/school:")
def say_competences(person: Actor, everybody: Sequence[Actor]) -> None:
    """Ask who can do what and why it is said, and keep it."""
    others = {each.username: each for each in everybody if each.username != person.username}
    who = st.selectbox(
        "Who",
        list(others),
        index=None,
        format_func=lambda name: others[name].name,
        placeholder="Choose a person",
        key="competence:who",
    )
    has = sorted(others[who].competences, key=key_of) if who else []
    able = st.multiselect(
        "Can do",
        competences.in_use(platform(), actor=person),
        default=has,
        accept_new_options=True,
        max_selections=MOST,
        placeholder="Choose, or write a word or two",
        disabled=who is None,
        key=f"competence:able:{who}",
    )
    reason = ask_reason("competence:reason")
    confirm(
        "Keep",
        key="competence:do",
        command=f"competence:{who}",
        act=lambda _id: competences.change(
            platform(), actor=person, username=who or "", competences=able, reason=reason
        ),
        done="It is kept.",
        problem="" if who else "Choose a person.",
    )


@st.dialog("Somebody is away", icon=":material/event_busy:")
def delegate(person: Actor) -> None:
    """Ask who is away, who stands in, and from when to when, and arrange it."""
    absent, to = _ask_people(person)
    from_at, until_at = _ask_days()
    reason = ask_reason("absence:reason")
    is_whole = absent is not None and to is not None
    confirm(
        "Arrange it",
        key="absence:do",
        command=f"absence:{absent}:{to}:{from_at}:{until_at}",
        act=lambda _id: delegation.delegate(
            platform(),
            actor=person,
            absent=absent or "",
            to=to or "",
            from_at=from_at,
            until_at=until_at,
            reason=reason,
        ),
        done="It is arranged.",
        problem="" if is_whole else "Choose both people.",
    )


def _ask_people(person: Actor) -> tuple[str | None, str | None]:
    """Draw the fields for who is away and who stands in, and return what was chosen."""
    names, may_all = people(person), person.may(Deed.DELEGATE_OTHERS)
    every = sorted(names, key=names.__getitem__)
    absent = st.selectbox(
        "Who is away",
        every if may_all else [person.username],
        index=None if may_all else 0,
        format_func=lambda name: names.get(name, name),
        placeholder="Choose a person",
        key="absence:who",
    )
    to = st.selectbox(
        "Who stands in",
        [name for name in every if name not in {absent, person.username}],
        index=None,
        format_func=names.__getitem__,
        placeholder="Choose a person",
        key="absence:to",
    )
    return absent, to


def _ask_days() -> tuple[datetime, datetime]:
    """Draw the fields for the first and the last day, and return when they begin and end."""
    today = platform().now().astimezone(zone()).date()
    begin, end = st.columns(2)
    first = begin.date_input(
        "First day", today, min_value=today, format="DD/MM/YYYY", key="absence:first"
    )
    last = end.date_input(
        "Last day", today, min_value=today, format="DD/MM/YYYY", key="absence:last"
    )
    return datetime.combine(first, time.min, zone()), datetime.combine(last, time.max, zone())


@st.dialog("Propose a limit", icon=":material/payments:")
def propose_limit(person: Actor) -> None:
    """Ask whose limit it is and how much, and propose it."""
    names = people(person)
    roles = [role for role in Role if role is not Role.SYSTEM and role not in person.roles]
    titles = {f"role:{role}": f"Every {role.title}" for role in roles}
    titles |= {f"person:{n}": names[n] for n in sorted(names, key=names.__getitem__)}
    titles.pop(f"person:{person.username}", None)
    holder = st.selectbox(
        "For whom",
        list(titles),
        index=None,
        format_func=titles.__getitem__,
        placeholder="Choose a role or a person",
        key="limit:holder",
    )
    is_free = st.checkbox("Any amount", key="limit:free")
    currency = platform().policy.organisation.currency
    amount = st.number_input(
        f"Up to ({currency})", min_value=0.0, step=50.0, disabled=is_free, key="limit:amount"
    )
    reason = ask_reason("limit:reason")
    confirm(
        "Propose it",
        key="limit:do",
        command=f"limit:{holder}",
        act=lambda _id: limits.propose(
            platform(),
            actor=person,
            holder=holder or "",
            amount=None if is_free else Decimal(str(round(amount, 2))),
            reason=reason,
        ),
        done="The limit waits for a second person.",
        problem="" if holder else "Choose a role or a person.",
    )


def _code(title: str) -> str:
    """Return the code of a new team, made of its name."""
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in letters.split("-") if part)[:30].rstrip("-") or "team"
