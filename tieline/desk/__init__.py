"""The desk: inquiries as cases, their messages, citations and service clocks, from first mail to closure.

A case remembers when it was received and never changes that. What is written to a client leaves through the post
room; what is noted inside stays inside. Topics, urgencies and outcomes are profile data.
Face: `models`, `actions`, `queries`, `events`, `profile`. Private: `intake`, `routing`.
"""
