"""What a job is: something that runs by itself, and what its runs count (8.2 and 8.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOTHING = "Nothing was to be done."


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs by itself.

    Attributes:
        usual: When it is due, unless the policy says otherwise.
        does: What it does, in a sentence.
        counts: What its runs count, by the name in their record: a word for one and for many.
    """

    name: str
    title: str
    usual: str
    does: str
    counts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def told(self, summary: Mapping[str, int]) -> str:
        """Return in words what a run counted: ``3 mails sent``, each with its word."""
        named = [(n, self.counts.get(name, (name, name))) for name, n in summary.items() if n]
        said = ", ".join(f"{n:,} {one if n == 1 else many}" for n, (one, many) in named)
        return f"{said}." if said else NOTHING
