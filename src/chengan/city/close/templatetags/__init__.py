"""Words of close on a page."""
