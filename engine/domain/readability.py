"""How easy a letter is to read: an estimate, shown as a hint and never a reason to refuse.

Words and sentences are counted, and syllables guessed by groups of vowels, which is near enough.
A list of short lines counts each line as a sentence.

Source: R. Flesch, A new readability yardstick (1948); T. Amstad, Wie verständlich sind unsere
Zeitungen? (1978) for German.
"""

import re
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:](?=\s|$)|\n")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôû]+", re.IGNORECASE)
_SILENT = re.compile(r"(?<=[^aeiouyl\W])e(?:s|d)?$", re.IGNORECASE)
_FEWEST = 20
"""Words below which nothing is said."""

EASY, FAIR = 60.0, 40.0
"""From here on easy, and fair; below that hard."""

Formula = Literal["flesch", "amstad", "none"]


@dataclass(frozen=True, slots=True)
class Readability:
    """How easy a text is to read.

    Attributes:
        ease: From 0, very hard, to 100, very easy.
        words_per_sentence: On the average.
    """

    ease: float
    words_per_sentence: float

    @property
    def hint(self) -> str:
        """Return what to make of it, in one sentence."""
        if self.ease >= EASY:
            return "Easy to read."
        said = f"Its sentences have {self.words_per_sentence:.0f} words on the average"
        if self.ease >= FAIR:
            return f"Fairly easy to read. {said}; shorter ones help."
        return f"Hard to read. {said}; shorter sentences and everyday words help."


def readability(text: str, formula: Formula) -> Readability | None:
    """Return how easy a text is to read; None where it is too short, or there is no formula.

    Args:
        text: A letter.
        formula: For its language.
    """
    words = _WORD.findall(text)
    if formula == "none" or len(words) < _FEWEST:
        return None
    sentences = sum(1 for part in _SENTENCE.split(text) if _WORD.search(part))
    length = len(words) / max(1, sentences)
    weight = sum(_syllables(word, formula) for word in words) / len(words)
    if formula == "flesch":
        ease = 206.835 - 1.015 * length - 84.6 * weight
    else:
        ease = 180 - length - 58.5 * weight
    return Readability(max(0.0, min(100.0, ease)), length)


def _syllables(word: str, formula: Formula) -> int:
    spoken = _SILENT.sub("", word) if formula == "flesch" else word
    return max(1, len(_VOWELS.findall(spoken)))
