"""The sciences: arrays in, arrays out, SI units inside; no Django, no network, no clock."""
