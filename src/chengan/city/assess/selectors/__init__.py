"""Reads of the register, the map's layers, and what waits for whom."""
