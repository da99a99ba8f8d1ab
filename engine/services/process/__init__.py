"""The processes that cases run on, and what their steps ask, mean and tell (ISO 10002:2018, 6)."""
