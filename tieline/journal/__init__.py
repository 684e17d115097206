"""The journal: everything that ever happened, once, in order, for ever.

An action writes an event in its own transaction (`actions.record`). A background step seals events into a hash chain
and thereby gives them their order; listeners (`listening.on`) follow that order, each with a cursor of its own.
Face: `models`, `actions`, `queries`, `events`, `listening`. It is not a log of technical messages.
"""
