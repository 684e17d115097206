"""The command line: `tieline …`. Each command is one module with `add_to(commands)` and a function that runs it.

Exit status: 0 done, 1 refused with a sentence on standard error, 2 wrong usage.
"""
