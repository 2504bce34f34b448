"""Pages of the siting review."""
