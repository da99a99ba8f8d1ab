"""Code of other engines around elements is taken out, and told in words where it stood."""

from typing import Final

from lxml import etree

from engine.process import foreign, xml
from engine.process.drawing.element import document, kind
from engine.process.repair.record import Job

_LONGEST: Final = 400
_AROUND: Final = ("correlationPropertyRetrievalExpression", "correlationPropertyBinding")


def take_out_code(job: Job) -> None:
    """Remove what another engine would run around an element; its text is kept beside it."""
    for piece in list(foreign.pieces_of_code(job.sheet.root)):
        name, owner = xml.tag(piece)[1], foreign.owner_of(piece)
        text = _told(piece)
        around = next((each for each in piece.iterancestors() if kind(each) in _AROUND), piece)
        parent = around.getparent()
        if parent is None:
            continue
        parent.remove(around)
        if kind(owner) not in _AROUND and owner is not piece:
            document(owner, f"Another engine had a {name} here: {text}")
        job.did(owner, f"Its {name} was removed; its documentation says what it was.",
                "Code of another engine is not run here.")  # fmt: skip


def _told(piece: etree._Element) -> str:
    words: list[str] = []
    for part in piece.iter(etree.Element):
        words += [str(value) for value in part.attrib.values()]
        words.append((part.text or "").strip())
    whole = " ".join(" ".join(words).split())
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]} …"
