"""Scenarios and closed cases are led over a process that is not live."""
