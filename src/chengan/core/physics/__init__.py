"""Laws of release, dispersion, fire and blast: one law a module, SI units, arrays in and out.

Each law enforces the range in which it was published and names its source; what each is worth is
said in docs/models. `substances` gives the properties, `ranges` the refusals.
"""
