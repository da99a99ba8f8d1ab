"""The step that waits: whose it is, what it decides, and its form."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.case import ROUTES
from engine.domain.competence import listed
from engine.domain.issue import FIRST
from engine.services.accounts import accounts
from engine.services.handling import approvals, inbox
from engine.services.handling.casefile import OpenStep
from engine.services.investigation import issues
from ui.once import attempt, say
from ui.parts import words
from ui.parts.case_action import reassign, record_answer
from ui.parts.case_assessment import draw_suggestion
from ui.parts.case_course import draw_suspension
from ui.parts.case_evidence import draw_beside_finding
from ui.parts.case_investigation import draw_open_requests
from ui.parts.case_issues import issue_choices, unheard_choices
from ui.parts.case_letter import draw_gate, draw_letter
from ui.parts.case_side import reason_of
from ui.parts.field import Choices
from ui.parts.form import draw_purpose, forget, step_form
from ui.parts.ladder import draw_ladder
from ui.parts.look import Look
from ui.parts.paid import draw_paid
from ui.parts.statement import draw_statement, draw_words
from ui.parts.words import plain
from ui.session import actor, platform


def draw_step(look: Look, *, asked_for: str) -> None:
    """Draw the step to work on, or what the case waits for.

    Args:
        look: The case.
        asked_for: Token of a step that was linked to; empty for whichever fits best.
    """
    draw_suspension(look)
    if look.file.steps:
        _draw_open(look, _chosen(look, asked_for))
    elif look.case.is_open:
        _draw_waiting(look)
    else:
        _draw_closed(look)


def _draw_closed(look: Look) -> None:
    closed_at = look.case.closed_at or look.now
    outcome = look.case.outcome.title if look.case.outcome else "No outcome was recorded"
    took = words.length(closed_at - look.case.complaint.received_at)
    st.header("Closed")
    facts = {"Outcome": outcome, "Closed": words.moment(closed_at, look.zone), "It took": took}
    if look.case.reopened:
        facts["Looked at again"] = words.counted(look.case.reopened, "time")
    st.table({title: plain(value) for title, value in facts.items()}, border="horizontal")


def _draw_waiting(look: Look) -> None:
    if "answer" not in look.file.awaits:
        st.header("Nothing to do")
        st.markdown("The process goes on by itself.")
        return
    st.header("Waiting for the complainant")
    st.markdown("The decision was sent. Record the answer here when it comes.")
    if look.person.may(Deed.ANSWER) and st.button(
        "Record the answer", type="primary", key="case:answer"
    ):
        record_answer(look)


def _chosen(look: Look, asked_for: str) -> OpenStep:
    steps = {item.step.token: item for item in look.file.steps}
    if len(steps) == 1:
        return look.file.steps[0]
    key = f"case:step:{look.reference}"
    if st.session_state.get(key) not in steps:
        best = min(look.file.steps, key=lambda item: (not item.is_mine, not item.may_take))
        st.session_state[key] = asked_for if asked_for in steps else best.step.token
    labels = _labels(look.file.steps)
    token = st.pills(
        "Steps that wait", list(steps), format_func=labels.__getitem__, required=True, key=key
    )
    return steps[str(token)]


def _labels(steps: Sequence[OpenStep]) -> dict[str, str]:
    """Return a label per step; two steps of one name get a number."""
    labels: dict[str, str] = {}
    for item in steps:
        title = plain(item.step.title)
        same = sum(label.startswith(title) for label in labels.values())
        labels[item.step.token] = f"{title} {same + 1}" if same else title
    return labels


def _draw_open(look: Look, item: OpenStep) -> None:
    st.header(plain(item.step.title))
    _draw_whose(look, item)
    if item.is_barred:
        st.markdown(
            "**You drafted this, so somebody else decides it.** Two people see every such "
            "decision before it is sent; you can read it here, but neither approve nor return it."
        )
    if item.part:
        st.markdown(
            f"**You {plain(item.part)}, so somebody else looks at it again.** A complaint that is "
            "opened again is judged by people who took no part in the first decision."
        )
    if look.file.relation.has_conflict:
        st.markdown(
            "**You declared a conflict of interest.** You can read this complaint; what is to be "
            "done in it, somebody else does."
        )
    _draw_lack(look, item)
    if item.step.is_gate:
        _draw_draft(look)
    else:
        _draw_background(look, item)
    if item.step.form in {"decision", "approval"}:
        draw_open_requests(look)
    if may_complete(item) and not look.case.is_suspended:
        _draw_form(look, item)


def _draw_lack(look: Look, item: OpenStep) -> None:
    """Say what somebody lacks who could do the step by their role."""
    is_near = item.is_mine or look.person.holds_any(item.step.roles)
    if item.lacks and is_near:
        st.markdown(
            f"**You do not have {plain(listed(item.lacks))}, which this step takes.** Somebody "
            "who has it does the step; a team leader says who can do what."
        )


def may_complete(item: OpenStep) -> bool:
    """Tell whether the person may fill in the form of a step now."""
    is_in_other_hands = item.step.assignee is not None and not item.is_mine
    return item.may_take and not is_in_other_hands and not item.is_barred


def _draw_whose(look: Look, item: OpenStep) -> None:
    step = item.step
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{whose(look, item)} {_due(look, item)}", width="content")
        st.space("stretch")
        if look.case.is_suspended:
            return
        if step.assignee is None and item.may_take and not item.is_barred:
            _draw_hand_over(look, item, "Claim")
        if step.assignee == look.person.username:
            _draw_hand_over(look, item, "Release")
        if look.person.may(Deed.REASSIGN) and st.button("Reassign", key=f"reassign:{step.token}"):
            reassign(look)


def whose(look: Look, item: OpenStep) -> str:
    """Return one sentence on who works on a step, or may, as Markdown."""
    if item.for_whom:
        return f"You stand in for {look.name(item.for_whom)}, whose step this is."
    if item.is_mine:
        return "This step is yours."
    if item.step.assignee is not None:
        return f"{look.name(item.step.assignee)} works on this step."
    if item.may_take:
        return "Nobody has taken this step yet."
    needed = f"the role {' or '.join(role.replace('_', ' ') for role in item.step.roles)}"
    if item.step.competences:
        needed += f" and {listed(item.step.competences)}"
    return f"This step waits for somebody with {plain(needed)}."


def _due(look: Look, item: OpenStep) -> str:
    if look.case.is_suspended:
        return "Its time stands still."
    said = plain(words.due(item.step.due_at, look.now))
    is_late = look.now > item.step.due_at
    return f"It is :red[**{said}**]." if is_late else f"It is due {said}."


def _draw_hand_over(look: Look, item: OpenStep, label: str) -> None:
    act = inbox.claim if label == "Claim" else inbox.release
    token = item.step.token
    if st.button(label, key=f"{label}:{token}") and attempt(
        f"{label}:{look.reference}:{token}",
        lambda _id: act(platform(), actor=look.person, reference=look.reference, token=token),
    ):
        st.rerun()


def _draw_draft(look: Look) -> None:
    """Draw what a gate decides, and the letter word for word."""
    draft = approvals.drafted(platform(), actor=look.person, reference=look.reference)
    if draft is None:
        return
    with st.container(border=True, key="case:draft"):
        written = draft.statement
        st.markdown(f":small[Drafted by {look.name(written.by)}, {look.moment(written.at)}]")
        draw_statement(look, written, without=frozenset({"letter"}))
        st.markdown(f"**The letter as it will be sent: {plain(draft.letter.subject)}**")
        draw_letter(look, draft)
    _draw_returned(look)


def _draw_returned(look: Look) -> None:
    last = next(reversed(look.file.approvals), None)
    if last is not None and last.result == "returned":
        with st.container(border=True, key="case:returned"):
            who = look.file.names.get(last.approver, last.approver)
            when = words.ago(last.at, look.now)
            draw_words(f"{who} returned the draft {when}", last.comment)


def _draw_background(look: Look, item: OpenStep) -> None:
    """Draw what somebody must know before filling in the form."""
    if item.step.form in {"decision", "decline"}:
        _draw_returned(look)
    if item.step.form == "decision":
        known = st.expander("Paid in similar complaints", key="step:paid:open", on_change="rerun")
        with known:
            if known.open and not draw_paid(look, FIRST, key="step:paid"):
                st.markdown("Too few payments so far.")
    called = [e for e in look.file.escalations if e.token == item.step.token]
    heard = [word for word in look.file.communications if word.direction == "in"]
    if called:
        with st.container(border=True, key="case:called"):
            draw_words(reason_of(called[-1]), called[-1].detail)
            draw_ladder(look, called[-1])
    elif item.step.form == "finding" and may_complete(item) and not look.case.is_suspended:
        draw_beside_finding(look)
    elif item.step.form == "rejection_review" and heard:
        with st.container(border=True, key="case:heard"):
            draw_words("The complainant wrote", heard[-1].body or "No words were recorded.")


@st.fragment
def _draw_form(look: Look, item: OpenStep) -> None:
    step = item.step
    model = item.asks
    key = f"step:{look.reference}:{step.token}"
    is_one_of_several = _is_one_of_several(look, item)
    draw_purpose(model)
    beside = st.container()
    result = step_form(
        model,
        key=key,
        initial=item.answers,
        save=lambda content: inbox.save_draft(
            platform(),
            actor=actor(),
            reference=look.reference,
            token=step.token,
            content=content,
        ),
        submit=_submit(look, item),
        choices=_choices(look),
        zone=look.zone,
        saved_at=item.saved_at,
    )
    if step.form == "decision":
        typed = {name: st.session_state.get(f"{key}.{name}") for name in model.model_fields}
        draw_gate(look, {**item.answers, **{n: v for n, v in typed.items() if v is not None}})
    if step.form == "assess":
        with beside:
            draw_suggestion(look, key=key)
    if result is None:
        return
    if attempt(
        f"complete:{look.reference}:{step.token}",
        lambda command_id: _completing(look, item)(
            answers=result.model_dump(), command_id=command_id
        ),
    ):
        forget(key)
        say(f"{step.title}: {'one finding is recorded' if is_one_of_several else 'done'}.")
        st.rerun()


def _is_one_of_several(look: Look, item: OpenStep) -> bool:
    """Tell whether the step goes on after this finding, since more issues have none."""
    open_ = [issue for issue in look.file.issues if issue.lacks_finding]
    return item.step.form == "finding" and len(open_) > 1


def _submit(look: Look, item: OpenStep) -> str:
    if _is_one_of_several(look, item):
        return "Record this finding"
    return "Record your decision" if item.step.is_gate else "Complete this step"


def _completing(look: Look, item: OpenStep) -> Callable[..., object]:
    """Return the service that takes the form."""
    if _is_one_of_several(look, item):
        return partial(issues.find, platform(), actor=actor(), reference=look.reference)
    return partial(
        inbox.complete_step,
        platform(),
        actor=actor(),
        reference=look.reference,
        token=item.step.token,
    )


def _choices(look: Look) -> Choices:
    people = accounts.colleagues(platform(), actor=look.person, roles=("handler", "investigator"))
    return {
        "categories": [(name, name) for name in platform().policy.categories],
        "handlers": list(people.items()),
        "issues": issue_choices(look, open_first=True),
        "unheard": unheard_choices(look),
        "routes": [(route, route.capitalize()) for route in ROUTES],
    }
