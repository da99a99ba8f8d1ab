"""What leaves: mails from the outbox, letters on paper, files for bodies outside."""
