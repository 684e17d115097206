"""Who works here: staff users, their teams (business areas), their roles with rights, and how they sign in.

Rights are data: a role is a name and a list of words such as `desk.close`. The system itself is an actor, not a
user; no user has rights by number. Participants' people are not here but in `participants`.
Face: `models`, `actions`, `queries`, `events`, `permissions`, `profile`.
"""
