"""Rows as the database holds them; they never leave ``engine.store``."""
