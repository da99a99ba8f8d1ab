"""Changing a BPMN file together with its drawing: what is added is seen where it belongs."""

from engine.process.drawing.geometry import Box
from engine.process.drawing.layout import draw_anew
from engine.process.drawing.plane import Plane
from engine.process.drawing.sheet import Sheet

__all__ = ["Box", "Plane", "Sheet", "draw_anew"]
