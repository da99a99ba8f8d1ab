"""Working on complaints: steps, assessments, approvals, remedies (ISO 10002:2018, 7)."""
