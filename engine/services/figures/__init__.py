"""Figures over many cases, and samples of them (ISO 10002:2018, 8.2 and 8.3)."""
