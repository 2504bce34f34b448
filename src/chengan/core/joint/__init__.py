"""Several series judged together: each is expected from the others, from before, from the clock.

- `relations`: what is expected of each column, learned from rows taken as normal.
- `laws`: what a column never did while another was on or off; `bounds`: how these are learned.
- `scatter`: how widely residuals scatter, by what is switched; `grain`: how columns are rounded.
- `chart`: residuals followed over several horizons, an alarm with a beginning and an end.
- `calibration`: how large a residual is ordinary, from rows that the relations have not seen.
- `blame`: which column departs, and whether all others agree without it.
- `keeping`: a watch as arrays, to be saved and brought back.
- `watch`: the two together over a table, row after row, never looking ahead.
"""
