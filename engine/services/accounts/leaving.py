"""Leaving by way of the provider: we tell it that somebody goes, or it tells us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from engine.bootstrap import Platform
from engine.domain.account import LinkKind
from engine.domain.actor import SYSTEM
from engine.errors import RedressError, SignInError
from engine.services.accounts.issuer import SKEW, Issuer, is_safe, number_of
from engine.services.bulk.token import digest, new_token
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction
from engine.store.visits import proof_purpose

_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_KINDS = frozenset({"logout+jwt", "application/logout+jwt"})
"""What the head of a logout token says of its kind, so that no other token passes for one."""
_LAST_DAY = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Farewell:
    """What a browser posts to the provider, so that the person is signed out there as well.

    Attributes:
        address: Where to.
        fields: Names and values of the form.
        state: What the browser has to bring back; a secret.
    """

    address: str
    fields: Mapping[str, str]
    state: str


class Leaving:
    """The ways out.

    Args:
        platform: Where the sessions are.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._policy = platform.policy.accounts.provider
        self._issuer = Issuer(platform)

    def proof(self, *, token: str) -> str:
        """Return what tells the provider whose session a live one is; empty where it is not its.

        It is forgotten when the session ends, so it is read before.
        """
        with self._platform.database.read() as tx:
            told = tx.visits.provided(digest(token))
        if told is None or told.proof is None or told.issuer != self._policy.issuer:
            return ""
        sealed = bytes.fromhex(told.proof)
        try:
            return self._platform.keyring.unseal(proof_purpose(digest(token)), sealed).decode()
        except RedressError as lost:
            _log.warning("session.proof-lost", reason=str(lost))
            return ""

    def farewell(self, *, proof: str, back: str) -> Farewell | None:
        """Return how a browser signs out at the provider as well; None where it cannot.

        The session here has ended by then: whether the provider answers changes nothing of that.

        Args:
            proof: As ``proof`` returned it.
            back: Where the provider sends the browser afterwards.

        Source: OpenID Connect RP-Initiated Logout 1.0, 2.
        """
        try:
            address = self._issuer.facts().get("end_session_endpoint")
        except SignInError as refusal:
            _log.warning("provider.no-sign-out", reason=str(refusal))
            return None
        if not proof or not isinstance(address, str) or not is_safe(address):
            return None
        state = new_token()
        fields = {
            "id_token_hint": proof,
            "client_id": self._policy.client_id,
            "post_logout_redirect_uri": back,
            "state": state,
        }
        return Farewell(address, fields, state)

    def told(self, *, logout_token: str) -> int:
        """End the sessions that the provider says are over, and return how many.

        Args:
            logout_token: As it came; anybody can have sent it.

        Raises:
            SignInError: It is not the provider's word, not meant for us, too old, or came before.

        Source: OpenID Connect Back-Channel Logout 1.0, 2.6.
        """
        if not self._policy.issuer:
            raise SignInError("There is no provider in the policy.")
        signed = self._issuer.signed_unasked(logout_token)
        claims = signed.claims
        if signed.kind.lower() not in _KINDS or not _says_logout(claims):
            raise SignInError("What the provider sent is no word that somebody has left.")
        if not self._issuer.is_for_us(claims):
            raise SignInError("What the provider sent is not meant for this site, or is too old.")
        return self._platform.database.write(lambda tx: self._end(tx, claims))

    def _end(self, tx: Transaction, claims: Mapping[str, Any]) -> int:
        """End what one word is about, once.

        Raises:
            SignInError: The same word came before.
        """
        now = self._platform.now()
        self._use_up(tx, claims, now)
        ended = tx.visits.end_provided(
            self._policy.issuer,
            subject=str(claims.get("sub", "")),
            outside_id=str(claims.get("sid", "")),
            at=now,
        )
        for username, number in sorted(ended.items()):
            told = {"username": username, "number": number, "by": "provider"}
            jot_organisation(self._platform, tx, actor=SYSTEM, kind="sessions.ended", **told)
        return sum(ended.values())

    def _use_up(self, tx: Transaction, claims: Mapping[str, Any], now: datetime) -> None:
        """Keep that a word was heard for as long as it could be said again.

        Raises:
            SignInError: It was heard before.
        """
        heard = digest(f"logout:{self._policy.issuer}:{claims['jti']}")
        if tx.links.is_known(heard):
            raise SignInError("What the provider sent came before.")
        until = datetime.fromtimestamp(min(number_of(claims, "exp"), _LAST_DAY), UTC)
        tx.links.add(
            heard,
            kind=LinkKind.LEFT,
            username="",
            by=SYSTEM.username,
            at=now,
            expires_at=until + 2 * SKEW,
            detail={},
        )


def _says_logout(claims: Mapping[str, Any]) -> bool:
    """Tell whether claims are those of a logout token, and never those of an identity token."""
    events = claims.get("events")
    about = [claims[name] for name in ("sub", "sid") if name in claims]
    return (
        isinstance(events, dict)
        and isinstance(events.get(_EVENT), dict)
        and "nonce" not in claims
        and bool(about)
        and all(isinstance(each, str) and each for each in (claims.get("jti"), *about))
    )
