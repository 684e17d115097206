"""The ground everything stands on: clock, calendar, actor, reference, refusal, profile, database.

It has no tables and knows no context. Whatever two contexts need and neither owns lives here, in full words.
"""
