"""What somebody answers, without the history that their program put below or above it.

The libraries that were looked at either take minutes for a mail of line breaks or know a few
languages only; this reads line by line, in straight time. Where it is in doubt, all is kept: the
whole mail stays besides, in any case.
"""

import re

_MOST_LINES = 5_000
_LONGEST = 300
"""Characters of the line that introduces a quote, over at most four lines."""

_WROTE = re.compile(
    r"(wrote|writes|schrieb|a écrit|escribi[oó]|escreveu|ha scritto|schreef|geschreven|skrev|"
    r"napisała?|napsala?|kirjoitti|написал\w?|írta|a scris|пишет?)\b",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[-_\s>*]*(begin )?(original message|forwarded message|original appointment|"
    r"ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|"
    r"anfang der weitergeleiteten|message d'origine|message transféré|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|originalmeddelande|"
    r"oryginalna wiadomość|reply above this line|antwort über dieser zeile)[-_:\s*]*",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^[>*\s|]*([^\W\d_][\w\u00a0 .-]{0,20}?)\s?\*?\s?[::]\*?\s?(.{0,200})")
_FROM = frozenset({"from", "von", "de", "fra", "från", "van", "da", "od", "lähettäjä", "от"})
_OTHERS = frozenset(
    {
        *("sent", "date", "to", "cc", "subject", "gesendet", "datum", "an", "betreff", "kopie"),
        *("envoyé", "à", "objet", "sendt", "til", "emne", "skickat", "till", "ämne", "verzonden"),
        *("aan", "onderwerp", "enviado", "enviado el", "para", "asunto", "assunto", "inviato"),
        *("a", "oggetto", "wysłano", "do", "temat", "dato", "fecha", "data", "reply-to", "дата"),
        *("кому", "тема", "received", "lähetetty", "vastaanottaja", "aihe", "cópia", "copia"),
    }
)
_BEGINS = re.compile(
    r"\s*(on|am|le|el|em|den|op|il|dnia|w dniu|dne|a|в|the|from)\b|[^\n]*\d", re.IGNORECASE
)
"""How a line begins that says who wrote what, and when."""

_WHEN = re.compile(r"\d[:.h]\d\d|@")
_DIGIT = re.compile(r"\d")


def without_history(text: str) -> str:
    """Return what was written anew in an answer; all of it where nothing else is sure."""
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        return text.strip()
    end = next((n for n in range(len(lines)) if _begins_history(lines, n)), len(lines))
    own = [line for line in lines[:end] if not line.lstrip().startswith(">")]
    below = _own_below(lines[end:])
    found = "\n".join([*own, *below]).strip().rstrip("-_ \n").strip()
    return found or text.strip()


def _begins_history(lines: list[str], n: int) -> bool:
    line = lines[n]
    if not line.strip() or line.lstrip().startswith(">"):
        return False
    if _ORIGINAL.match(line):
        return True
    return _is_heading(lines, n) or _introduces(lines, n) > 0


def _is_heading(lines: list[str], n: int) -> bool:
    """Tell whether the headers of an older mail begin here, as some programs copy them."""
    if _field(lines[n]) not in _FROM:
        return False
    near = [_field(each) for each in lines[n + 1 : n + 7]]
    return sum(name in _OTHERS for name in near) >= 2


def _field(line: str) -> str:
    found = _FIELD.match(line[:_LONGEST])
    return found[1].strip().casefold() if found else ""


def _introduces(lines: list[str], n: int) -> int:
    """Return how many lines say who wrote what follows, and when; 0 where none do."""
    if not _BEGINS.match(lines[n][:_LONGEST]):
        return 0
    said = ""
    for taken, line in enumerate(lines[n : n + 4], start=1):
        if line.lstrip().startswith(">") or (taken > 1 and not line.strip()):
            break
        said = f"{said} {line.strip()}".strip()
        if len(said) > _LONGEST:
            break
        if _ends_introduction(said, lines[n + taken : n + taken + 3]):
            return taken
    return 0


def _ends_introduction(said: str, following: list[str]) -> bool:
    wrote, when = _WROTE.search(said), _DIGIT.search(said)
    if not (wrote and when):
        return False
    if next((each for each in following if each.strip()), "").lstrip().startswith(">"):
        return True
    # Somebody may tell what was written to them in May: only programs name time or address.
    return said.endswith(":") and bool(_WHEN.search(said))


def _own_below(rest: list[str]) -> list[str]:
    """Return what stands unquoted below a history that is quoted line by line.

    Some write below what they answer to. That shows only where each older line has its mark.
    """
    quoted = [n for n, line in enumerate(rest) if line.lstrip().startswith(">")]
    if not quoted or _introduces(rest, 0) == 0 or quoted[0] > _introduces(rest, 0) + 1:
        return []
    below = rest[quoted[0] :]
    return [line for line in below if not line.lstrip().startswith(">")]
