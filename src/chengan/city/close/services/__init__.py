"""Writes of close: every change is one conditional update, one step and one fact."""
