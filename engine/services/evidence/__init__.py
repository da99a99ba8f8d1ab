"""Whether the standard is kept, told from records, and what an auditor takes along (8.4, 8.5)."""
