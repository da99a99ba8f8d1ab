"""The way into the command, and out of it: every refusal is one sentence and an exit status."""

import tempfile
import traceback
from pathlib import Path

from engine import logbook
from engine.cli import (
    action,
    case,
    compare,
    evidence,
    export,
    files,
    incident,
    job,
    journal,
    kpi,
    letters,
    limit,
    mail,
    mend,
    message,
    migrate,
    publish,
    review,
    signals,
    subject,
    try_out,
    upkeep,
    users,
    versions,
)
from engine.cli.commands import app
from engine.console import complain
from engine.errors import InvalidInputError, NotFoundError, RedressError

app.command()(compare.compare)
app.command()(mend.repair)
app.command("try")(try_out.try_out)
app.add_typer(action.app, name="action")
app.add_typer(evidence.app, name="evidence")
app.add_typer(export.app, name="export")
app.add_typer(incident.app, name="incidents")
app.add_typer(case.app, name="case")
app.add_typer(limit.app, name="limit")
app.add_typer(files.app, name="files")
app.add_typer(kpi.app, name="kpi")
app.add_typer(letters.app, name="letters")
app.add_typer(mail.app, name="mail")
app.add_typer(message.app, name="message")
app.add_typer(migrate.migrate_app, name="migrate")
app.add_typer(publish.proposals_app, name="proposals")
app.add_typer(upkeep.outbox_app, name="outbox")
app.add_typer(job.app, name="job")
app.add_typer(journal.app, name="journal")
app.add_typer(review.app, name="review")
app.add_typer(signals.app, name="signals")
app.add_typer(users.app, name="users")
app.add_typer(versions.app, name="versions")
app.add_typer(subject.app, name="subject")
app.add_typer(subject.keys, name="master-key")


def main() -> None:
    """Run the command; a refusal becomes one sentence, and never a traceback."""
    logbook.configure("warning")
    try:
        app()
    except (InvalidInputError, NotFoundError) as refusal:
        complain(str(refusal))
        raise SystemExit(2) from refusal
    except RedressError as refusal:
        complain(str(refusal))
        raise SystemExit(1) from refusal
    except Exception as defect:  # the last edge: what nobody foresaw is kept for whoever mends it
        place = Path(tempfile.mkdtemp(prefix="redress-")) / "defect.txt"
        place.write_text(traceback.format_exc(), encoding="utf-8")
        complain(f"Something went wrong that should not ({type(defect).__name__}).")
        complain(f"What happened is written in {place}; please report it.")
        raise SystemExit(1) from defect
