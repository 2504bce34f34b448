"""Pages of warn."""
