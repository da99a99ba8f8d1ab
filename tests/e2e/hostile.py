"""Texts that try to do something, put wherever somebody can write, and how it shows if they do."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from annotated_types import MaxLen

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.case import Step
from engine.domain.form import FORMS
from engine.services.handling import casework, inbox
from engine.services.intake import importing
from engine.services.running import monitoring, operations
from tests.e2e.seat import Seat, Site, staffed
from tests.integration.office import ANSWERS, BESIDE, DECIDED, WHO, Office

HOST = "http://collector.test"
PAYLOADS = {
    "script": "<script>window.owned = true; alert(1)</script>",
    "handler": '<img src=x onerror="window.owned = true"><svg onload=alert(2)>',
    "picture": f"![pixel]({HOST}/pixel.png) <img src={HOST}/unsafe.png>",
    "link": f"[Click here]({HOST}/phish) <{HOST}/auto> {HOST}/bare www.collector.test"
    " [run](javascript:window.owned=1)",
    "frame": f"<iframe src='{HOST}/frame' srcdoc='<script>parent.owned = true</script>'></iframe>"
    f"<form action='{HOST}/phish'><input name=password><button>Sign in again</button></form>",
    "style": f"<style>*{{display:none}}</style><link rel=stylesheet href={HOST}/x.css>"
    "<div style='position:fixed;inset:0;background:#fff;z-index:999999'>Overlay</div>",
    "formula": f'=HYPERLINK("{HOST}/x","Details") +1 @SUM(A1)',
    "directive": ":red[late] :material/home: $x^2$ :streamlit: `code` ~~gone~~ # Heading",
    "template": "{{ 7 * 7 }} ${reference} %(name)s {0.__class__} $complainant",
    "reversed": "Refund \N{RIGHT-TO-LEFT OVERRIDE}dnufer\N{POP DIRECTIONAL FORMATTING} now",
    "endless": "W" * 5_000,
    "controls": "Bell\x07, escape\x1b[31m, null\x00, vertical\x0btab, Zalgo Z\u0351\u036b\u0343, "
    "zero\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}width, c1\x9b31m",
}
HARMLESS = "This is a long enough beginning, and then: "
EVERYTHING = frozenset(Role) - {Role.SYSTEM, Role.ADMINISTRATOR}
WANDA = Actor(username="wanda", name='Wanda <b onclick="x">Byte</b>', roles=EVERYTHING)
ROLF = Actor(username="rolf", name=f"Rolf ![x]({HOST}/rolf.png)", roles=EVERYTHING)

_ROUTES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "in full": {
        "assess": {"severity": 4, "complexity": "complex", "safety": "actual_serious"},
        "assign": {"owner": WANDA.username},
        "review_rejection": {"review": "final"},
    },
    "declined": {"register": {"scope": "not_ours"}},
    "at once": {"assess": {"severity": 1, "complexity": "simple", "amount": "10"}},
}
"""By the way that a complaint goes: what is answered there besides words."""

_FOREIGN = ", ".join(
    f"[data-testid=stMarkdownContainer] {tag}"
    for tag in (
        *("img", "iframe", "form", "script", "style", "object", "embed", "link", "base"),
        *("meta", "input", "video", "audio", "div[style*=fixed]", "[onload]", "[onerror]"),
    )
)
"""What no text may become."""


def hostile_office(site: Site) -> Office:
    """Return an office of two people with names that are no names, who do everything there."""
    staffed(site, WANDA, ROLF)
    second = dict.fromkeys(("ada", "mara", "tom"), ROLF)
    return Office(site.platform, {"hanna": WANDA, "sam": WANDA, **second})


def worded(form: str, text: str) -> dict[str, str]:
    """Return ``text`` for every field of a form that takes words: those of tomorrow too."""
    found: dict[str, str] = {}
    for name, info in FORMS[form].model_fields.items():
        declared = info.json_schema_extra
        if info.annotation is str and not (isinstance(declared, dict) and "choices" in declared):
            longest = next((m.max_length for m in info.metadata if isinstance(m, MaxLen)), 200)
            found[name] = (text if longest <= 200 else HARMLESS + text)[:longest]
    return found


def lodged(text: str) -> dict[str, Any]:
    """Return a complaint that holds ``text`` in every field that takes words."""
    return {
        "summary": text[:200],
        "description": text,
        "desired_outcome": text[:2_000],
        "complainant_name": text[:200],
        "product": text[:200],
        "postal_address": text[:400],
    }


def go_on(office: Office, reference: str, text: str, routes: Mapping[str, Any]) -> bool:
    """Do the next step of a complaint in hostile words; tell whether there was one."""
    waiting = office.steps(reference)
    if not waiting:
        return False
    # What stands beside the way goes first: a complaint is not closed over an open escalation.
    step = min(waiting.values(), key=lambda step: step.element not in BESIDE)
    _complete(office, reference, step, text, routes.get(step.element, {}))
    return True


def _complete(
    office: Office, reference: str, step: Step, text: str, routes: Mapping[str, Any]
) -> None:
    who = office.staff[WHO.get(step.element, "hanna")]
    answers = {**ANSWERS[step.form], **worded(step.form, text), **routes}
    if step.form == "decision":
        answers["letter"] += DECIDED.format(amount=answers["remedy_amount"])
    inbox.complete_step(
        office.platform, actor=who, reference=reference, token=step.token, answers=answers
    )


def every_form(office: Office, text: str) -> list[str]:
    """Work complaints on every way there is, each form in hostile words; return their references.

    Beside the ways from receipt to closing there are a withdrawal, an escalation, a danger and a
    missed time limit.
    """
    told = {"actor": WANDA}
    references = []
    for routes in _ROUTES.values():
        reference = office.lodge(**lodged(text))
        references.append(reference)
        casework.add_note(office.platform, reference=reference, text=text, **told)
        casework.escalate(office.platform, reference=reference, reason=text, **told)
        while go_on(office, reference, text, routes):
            pass
        if office.view(reference).case.is_open:
            casework.deliver_answer(
                office.platform, reference=reference, answer="rejected", text=text, **told
            )
            while go_on(office, reference, text, routes):
                pass
    references += [_withdrawn(office, text), _late(office, text), _resting(office, text)]
    return references


def _withdrawn(office: Office, text: str) -> str:
    reference = office.lodge(**lodged(text))
    go_on(office, reference, text, {})
    casework.withdraw(office.platform, actor=WANDA, reference=reference, reason=text)
    while go_on(office, reference, text, {}):
        pass
    return reference


def _late(office: Office, text: str) -> str:
    """Miss the time limits of a complaint, and explain it."""
    from datetime import timedelta  # noqa: PLC0415 - used here alone

    long_ago = office.platform.now() - timedelta(days=120)
    reference = office.lodge(received_at=long_ago, **lodged(text))
    monitoring.sweep(office.platform)
    for element in ("explain_breach", "respond_to_warning"):
        step = office.steps(reference).get(element)
        if step is not None:
            _complete(office, reference, step, text, {})
    return reference


def _resting(office: Office, text: str) -> str:
    reference = office.lodge(**lodged(text))
    operations.suspend(office.platform, actor=ROLF, reference=reference, reason=text)
    return reference


def imported(office: Office, folder: Path, text: str) -> int:
    """Import a table whose every cell that takes words is hostile; return how many rows came in."""
    cell = " ".join(text[:180].split()).replace('"', '""')
    head = "ID,Received,Channel,Name,Email,Summary,Description,Wish,Product,Category"
    path = folder / "hostile.csv"
    path.write_text(
        f'{head}\nH-{abs(hash(text)) % 10**6},2026-01-02,{"email"},"{cell}",,"{cell}","{cell}",'
        f'"{cell}","{cell}","{cell}"\n',
        encoding="utf-8",
    )
    told = importing.import_file(office.platform, actor=SYSTEM, path=path, mapping="plain")
    return told.run.accepted


def said(seat: Seat) -> str:
    """Return everything that the page says, spaces and invisible joiners aside."""
    text = seat.tab.get_by_test_id("stMain").inner_text()
    return "".join(text.replace("\N{WORD JOINER}", "").split())


def wrongs(seat: Seat) -> Iterator[str]:
    """Yield what a text did on the page as it stands."""
    yield from seat.trouble
    if not seat.tab.evaluate("window.owned === undefined"):
        yield "a script of a text ran"
    main = "document.querySelector('[data-testid=stMain]')"
    if not seat.tab.evaluate(f"{main}.scrollWidth <= {main}.clientWidth"):
        yield "the page scrolls sideways"
    reaching = f"[src*='{HOST}'], [href*='{HOST}'], [action*='{HOST}'], [href^='javascript:' i]"
    for what, where in (("reaches for another host", reaching), ("became an element", _FOREIGN)):
        if number := seat.tab.locator(where).count():
            markup = seat.tab.locator(where).first.evaluate("node => node.outerHTML")
            yield f"a text {what}, {number} times: {markup[:200]}"
