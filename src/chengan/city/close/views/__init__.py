"""Pages of close."""
