"""Looks into files that people send, in a process of its own that can do nothing else."""
