"""Mails that come in: fetched, kept once, and filed."""
