"""Pictures of letters for the documentation, in both languages, from the templates we ship."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image

from config.settings import Settings
from engine.domain.letter import Facts, LetterKind, letter_hash
from engine.writing.book import shipped_letters
from engine.writing.press import Sheet, draw_letter

_BLANK = re.compile(r"\[[^\[\]\n]+\]")
_GREYS = 16
_DOTS = 84
KINDS = (
    LetterKind.ACKNOWLEDGEMENT,
    LetterKind.HOLDING,
    LetterKind.DECISION,
    LetterKind.STAGE_TWO_DECISION,
)
_COMMON = {
    "reference": "C-2026-000144",
    "organisation": "Northwind Utilities",
    "several": "yes",
}
_SAID: dict[str, dict[str, str]] = {
    "en": {
        "complainant": "Rosa Jiménez",
        "summary": "Supply cut off without notice",
        "received": "5 March 2026",
        "final_response": "30 April 2026",
        "new_date": "2 April 2026",
        "reason": "The network operator has not yet told us who ordered the disconnection. We have "
        "asked again and expect its answer within a week.",
        "external_body": "the Utilities Ombudsman",
        "external_limit": "within twelve months of the date of this letter",
        "first": "The disconnection was meant for another flat. Nobody compared the number of the "
        "meter with that on the order.",
        "second": "You waited 40 minutes on the telephone, twice. Two of our five agents were ill "
        "that day, and we had no plan for it.",
        "blank": "We pay you 493.00 GBP by 25 March 2026 for the food that was spoilt, and we are "
        "sorry. The number of the meter is now read back before any supply is cut off.",
    },
    "de": {
        "complainant": "Zoë Größer-Łukasiewicz",
        "summary": "Strom ohne Ankündigung abgestellt",
        "received": "5. März 2026",
        "final_response": "30. April 2026",
        "new_date": "2. April 2026",
        "reason": "Der Netzbetreiber hat uns noch nicht gesagt, wer die Sperrung beauftragt hat. "
        "Wir haben nachgefragt und erwarten die Antwort innerhalb einer Woche.",
        "external_body": "Utilities Ombudsman",
        "external_limit": "innerhalb von zwölf Monaten nach dem Datum dieses Briefes",
        "first": "Die Sperrung galt einer anderen Wohnung. Niemand hat die Nummer des Zählers mit "
        "der auf dem Auftrag verglichen.",
        "second": "Sie haben zweimal 40 Minuten am Telefon gewartet. An diesem Tag waren zwei von "
        "fünf Mitarbeitern krank, und wir hatten dafür keinen Plan.",
        "blank": "Wir zahlen Ihnen bis zum 25. März 2026 493,00 GBP für die verdorbenen "
        "Lebensmittel, und es tut uns leid. Vor jeder Sperrung wird die Nummer des Zählers nun "
        "noch einmal vorgelesen.",
    },
}
CODES = tuple(_SAID)
_TITLES = {
    "en": ("Supply cut off without notice", "Nobody answered the telephone"),
    "de": ("Strom ohne Ankündigung abgestellt", "Niemand ging ans Telefon"),
}
_ADDRESS = {
    "en": ("Flat 3", "27 Orchard Street", "Bristol BS1 5EH"),
    "de": ("Obstgartenstraße 27", "80331 München"),
}


def letters() -> Iterator[tuple[str, bytes]]:
    """Yield the name of each picture, and the first page of its letter."""
    book, policy = shipped_letters(), Settings().policy.organisation
    for code, said in _SAID.items():
        language = book.language(code)
        for kind in KINDS:
            written = book.write(kind, language, _facts(code))
            body = _BLANK.sub(said["blank"], written.body)
            named = {"language": code, "template": written.template, "subject": written.subject}
            sheet = Sheet(
                language=language,
                sender=policy.name,
                address=policy.address,
                contact=policy.contact,
                recipient=(said["complainant"], *_ADDRESS[code]),
                reference=_COMMON["reference"],
                on=date(2026, 3, 11),
                subject=written.subject,
                body=body,
                mark=letter_hash(kind=kind.value, body=body, **named),
            )
            yield f"letter-{kind.value.replace('_', '-')}-{code}", draw_letter(sheet, dots=_DOTS)[0]


def _facts(code: str) -> Facts:
    said = _SAID[code]
    result = shipped_letters().language(code).result
    results = (result("upheld"), result("partly_upheld"))
    issues = [
        {"number": str(number), "title": title, "result": found, "reasons": said[why]}
        for number, (title, found, why) in enumerate(
            zip(_TITLES[code], results, ("first", "second"), strict=True), 1
        )
    ]
    rights: list[dict[str, str]] = []
    return _COMMON | said | {"issues": issues, "rights": rights}


def write_letters(folder: Path) -> Iterator[Path]:
    """Write each letter as a picture of a few greys, and yield where."""
    for name, page in letters():
        target = folder / f"{name}.png"
        few = Image.open(BytesIO(page)).convert("L").quantize(_GREYS)
        few.save(target, optimize=True)
        yield target
