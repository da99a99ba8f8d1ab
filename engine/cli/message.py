"""Commands that bring messages and signals from other systems to the cases that wait for them."""

from datetime import timedelta
from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, acting, ready
from engine.console import Format, say, show_json
from engine.domain.message import Delivery, Payload
from engine.errors import InvalidInputError
from engine.services.running import messages

app = typer.Typer(no_args_is_help=True, help="Messages and signals from other systems.")

Id = Annotated[str, typer.Option("--id", help="the sender's; the same id is delivered once")]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="may be given several times")
]
Keep = Annotated[
    float | None, typer.Option(min=0, metavar="HOURS", help="how long to keep it unawaited")
]
_SAID = {
    Delivery.DELIVERED: "Delivered.",
    Delivery.KEPT: "Kept: no case waits for it yet.",
    Delivery.GIVEN_UP: "Given up; there is an incident.",
}


@app.command()
def send(
    name: str,
    *,
    key: Annotated[str, typer.Option(help="a reference, or a key that a case has declared")],
    message_id: Id,
    who: WhoActs,
    value: Values = None,
    keep: Keep = None,
    output: As = Format.TEXT,
) -> None:
    """Deliver a message to the case of a key, or keep it until the case awaits it."""
    platform = ready()
    end = messages.deliver_message(
        platform,
        actor=acting(platform, who),
        message_id=message_id,
        name=name,
        key=key,
        payload=_payload(value or ()),
        time_to_live=None if keep is None else timedelta(hours=keep),
    )
    if output is Format.JSON:
        show_json({"delivery": end})
    else:
        say(_SAID[end])


@app.command()
def signal(
    name: str,
    *,
    message_id: Id,
    who: WhoActs,
    key: Annotated[str, typer.Option(help="of one case; else all that wait hear it")] = "",
    value: Values = None,
    output: As = Format.TEXT,
) -> None:
    """Send a signal to the case of a key, or to every case that waits for it."""
    platform = ready()
    heard = messages.send_signal(
        platform,
        actor=acting(platform, who),
        message_id=message_id,
        name=name,
        key=key,
        payload=_payload(value or ()),
    )
    if output is Format.JSON:
        show_json({"heard_by": heard})
    else:
        say(f"Heard by {heard} case{'' if heard == 1 else 's'}.")


def _payload(values: list[str] | tuple[str, ...]) -> Payload:
    """Return variables from ``name=value``; what reads as a number, yes or no is one.

    Raises:
        InvalidInputError: One of them has no sign of equality.
    """
    pairs = [text.partition("=") for text in values]
    if wrong := [name for name, sign, _ in pairs if not sign]:
        raise InvalidInputError({"--set": f"“{wrong[0]}” is not of the form name=value."})
    return {name.strip(): _value(text.strip()) for name, _, text in pairs}


def _value(text: str) -> str | int | float | bool:
    if text in {"true", "false"}:
        return text == "true"
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
