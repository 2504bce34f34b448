"""Published coefficients as data: value, unit, source and mark of each."""
