"""Template tags of warn."""
