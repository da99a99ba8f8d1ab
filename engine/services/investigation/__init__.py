"""Issues, evidence and requests for information (ISO 10002:2018, 7.6)."""
