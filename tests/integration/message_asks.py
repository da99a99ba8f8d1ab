"""How the services about messages are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.services.running import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.asking import Ask

ASKS: Mapping[str, Ask] = {
    "messages.declare_key": lambda a: messages.declare_key(a.platform, key="K-1", **a.of_case),
    "messages.deliver_message": lambda a: messages.deliver_message(
        a.platform, actor=a.actor, message_id="m-1", name="answer", key=a.reference
    ),
    "messages.keys_of": lambda a: messages.keys_of(a.platform, **a.of_case),
    "messages.send_signal": lambda a: messages.send_signal(
        a.platform,
        actor=a.actor,
        message_id="m-2",
        name="recall",
        key=a.reference,
        time_to_live=timedelta(days=1),
    ),
    "messages.tend": lambda a: messages.tend(a.platform, actor=a.actor),
}
