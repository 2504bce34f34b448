"""Pages and files of sense."""
