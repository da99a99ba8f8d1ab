"""Makes a diagram that was drawn elsewhere runnable, and lists everything that it changed."""

from engine.process.repair.mechanic import repair
from engine.process.repair.record import Repair, Repaired
from engine.process.repair.several import (
    Outlook,
    RepairedDiagram,
    main_first,
    outlook,
    repair_all,
)

__all__ = [
    "Outlook",
    "Repair",
    "Repaired",
    "RepairedDiagram",
    "main_first",
    "outlook",
    "repair",
    "repair_all",
]
