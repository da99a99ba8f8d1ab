"""The demonstration and the simulated staff that drive it."""
