"""Writes of the ground."""
