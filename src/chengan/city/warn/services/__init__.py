"""Writes of warn: facts become alarms, people judge them, limits are handed back."""
