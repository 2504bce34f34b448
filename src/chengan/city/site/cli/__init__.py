"""The command line `chengan`: starts the city, looks after it, moves data in and out."""
