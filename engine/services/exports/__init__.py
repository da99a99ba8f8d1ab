"""What leaves the house for other programs: logs, open data, returns (ISO 10002:2018, 8.1)."""
