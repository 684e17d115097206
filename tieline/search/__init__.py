"""One index over everything findable: what it is, its words, and who may find it.

A row is derived from an object and can always be rebuilt (`tieline reindex`). Contexts register a deriver per kind;
the words of the index never leave PostgreSQL. Face: `models`, `actions`, `queries`.
"""
