"""Foreign engines, each run in a process of its own that reads a question and writes an answer."""
