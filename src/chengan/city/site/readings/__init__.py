"""Files of readings: read in pieces, sent to the log at once or played at a pace."""
