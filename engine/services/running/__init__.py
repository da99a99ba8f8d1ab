"""A case while it changes: one command, one transaction, and what moves with it."""
