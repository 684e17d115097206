"""Deadlines: named clocks on any object, what they follow, when they stood still, and the proof of when they are due.

A clock hangs on a Reference and keeps a copy of the policy it follows. Its due time is stored, indexed and can be
recomputed at any time from policy, calendar and moves. The one ticker warns and tells of breaches; owners subscribe.
Face: `models`, `actions`, `queries`, `events`, `profile`. Private: `compute`.
"""
