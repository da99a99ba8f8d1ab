"""Who there is, who may sign in, and what somebody may do and see (ISO 10002:2018, 5.4)."""
