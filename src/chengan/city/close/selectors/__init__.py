"""Reads of close: what a user may see and do."""
