"""Signing in at the organisation's own provider (OpenID Connect, authorization code with PKCE)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped] # it has no types
    create_s256_code_challenge,
)
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.bootstrap import Platform
from engine.domain.account import Link, LinkKind
from engine.domain.actor import SYSTEM, Actor, Deed, Role
from engine.errors import InvalidInputError, RedressError, SignInError
from engine.services import accounts, signing_in, takeover
from engine.services.jotting import jot_organisation
from engine.services.token import digest, new_token
from engine.store.transaction import Transaction

_SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]
"""Never ``none``, and nothing that is checked with a secret both sides know."""

_WITHIN = timedelta(minutes=10)
_SKEW = timedelta(minutes=1)
_TIMEOUT = 5.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in that goes on at the provider.

    Attributes:
        address: Where the browser goes.
        state: What the browser has to bring back; a secret.
    """

    address: str
    state: str


class Provider:
    """The organisation's provider, as the policy names it.

    Args:
        platform: Where accounts and policy are.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._policy = platform.policy.accounts.provider

    def begin(self, *, redirect_uri: str, target: str) -> Started:
        """Return where somebody goes to sign in.

        Args:
            redirect_uri: Where the provider sends the browser back to.
            target: Where the person wants to go after that.

        Raises:
            SignInError: The provider does not answer, or not as it should.
        """
        facts = self._discovered()
        state, nonce, verifier = new_token(), new_token(), new_token()
        detail = {
            "nonce": nonce,
            "verifier": verifier,
            "redirect_uri": redirect_uri,
            "target": target,
        }
        self._platform.database.write(lambda tx: self._keep(tx, state, detail))
        asked = {
            "response_type": "code",
            "client_id": self._policy.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._policy.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Started(f"{_text(facts, 'authorization_endpoint')}?{urlencode(asked)}", state)

    def finish(self, *, state: str, code: str, browser: signing_in.Browser) -> tuple[str, str]:
        """Return the token of a new session, and where the person wanted to go.

        The state is used up first, whatever comes of it: nobody brings it a second time.

        Raises:
            SignInError: What was brought back does not fit, or the person has no account here.
        """
        kept = self._taken(state)
        facts = self._discovered()
        claims = self._claims(facts, self._exchanged(facts, code, kept), str(kept.detail["nonce"]))

        def work(tx: Transaction) -> str:
            person = self._person(tx, claims)
            return signing_in.open_session(self._platform, tx, person, browser, method="provider")

        return self._platform.database.write(work), str(kept.detail["target"])

    def _keep(self, tx: Transaction, state: str, detail: Mapping[str, object]) -> None:
        now = self._platform.now()
        tx.links.add(
            digest(state),
            kind=LinkKind.PROVIDER,
            username="",
            by=SYSTEM.username,
            at=now,
            expires_at=now + _WITHIN,
            detail=detail,
        )

    def _taken(self, state: str) -> Link:
        """Use a state up and return what was kept with it.

        Raises:
            SignInError: It is used up, too old, or was never made.
        """
        now = self._platform.now()

        def work(tx: Transaction) -> Link:
            link = tx.links.live(digest(state), now=now)
            is_ours = link is not None and link.kind is LinkKind.PROVIDER
            if link is None or not is_ours or not tx.links.use(digest(state), now):
                raise SignInError("That took too long, or was done before. Please sign in again.")
            return link

        return self._platform.database.write(work)

    def _discovered(self) -> Mapping[str, Any]:
        """Return what the provider says of itself.

        Raises:
            SignInError: It is not the one that the policy names.
        """
        issuer = self._policy.issuer
        facts = _asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if facts.get("issuer") != issuer:
            raise SignInError("The provider says that it is another one than the policy names.")
        return facts

    def _exchanged(self, facts: Mapping[str, Any], code: str, kept: Link) -> str:
        """Return the identity token for a code."""
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": str(kept.detail["redirect_uri"]),
            "client_id": self._policy.client_id,
            "code_verifier": str(kept.detail["verifier"]),
        }
        secret = self._platform.provider_secret
        proof = (self._policy.client_id, secret) if secret else None
        told = _asked("POST", _text(facts, "token_endpoint"), data=given, auth=proof)
        return _text(told, "id_token")

    def _claims(self, facts: Mapping[str, Any], token: str, nonce: str) -> Mapping[str, Any]:
        """Return what an identity token says, when all of it is as it must be.

        Raises:
            SignInError: It is not signed by the provider, not meant for us, too old, or of another
                sign-in.

        Source: OpenID Connect Core 1.0, 3.1.3.7.
        """
        try:
            keys = KeySet.import_key_set(_asked("GET", _text(facts, "jwks_uri")))  # type: ignore[arg-type] # checked inside
            claims = jwt.decode(token, keys, algorithms=_SIGNED_BY).claims
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInError("What the provider sent is not signed by it.") from error
        now = self._platform.now().timestamp()
        audience = claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        is_ours = self._policy.client_id in meant
        is_meant = len(meant) == 1 or claims.get("azp") == self._policy.client_id
        is_of_now = (
            _number(claims.get("exp")) > now - _SKEW.total_seconds()
            and _number(claims.get("iat")) < now + _SKEW.total_seconds()
        )
        is_issued = claims.get("iss") == self._policy.issuer and bool(claims.get("sub"))
        if not (is_ours and is_meant and is_of_now and is_issued):
            raise SignInError("What the provider sent is not meant for this site, or is too old.")
        if claims.get("nonce") != nonce:
            raise SignInError("What the provider sent belongs to another sign-in.")
        return claims

    def _person(self, tx: Transaction, claims: Mapping[str, Any]) -> Actor:
        """Return whose account it is; the policy may let it be made.

        Raises:
            SignInError: The person has none, or it is closed.
        """
        issuer, subject = str(claims["iss"]), str(claims["sub"])
        known = tx.outside.account(issuer, subject)
        if known is None and self._policy.creates_accounts:
            person = self._created(tx, claims)
            tx.outside.link(issuer, subject, username=person.username, at=self._platform.now())
            return person
        if known is None or not known.is_active:
            raise SignInError("You have no account here. Ask an administrator for one.")
        return self._with_roles(tx, known.actor, claims)

    def _created(self, tx: Transaction, claims: Mapping[str, Any]) -> Actor:
        """Make the account of somebody who comes for the first time.

        Raises:
            SignInError: Name, user name or roles cannot be used, or the user name is taken.
        """
        username = str(claims.get(self._policy.username_claim, ""))
        name = str(claims.get(self._policy.name_claim, "")) or username
        try:
            person = accounts.checked(username=username, name=name, wanted=self._mapped(claims))
            accounts.enter(self._platform, tx, actor=SYSTEM, person=person)
        except RedressError as refusal:
            raise SignInError(f"No account could be made for you: {refusal}") from refusal
        return person

    def _with_roles(self, tx: Transaction, person: Actor, claims: Mapping[str, Any]) -> Actor:
        """Give somebody the roles that the provider names now; an administrator stays one."""
        if not self._policy.roles_claim:
            return person
        given = self._mapped(claims) | (person.roles & {Role.ADMINISTRATOR})
        if given != person.roles:
            tx.accounts.set_roles(person.username, given)
            tx.visits.end_all(person.username, self._platform.now())
            told = {"username": person.username, "roles": sorted(given)}
            jot_organisation(self._platform, tx, actor=SYSTEM, kind="roles.changed", **told)
        return person.model_copy(update={"roles": given})

    def _mapped(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """Return the roles for what a claim holds; never those of an administrator."""
        held = claims.get(self._policy.roles_claim, [])
        names = {str(each) for each in held} if isinstance(held, list) else {str(held)}
        found = {Role(role) for name, role in self._policy.roles.items() if name in names}
        return frozenset(found - {Role.ADMINISTRATOR, Role.SYSTEM})


def tie(platform: Platform, *, actor: Actor, username: str, subject: str) -> None:
    """Let somebody with an account come in by the provider, as this subject of it.

    Raises:
        NotAllowedError: The actor may not administer users.
        NotFoundError: Nobody has this user name.
        SeparationOfDutiesError: The person is an administrator as well.
        InvalidInputError: The subject is empty, or is somebody's already, or there is no provider.
    """
    actor.require(Deed.ADMINISTER)
    issuer = platform.policy.accounts.provider.issuer
    if not issuer or not subject.strip():
        raise InvalidInputError({"Subject": "is needed, and a provider in the policy."})

    def work(tx: Transaction) -> None:
        takeover.opened(tx, actor, username)
        if tx.outside.account(issuer, subject) is not None:
            raise InvalidInputError({"Subject": "is somebody's already."})
        tx.outside.link(issuer, subject, username=username, at=platform.now())
        jot_organisation(platform, tx, actor=actor, kind="account.tied", username=username)

    platform.database.write(work)


def _asked(
    method: str,
    address: str,
    *,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> Mapping[str, Any]:
    """Return what the provider answers, as data.

    Raises:
        SignInError: It does not answer, or not so.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
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


def _text(facts: Mapping[str, Any], name: str) -> str:
    """Return a text of an answer.

    Raises:
        SignInError: It is not there.
    """
    found = facts.get(name)
    if not isinstance(found, str):
        raise SignInError("The provider does not answer as it should. Try again later.")
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
