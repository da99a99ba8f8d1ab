"""Systemic issues, what is done about them, and whether it has helped (4.13, 8.2 and 8.7)."""
