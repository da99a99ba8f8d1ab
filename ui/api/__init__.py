"""The programming interface: the services of Redress over HTTP, for other systems."""
