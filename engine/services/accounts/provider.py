"""Signing in at the organisation's own provider (OpenID Connect, authorization code with PKCE)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped] # it has no types
    create_s256_code_challenge,
)

from engine.bootstrap import Platform
from engine.domain.account import Link, LinkKind
from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import RedressError, SignInError
from engine.services.accounts import accounts, signing_in, ties
from engine.services.accounts.issuer import Issuer, asked, text_of
from engine.services.bulk.token import digest, new_token
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_WITHIN = timedelta(minutes=10)


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
        self._issuer = Issuer(platform)

    def begin(self, *, redirect_uri: str, target: str, tying: str = "") -> Started:
        """Return where somebody goes to sign in, or to show who they are at the provider.

        Args:
            redirect_uri: Where the provider sends the browser back to.
            target: Where the person wants to go after that.
            tying: User name of the account that is tied then, as ``ties.begun`` returned it; empty
                to sign in.

        Raises:
            SignInError: The provider does not answer, or not as it should.
        """
        facts = self._issuer.facts()
        state, nonce, verifier = new_token(), new_token(), new_token()
        detail = {
            "nonce": nonce,
            "verifier": verifier,
            "redirect_uri": redirect_uri,
            "target": target,
            "tying": tying,
        }
        self._platform.database.write(lambda tx: self._keep(tx, state, detail))
        asked_for = {
            "response_type": "code",
            "client_id": self._policy.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._policy.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        if tying:
            # Whoever sits there may be signed in at the provider as somebody else.
            asked_for["prompt"] = "login"
        return Started(f"{text_of(facts, 'authorization_endpoint')}?{urlencode(asked_for)}", state)

    def finish(
        self, *, state: str, code: str, browser: signing_in.Browser, session: str = ""
    ) -> tuple[str, str]:
        """Return the token of a new session, and where the person wanted to go.

        The state is used up first, whatever comes of it: nobody brings it a second time.

        Args:
            state: As the browser brings it back.
            code: The same.
            browser: Where the person comes from.
            session: Token of the session in this browser; needed where an account is tied, and
                then no new one is opened: the token that is returned is empty.

        Raises:
            SignInError: What was brought back does not fit, or the person has no account here.
            InvalidInputError: The account is to be tied, and the subject is somebody's already.
        """
        kept = self._taken(state)
        facts = self._issuer.facts()
        proof = self._exchanged(facts, code, kept)
        claims = self._claims(proof, facts, str(kept.detail["nonce"]))

        def work(tx: Transaction) -> str:
            if username := str(kept.detail.get("tying", "")):
                person = self._in_session(tx, session, username)
                outside = (str(claims["iss"]), str(claims["sub"]))
                ties.add(self._platform, tx, actor=person, username=username, outside=outside)
                return ""
            person = self._person(tx, claims)
            return signing_in.open_session(
                self._platform, tx, person, browser, method="provider", claims=claims, proof=proof
            )

        return self._platform.database.write(work), str(kept.detail["target"])

    def _in_session(self, tx: Transaction, session: str, username: str) -> Actor:
        """Return who is to be tied, if the browser that comes back is still theirs.

        Raises:
            SignInError: It is not, or the session is over.
        """
        visit = tx.visits.get(digest(session))
        is_live = visit is not None and visit.ended_at is None and visit.account.is_active
        if visit is None or not is_live or visit.account.actor.username != username:
            raise SignInError("Your session has ended meanwhile. Please sign in and try again.")
        return visit.account.actor

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
        told = asked("POST", text_of(facts, "token_endpoint"), data=given, auth=proof)
        return text_of(told, "id_token")

    def _claims(self, token: str, facts: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """Return what an identity token says, when all of it is as it must be.

        Raises:
            SignInError: It is not signed by the provider, not meant for us, too old, or of another
                sign-in.

        Source: OpenID Connect Core 1.0, 3.1.3.7.
        """
        claims = self._issuer.signed(facts, token).claims
        if not self._issuer.is_for_us(claims) or not claims.get("sub"):
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
