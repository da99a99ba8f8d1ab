"""What is held on a person, and erasing it."""
