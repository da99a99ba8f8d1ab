"""What steps ask: a form of Redress, one of the organisation's own, or nothing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.case import Statement, Step
from engine.domain.form import Form
from engine.domain.journal import content_hash
from engine.domain.own_answers import asking_of, content_of, knowing
from engine.domain.own_form import OwnForm
from engine.errors import NotFoundError
from engine.process.bundle import ProcessBundle
from engine.process.progress import Variables
from engine.services.process.processes import bundle_of
from engine.store.transaction import Transaction


def form_at(bundle: ProcessBundle, step: Step, variables: Callable[[str], Variables]) -> type[Form]:
    """Return what a waiting step asks.

    Args:
        bundle: The version that the case runs on.
        step: Which waits.
        variables: Tells what the process knows at the token of a step; asked where it matters.

    Raises:
        NotFoundError: The version has no such form.
    """
    model = bundle.form(step.form)
    asking = asking_of(model)
    if asking is None or not asking.conditions:
        return model
    return knowing(model, variables(step.token))


def stated(
    bundle: ProcessBundle,
    step: Step,
    form: Form,
    *,
    by: str,
    on_behalf_of: str | None,
    at: datetime,
) -> Statement:
    """Return a completed form as it is kept."""
    content = content_of(form)
    return Statement(
        id=0,
        element=step.element,
        form=step.form,
        by=by,
        at=at,
        content=content,
        content_hash=content_hash(content),
        on_behalf_of=on_behalf_of,
        process=bundle.digest if step.form in bundle.forms else "",
    )


def own_forms(
    platform: Platform, tx: Transaction, statements: Iterable[Statement]
) -> Mapping[int, OwnForm]:
    """Return by the number of a completed form what was asked, where it is one's own.

    Each is that of the version in which it was completed, whatever the case runs on now.
    """
    found: dict[int, OwnForm] = {}
    for each in statements:
        if not each.process:
            continue
        try:
            forms = bundle_of(platform, tx, each.process).forms
        except NotFoundError:
            continue  # it is read as it was kept
        if each.form in forms:
            found[each.id] = forms[each.form]
    return found
