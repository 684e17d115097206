"""What does a change of the rules reach, and who has looked at it?

`texts` reads the citations of what only keeps words, `procedures` and `profile_values` say where such words stand
in the profile; all of them register with `standing`. `touched` tells which versions a change ends, `actions` makes
a report with a task for each object that rested on one, and takes the decisions; `queries` shows reports, tasks
and what is stale, `mapping` which rules govern which work.

Face: `actions`, `queries`, `mapping`, `profile`.
"""
