"""Alembic migrations; each runs whole or not at all, on SQLite and PostgreSQL."""
