"""The faces of Redress: they show, they ask, they call a service."""
