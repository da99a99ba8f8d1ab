"""Signed ids in the mails that leave: by them alone an answer finds its complaint.

Anybody can write the reference of a complaint into a title, and the id of a mail once they saw it;
nobody can make an id of another complaint. A signature names its key: when the old keys of this
installation are forgotten, answers to mails from before come to people instead.
"""

import base64
import re
import secrets
from binascii import Error
from collections.abc import Iterable

from engine.bootstrap import Platform
from engine.domain.case import Mail
from engine.domain.envelope import Thread

_PURPOSE = "mail thread"
_ID = re.compile(r"<?c(\d{1,15})\.([a-z2-7]{1,16})\.([a-z2-7]{26})@([a-z0-9.-]{1,190})>?")
_IN_ADDRESS = re.compile(r"\+c(\d{1,15})\.([a-z2-7]{26})@[^@]{1,190}")
_OF_ALL = "all"
"""Stands where an id has its random part, in the id that all mails of a complaint share."""
_LONGEST_LOCAL = 64


def new_id(platform: Platform, *, case_id: int) -> str:
    """Return the Message-ID of a new mail about a case; it stays however often it is tried."""
    chance = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    return _id(platform, case_id, chance)


def of_mail(platform: Platform, *, mail: Mail) -> Thread | None:
    """Return by what an answer to a mail finds back; None for one that nobody is to answer."""
    if mail.case_id is None or case_of(platform, message_id=mail.message_id) != mail.case_id:
        return None
    reference = _id(platform, mail.case_id, _OF_ALL)
    return Thread(reference, _reply_to(platform, mail.case_id))


def case_of(platform: Platform, *, message_id: str) -> int | None:
    """Return the case that an id of ours is about; None for every other, however like ours."""
    found = _ID.fullmatch(message_id.lower())
    if found is None:
        return None
    number, chance, signature, domain = found.groups()
    is_ours = _is_signed(platform, f"{int(number)}.{chance}@{domain}", signature)
    return int(number) if is_ours else None


def _case_of_address(platform: Platform, address: str) -> int | None:
    """Return the case that an address of ours is about, such as ``office+c7.…@example.org``."""
    found = _IN_ADDRESS.search(address.lower())
    if found is None:
        return None
    is_ours = _is_signed(platform, f"{int(found[1])}+", found[2])
    return int(found[1]) if is_ours else None


def cases_of(
    platform: Platform, *, ids: Iterable[str], addresses: Iterable[str]
) -> tuple[int, ...]:
    """Return the cases that ids and addresses are about, the likeliest first, each once."""
    known = [case_of(platform, message_id=each) for each in ids]
    known += [_case_of_address(platform, each) for each in addresses]
    return tuple(dict.fromkeys(each for each in known if each is not None))


def looks_like_ours(text: str) -> bool:
    """Tell whether an id or address has the form of ours, whoever made it."""
    low = text.lower()
    return bool(_ID.fullmatch(low) or _IN_ADDRESS.search(low))


def _id(platform: Platform, case_id: int, chance: str) -> str:
    domain = platform.policy.organisation.mail_from.rpartition("@")[2].lower()
    signature = _signature(platform, f"{case_id}.{chance}@{domain}")
    return f"<c{case_id}.{chance}.{signature}@{domain}>"


def _reply_to(platform: Platform, case_id: int) -> str:
    if not platform.policy.mail.plus_addresses:
        return ""
    local, _, domain = platform.policy.organisation.mail_from.rpartition("@")
    tagged = f"{local}+c{case_id}.{_signature(platform, f'{case_id}+')}"
    return f"{tagged}@{domain}" if len(tagged) <= _LONGEST_LOCAL else ""


def _signature(platform: Platform, text: str) -> str:
    made = platform.keyring.sign(_PURPOSE, text)
    return base64.b32encode(made).decode().rstrip("=").lower()


def _is_signed(platform: Platform, text: str, signature: str) -> bool:
    try:
        raw = base64.b32decode(f"{signature.upper()}======")
    except Error:
        return False
    # The last letter holds two bits that mean nothing; only one spelling counts.
    is_spelled = base64.b32encode(raw).decode().rstrip("=").lower() == signature
    return is_spelled and platform.keyring.is_signed(_PURPOSE, text, raw)
