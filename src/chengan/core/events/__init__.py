"""From many sensors to one event: where it comes from, how large, since when."""
