"""What people and jobs can do: one function, one intent, one transaction."""
