"""Commands about what is held on people: hand it out, keep it, erase it; and the master key."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.disposal import Disposal
from engine.domain.subject_request import SubjectRequest
from engine.errors import InvalidInputError
from engine.services.accounts import legal_hold
from engine.services.privacy import erasure, subject_access, subject_requests
from engine.services.upkeep import master_key

app = typer.Typer(no_args_is_help=True, help="What is held on people: hand out, keep, erase.")
keys = typer.Typer(no_args_is_help=True, help="The key that personal data are sealed with.")

Number = Annotated[int, typer.Argument(help="of the proposal, as `redress subject list` shows it")]


@app.command()
def find(
    name_or_email: Annotated[str, typer.Argument(help="a whole address, or words of a name")],
    *,
    who: WhoActs,
    output: As = Format.TEXT,
) -> None:
    """Show the complaints of a person, closed ones too."""
    platform = ready()
    found = subject_access.find(platform, actor=acting(platform, who), who=name_or_email)
    if output is Format.JSON:
        show_json({"references": found})
        return
    for reference in found:
        say(reference)
    if not found:
        say("No complaint of such a person is held.")


@app.command()
def requests(*, who: WhoActs, output: As = Format.TEXT) -> None:
    """Show the requests about personal data that are to be answered, soonest due first."""
    platform = ready()
    found = subject_requests.requests_of_subjects(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json({"today": found.today, "open": [_request_as_data(each) for each in found.open]})
        return
    lines = [
        (
            str(r.number),
            r.right.title,
            r.name,
            r.reference,
            str(r.due_on),
            r.left_in_words(found.today),
        )
        for r in found.open
    ]
    show_table("To answer", ("Request", "Right", "Who asks", "Complaint", "Due", "Left"), lines)


def _request_as_data(request: SubjectRequest) -> dict[str, object]:
    return {
        "number": request.number,
        "right": request.right.value,
        "reference": request.reference,
        "received_on": request.received_on,
        "due_on": request.due_on,
        "stage": request.stage.value,
        "owner": request.owner,
    }


@app.command()
def export(
    reference: str,
    *,
    to: Annotated[Path, typer.Option("--to", "-o", metavar="FILE", help="a zip; must not exist")],
    who: WhoActs,
    reason: Why,
) -> None:
    """Write all that is held on whoever made a complaint into a zip."""
    platform = ready()
    packed = subject_access.export(
        platform, actor=acting(platform, who), reference=reference, reason=reason
    )
    try:
        with to.open("xb") as file:
            to.chmod(0o600)
            file.write(packed)
    except OSError as error:
        raise InvalidInputError(
            {"": f"The file {to} cannot be written: {error.strerror}."}
        ) from error
    say(f"Written to {to}. Read it through before you hand it out.")


@app.command()
def erase(reference: str, *, who: WhoActs, reason: Why) -> None:
    """Propose to erase the person behind a complaint; another person confirms."""
    platform = ready()
    number = erasure.propose_erasure(
        platform, actor=acting(platform, who), reference=reference, reason=reason
    )
    _say_proposed(number)


@app.command("erase-due")
def erase_due(*, who: WhoActs, reason: Why) -> None:
    """Propose to erase what is kept longer than the policy says; another person confirms."""
    platform = ready()
    _say_proposed(erasure.propose_due(platform, actor=acting(platform, who), reason=reason))


@app.command()
def confirm(number: Number, *, who: WhoActs, output: As = Format.TEXT) -> None:
    """Erase what another person has proposed. It cannot be brought back."""
    platform = ready()
    certificate = erasure.confirm(platform, actor=acting(platform, who), number=number)
    if output is Format.JSON:
        show_json(dict(certificate))
    else:
        show_table("Erased", ("What", "How many"), [(n, str(m)) for n, m in certificate.items()])


@app.command()
def refuse(number: Number, *, who: WhoActs) -> None:
    """Leave everything as it is."""
    platform = ready()
    erasure.refuse(platform, actor=acting(platform, who), number=number)
    say("Refused; nothing was erased.")


@app.command()
def hold(reference: str, *, who: WhoActs, reason: Why) -> None:
    """Keep the personal data of a complaint, whatever else says."""
    platform = ready()
    legal_hold.place(platform, actor=acting(platform, who), reference=reference, reason=reason)
    say(f"{reference} is on legal hold.")


@app.command()
def lift(reference: str, *, who: WhoActs, reason: Why) -> None:
    """End a legal hold."""
    platform = ready()
    legal_hold.lift(platform, actor=acting(platform, who), reference=reference, reason=reason)
    say(f"The legal hold on {reference} is lifted.")


@app.command("list")
def show(*, who: WhoActs, output: As = Format.TEXT) -> None:
    """Show what is on hold, what is kept too long, what waits and what was erased."""
    platform = ready()
    found = erasure.overview(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json(
            {
                "holds": [each.reference for each in found.holds],
                "due": [each.reference for each in found.due],
                "kept_for_letters": [each.reference for each in found.kept_for_letters],
                "waiting": [_as_data(each) for each in found.waiting],
                "decided": [_as_data(each) for each in found.decided],
            }
        )
        return
    holds = [
        (h.reference, local(platform, h.placed_at), h.placed_by, h.reason) for h in found.holds
    ]
    show_table("On legal hold", ("Complaint", "Since", "By", "Reason"), holds)
    over = {
        "Kept too long": found.due,
        "Kept until somebody has seen to a letter": found.kept_for_letters,
    }
    for title, cases in over.items():
        shown = [(d.reference, d.category, local(platform, d.closed_at)) for d in cases]
        show_table(title, ("Complaint", "Category", "Closed"), shown)
    waiting = [(str(d.id), d.kind.title, _named(d), d.proposed_by, d.reason) for d in found.waiting]
    show_table("Waits for a second person", ("No.", "Why", "What", "By", "Reason"), waiting)


@keys.command()
def renew(*, who: WhoActs) -> None:
    """Make a new master key and seal everything with it; the old one still opens."""
    platform = ready()
    done = master_key.renew(platform, actor=acting(platform, who))
    say(f"{done} keys are sealed with the new master key. Keep a copy of the key file apart.")


@keys.command()
def forget(*, who: WhoActs) -> None:
    """Destroy the old master keys: old copies of the database can then be read by nobody."""
    platform = ready()
    gone = master_key.forget(platform, actor=acting(platform, who))
    say(f"{gone} old master keys are destroyed. Destroy the old copies of the key file, too.")


def _say_proposed(number: int) -> None:
    say(f"Proposal {number} waits for a second person: redress subject confirm {number}")


def _named(disposal: Disposal) -> str:
    first, more = disposal.references[0], len(disposal.references) - 1
    return f"{first} and {more} more" if more else first


def _as_data(disposal: Disposal) -> dict[str, object]:
    return {
        "number": disposal.id,
        "kind": disposal.kind,
        "references": disposal.references,
        "state": disposal.state,
        "certificate": dict(disposal.certificate),
    }
