"""Whom we serve: participants (organisations), what they are registered as and since when, and their people.

A participant may hold several registrations; contact roles and identifiers hang on the registration, not on the
company. Kinds of registration and role are profile data. How one becomes a participant is not told here.
Face: `models`, `actions`, `queries`, `events`, `profile`.
"""
