"""Makes a diagram that was drawn elsewhere runnable, and lists everything that it changed."""

from engine.process.repair.mechanic import repair
from engine.process.repair.record import Repair, Repaired

__all__ = ["Repair", "Repaired", "repair"]
