"""Who works on a complaint, and who must not (ISO 10002:2018, 4.9 and 5.4)."""
