"""Writes of command: every change is one conditional update and one fact in the log."""
