"""What people change about how they come in, each in a dialog."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from urllib.parse import urlencode
from uuid import UUID

import streamlit as st

from engine.domain.account import Tie
from engine.domain.actor import Actor
from engine.domain.api_key import Scope, within
from engine.services.accounts import daily_mail, keys, passwords, second_factor, ties
from ui.once import attempt
from ui.parts.dialog import confirm
from ui.parts.words import plain
from ui.qr import picture_of
from ui.session import platform, token
from ui.signin_provider import TIE

_BEGUN = "account:begun"
_ONCE = "It is shown only now. Keep it where you keep passwords."


@st.dialog("Change password", icon=":material/password:")
def change_password(person: Actor) -> None:
    """Ask for the password of now and a new one, and change it."""
    this = token()
    with _secrets("password"):
        old = st.text_input("Password of now", type="password", key="password:old")
        new = st.text_input("New password", type="password", key="password:new")
        again = st.text_input("The same again", type="password", key="password:again")
        st.markdown(":small[At least 10 characters, best several uncommon words.]")
        confirm(
            "Change password",
            key="password:do",
            command="password",
            act=lambda _id: passwords.change(
                platform(), actor=person, old=old, new=new, token=this
            ),
            done="Your password is changed; every other session is ended.",
            problem="" if new == again else "The two new passwords are not the same.",
            button=st.form_submit_button,
        )


@st.dialog("Set up a second factor", icon=":material/phonelink_lock:")
def begin_factor(person: Actor) -> None:
    """Show the secret to a device, ask for a code of it, and show the recovery codes."""
    if _BEGUN not in st.session_state:
        st.session_state[_BEGUN] = second_factor.begin(platform(), actor=person)
    begun: second_factor.Begun = st.session_state[_BEGUN]
    st.markdown("Take a picture of this with an app that makes codes, or type the text into it.")
    st.image(picture_of(begun.uri), width=220)
    st.code(begun.secret, language=None, wrap_lines=True)
    code = st.text_input("Code that the app shows", key="factor:code")
    if not st.button("Let it count", type="primary", key="factor:do"):
        return
    codes: list[tuple[str, ...]] = []
    if attempt(
        "factor",
        lambda _id: codes.append(second_factor.confirm(platform(), actor=person, code=code)),
    ):
        del st.session_state[_BEGUN]
        _show_codes(codes[0])


@st.dialog("New recovery codes", icon=":material/key:")
def renew_codes(person: Actor) -> None:
    """Ask for the password, and show new recovery codes."""
    with _secrets("codes"):
        password = st.text_input("Password", type="password", key="codes:password")
        pressed = st.form_submit_button("Make new codes", type="primary", key="codes:do")
    if not pressed:
        return
    codes: list[tuple[str, ...]] = []
    if attempt(
        "codes",
        lambda _id: codes.append(
            second_factor.renew_codes(platform(), actor=person, password=password)
        ),
    ):
        _show_codes(codes[0])


@st.dialog("Daily mail", icon=":material/mark_email_unread:")
def choose_daily_mail(person: Actor, before: str) -> None:
    """Ask for the address to which what waits is told; none for no mail."""
    address = st.text_input("Address", value=before, key=f"daily:address:{before}", max_chars=254)
    st.markdown(":small[Leave it empty to get none. Nothing is sent on days when nothing waits.]")
    confirm(
        "Save",
        key="daily:do",
        command=f"daily:{before}:{address}",
        act=lambda _id: daily_mail.choose_daily_mail(platform(), actor=person, address=address),
        done="From the next working day on." if address.strip() else "No mail is sent any more.",
    )


@st.dialog("Remove the second factor", icon=":material/phonelink_erase:")
def remove_factor(person: Actor) -> None:
    """Ask for the password, and ask for no code any more."""
    with _secrets("remove"):
        password = st.text_input("Password", type="password", key="remove:password")
        confirm(
            "Remove the second factor",
            key="remove:do",
            command="remove",
            act=lambda _id: second_factor.remove(platform(), actor=person, password=password),
            done="The second factor is removed.",
            button=st.form_submit_button,
        )


@st.dialog("Tie an identity", icon=":material/link:")
def tie(person: Actor, provider: str) -> None:
    """Ask for the password, and show the way to the provider, where the person signs in.

    The way is a link of the browser: only there can it be given the proof that it was sent.
    """
    st.markdown(
        f"Show your password, then sign in with {plain(provider)}. From then on you come in by "
        "either."
    )
    with _secrets("tie"):
        password = st.text_input("Password", type="password", key=f"tie:password:{provider}")
        pressed = st.form_submit_button("Go on", type="primary", key="tie:do")
    begun: list[str] = []
    if pressed and attempt(
        "tie",
        lambda _id: begun.append(ties.begin_own(platform(), actor=person, password=password)),
    ):
        way = f"{TIE}?{urlencode({'begun': begun[0]})}"
        st.markdown("The way is open once, for ten minutes.")
        st.link_button(f"Sign in with {plain(provider)}", way, type="primary")


@st.dialog("Untie an identity", icon=":material/link_off:")
def untie(person: Actor, tied: Tie) -> None:
    """Ask for the password, and let the person come in by this identity no more."""
    st.markdown(f"You come in as **{plain(tied.subject)}** no more. Your password stays.")
    this = token()
    with _secrets("untie"):
        password = st.text_input(
            "Password", type="password", key=f"untie:password:{tied.issuer}:{tied.subject}"
        )
        confirm(
            "Untie it",
            key="untie:do",
            command=f"untie:{tied.issuer}:{tied.subject}",
            act=lambda _id: ties.untie_own(
                platform(),
                actor=person,
                issuer=tied.issuer,
                subject=tied.subject,
                password=password,
                token=this,
            ),
            done="It is untied; other sessions that began so are ended.",
            button=st.form_submit_button,
        )


@st.dialog("Make a key", icon=":material/vpn_key:")
def make_key(person: Actor) -> None:
    """Ask what a key is for, make it, and show it once."""
    name = st.text_input("What it is for", key="key:name", placeholder="Website")
    useful = [scope for scope in Scope if any(map(person.may, within([scope])))]
    scopes = st.multiselect("Scopes", useful, format_func=_scope, key="key:scopes")
    longest = platform().policy.accounts.key_days
    days = st.number_input("Days", 1, longest, min(90, longest), key="key:days")
    if not st.button("Make the key", type="primary", key="key:do"):
        return
    made: list[str] = []

    def act(_id: UUID) -> None:
        made.append(keys.create(platform(), actor=person, name=name, scopes=scopes, days=int(days)))

    if attempt("key", act):
        st.markdown(plain(_ONCE))
        st.code(made[0], language=None)


def _secrets(key: str) -> AbstractContextManager[object]:
    """Return a form for passwords.

    Outside of one, whoever goes on with the Tab key, from the password to the button beside it
    that shows it, leaves the field without its text being sent.
    """
    return st.form(f"{key}:form", border=False, enter_to_submit=True)


def _scope(scope: Scope) -> str:
    return scope.title.capitalize()


def _show_codes(codes: Sequence[str]) -> None:
    st.markdown("Each opens your account once without the device. They are shown only now.")
    st.code("\n".join(codes), language=None)
    if st.button("I have kept them", key="codes:kept"):
        st.rerun()
