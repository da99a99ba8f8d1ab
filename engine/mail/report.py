"""What a mail server tells of a mail that did not arrive (RFC 3464, and many who differ)."""

import re
from html import unescape

from engine.domain.incoming import Failure
from engine.mail.parts import Content, Part, parts_in

_FINAL = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b|\b5[05]\d[ -]")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_LATER = re.compile(
    r"still being retried|will (be )?retr|will continue|delay(ed)?\b|not yet been delivered|"
    r"could not send message for past|warning message only|temporär|verzögert",
    re.IGNORECASE,
)
_LINE_OF_REASON = re.compile(
    r"^.{0,60}(5\d\d[ -]|5\.\d{1,3}\.\d{1,3}|rejected|refused|unknown|does not exist|mailbox full|"
    r"over quota|no such|not found|blocked|undeliverable|disabled).{0,300}$",
    re.IGNORECASE | re.MULTILINE,
)
_ID_LINE = re.compile(
    r"^[>\s]{0,8}message-id:\s{0,4}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,190}")
_MOST = 20


def failure_in(mail: Part, content: Content) -> Failure:
    """Return what a delivery report tells; where it says nothing certain, that it is final."""
    groups = [group for report in content.reports for group in _groups(report)]
    actions = [value.lower() for name, value in groups if name == "action"]
    text = content.text
    status = _status(groups, text)
    return Failure(
        mail_ids=_mail_ids(content, text),
        recipients=_recipients(mail, groups),
        status=status,
        reason=_reason(groups, text),
        is_final=_is_final(actions, status, f"{mail.get('subject', '')}\n{text[:5000]}"),
    )


def _groups(report: Part) -> list[tuple[str, str]]:
    """Return the fields of a report, in order."""
    blocks = parts_in(report) or [report]
    return [
        (name.lower(), " ".join(str(value).split())[:1000])
        for block in blocks[: _MOST * 2]
        for name, value in block.raw_items()
    ]


def _mail_ids(content: Content, text: str) -> tuple[str, ...]:
    """Return the Message-IDs in what came back, whichever way it was packed."""
    found = list[str]()
    for each in (*content.returned, text):
        unfolded = each.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
        found += [*_ID_LINE.findall(each), *_ID_LINE.findall(unescape(unfolded))]
    return tuple(dict.fromkeys(found))[:_MOST]


def _recipients(mail: Part, groups: list[tuple[str, str]]) -> tuple[str, ...]:
    named = [value for name, value in groups if name in {"final-recipient", "original-recipient"}]
    named.append(str(mail.get("X-Failed-Recipients", ""))[:2000])
    found = [address for each in named for address in _ADDRESS.findall(each)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _status(groups: list[tuple[str, str]], text: str) -> str:
    told = [value for name, value in groups if name == "status"]
    for each in (*told, text[:5000]):
        if found := _STATUS.search(each):
            return found[1]
    return ""


def _reason(groups: list[tuple[str, str]], text: str) -> str:
    told = [value for name, value in groups if name == "diagnostic-code"]
    if told:
        return told[0].split(";", 1)[-1].strip()[:300]
    found = _LINE_OF_REASON.search(text[:5000])
    return " ".join(found[0].split())[:300] if found else ""


def _is_final(actions: list[str], status: str, text: str) -> bool:
    if actions:
        return any(action.split()[:1] == ["failed"] for action in actions if action)
    if status:
        return status.startswith("5") or bool(_FINAL.search(text))
    return bool(_FINAL.search(text)) or not _LATER.search(text)
