"""Compares two versions of a process: diagrams, decision tables and forms, in words.

Everything that a file says is a *fact* of some *subject*: an element, a rule, a field. Two
versions differ in what one has and the other has not, so that nothing is missed, whoever wrote
it; words are only put to it afterwards.
"""

from engine.process.compare.comparing import Files, compare
from engine.process.compare.difference import Change, Comparison, Difference, Told

__all__ = ["Change", "Comparison", "Difference", "Files", "Told", "compare"]
