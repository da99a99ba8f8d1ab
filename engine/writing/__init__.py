"""Letters from templates, and letters as PDF; the rest of the engine knows texts and bytes."""
