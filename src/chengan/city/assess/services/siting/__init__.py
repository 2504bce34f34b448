"""Writes of the siting review: projects, their steps, reviews, conditions, the standing check."""
