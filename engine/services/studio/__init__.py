"""The process studio: drafts, checks, versions, comparing (ISO 10002:2018, 6 and 8.7)."""
