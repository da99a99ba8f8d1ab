"""Running cases move to another version of their process."""
