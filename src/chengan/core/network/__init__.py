"""Networks: pipes, roads, dependencies; how long a way takes, who goes where, what fails.

- `roads`: a graph of road lines and travel times over it.
- `straight`: travel times as the crow flies, times a stated factor.
- `assignment`: one resource for each task, solved for all tasks at once.
- `dependence`: what fails if this fails; `reach`: who is cut off when a link is closed;
  `soundness`: checks of foreign engines.
"""
