"""What is written to complainants: templates, facts, and the threads of answers."""
