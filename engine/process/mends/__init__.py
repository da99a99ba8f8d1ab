"""What mends a finding at a click, where no person has to decide anything."""

from engine.process.mends.mending import mend, title_of

__all__ = ["mend", "title_of"]
