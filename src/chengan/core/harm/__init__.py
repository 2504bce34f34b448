"""From a dose to a probability of harm: probits, thresholds, shelter and escape."""
