"""Receiving complaints: one, or many at once (ISO 10002:2018, 7.2)."""
