"""The post room: bytes in, bytes out, and a ledger in which every message has exactly one outcome.

Parse (`parse`), decide (`decide`) and act (`actions`) are apart: the first two are pure. What a message means to the
desk is not decided here; the desk hears of it through the journal and settles its outcome.
Face: `models`, `actions`, `queries`, `events`, `profile`, `sources`, `fetching`, `sending`.
"""
