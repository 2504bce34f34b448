"""Laws held against published experiments: records in, scores out.

Records of experiments are read from a folder that the user names; none are kept here.
"""
