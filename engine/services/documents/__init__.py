"""Documents and files: they arrive, are inspected, kept, read and looked after."""
