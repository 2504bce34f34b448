"""Pages of the ground."""
