"""Regimes, time limits and how long the rest of a case takes."""
