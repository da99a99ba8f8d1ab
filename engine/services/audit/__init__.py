"""Verifying the journal, and exports with proof (ISO 10002:2018, 8.5)."""
