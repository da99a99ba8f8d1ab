"""Those who complain, those who speak for them, and those who are interviewed."""
