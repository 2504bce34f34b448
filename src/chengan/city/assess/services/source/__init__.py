"""Writes about root causes: facts gathered by cause, and measures at the source."""
