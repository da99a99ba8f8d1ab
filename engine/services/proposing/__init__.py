"""A change of the process is proposed, looked at and published by a second person."""
