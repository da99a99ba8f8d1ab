"""Public pages for complainants: drawn by the server, without any script, in several languages."""
