"""What the organisation's provider says of itself, and whether something was signed by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.bootstrap import Platform
from engine.errors import SignInError

_SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]
"""Never ``none``, and nothing that is checked with a secret both sides know."""

SKEW = timedelta(minutes=1)
_TIMEOUT = 5.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KEPT = timedelta(minutes=5)
"""How long keys are good for that were read to check what nobody here has asked for."""
_SELDOM = timedelta(minutes=1)
"""How far apart the provider is asked for its keys at least, however much is sent to us."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the provider has signed, unchecked but for the signature.

    Attributes:
        kind: Of the token, as its head says; empty where it does not.
    """

    kind: str
    claims: Mapping[str, Any]


class Issuer:
    """The provider that the policy names.

    Args:
        platform: Where the policy is.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._policy = platform.policy.accounts.provider
        self._keys: KeySet | None = None
        self._read_at = datetime.min.replace(tzinfo=platform.now().tzinfo)

    def facts(self) -> Mapping[str, Any]:
        """Return what the provider says of itself.

        Raises:
            SignInError: It does not answer, or is not the one that the policy names.
        """
        issuer = self._policy.issuer
        facts = asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if facts.get("issuer") != issuer:
            raise SignInError("The provider says that it is another one than the policy names.")
        return facts

    def signed(self, facts: Mapping[str, Any], token: str) -> Signed:
        """Return what stands in a token that the provider has signed; its keys are read anew.

        Raises:
            SignInError: It has not.
        """
        return _signed(_keys_of(facts), token)

    def signed_unasked(self, token: str) -> Signed:
        """Return the same of a token that anybody may have sent.

        The keys are remembered, so that whoever sends much does not let us ask much.

        Raises:
            SignInError: It is not signed by the provider, or that does not answer.
        """
        now = self._platform.now()
        if self._keys is not None and now - self._read_at < _KEPT:
            try:
                return _signed(self._keys, token)
            except SignInError:
                # It may be signed with a key that is newer than those we know.
                if now - self._read_at < _SELDOM:
                    raise
        elif now - self._read_at < _SELDOM:
            raise SignInError("The provider does not answer as it should. Try again later.")
        self._read_at = now
        self._keys = None
        self._keys = _keys_of(self.facts())
        return _signed(self._keys, token)

    def is_for_us(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether claims are of this provider, meant for this site, and of now."""
        now, skew = self._platform.now().timestamp(), SKEW.total_seconds()
        audience = claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        is_meant = len(meant) == 1 or claims.get("azp") == self._policy.client_id
        return (
            self._policy.client_id in meant
            and is_meant
            and claims.get("iss") == self._policy.issuer
            and number_of(claims, "exp") > now - skew
            and number_of(claims, "iat") < now + skew
        )


def asked(
    method: str,
    address: str,
    *,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> Mapping[str, Any]:
    """Return what the provider answers, as data.

    Raises:
        SignInError: It does not answer, or not so, or can be reached over plain http only.
    """
    if not is_safe(address):
        raise SignInError("The provider can only be reached over https.")
    try:
        answer = httpx.request(method, address, data=data, auth=auth, timeout=_TIMEOUT)
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SignInError("The provider does not answer as it should. Try again later.") from error
    if not isinstance(told, dict):
        raise SignInError("The provider does not answer as it should. Try again later.")
    return told


def is_safe(address: str) -> bool:
    """Tell whether an address may be asked, or a browser sent to: over TLS, or on this machine.

    >>> is_safe("https://login.example.org/x"), is_safe("http://login.example.org/x")
    (True, False)
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    )


def text_of(facts: Mapping[str, Any], name: str) -> str:
    """Return a text of an answer.

    Raises:
        SignInError: It is not there.
    """
    found = facts.get(name)
    if not isinstance(found, str):
        raise SignInError("The provider does not answer as it should. Try again later.")
    return found


def number_of(claims: Mapping[str, Any], name: str) -> float:
    """Return a number of some claims; what is no number compares to nothing."""
    found = claims.get(name)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number else float("nan")  # type: ignore[arg-type] # asked just before


def _keys_of(facts: Mapping[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set(asked("GET", text_of(facts, "jwks_uri")))  # type: ignore[arg-type] # checked inside
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignInError("The provider does not answer as it should. Try again later.") from error


def _signed(keys: KeySet, token: str) -> Signed:
    try:
        read = jwt.decode(token, keys, algorithms=_SIGNED_BY)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignInError("What the provider sent is not signed by it.") from error
    kind = read.header.get("typ", "")
    return Signed(kind if isinstance(kind, str) else "?", read.claims)
