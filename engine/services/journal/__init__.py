"""The journal: events are added, told in words, followed and signed (ISO 10002:2018, 8.5)."""
