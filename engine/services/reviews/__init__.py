"""The management review: packs made by jobs, and meetings about them (ISO 10002:2018, 8.6)."""
