"""Which files has the operator published, and do we have them? A folder of the official texts, kept in step with
the profile's sources.

`publications` reads what a source offers, `fetching` alone speaks HTTP, `partial` keeps what has come so far of a file,
`genuine` says whether what came is what was expected, `shelf` is the folder with its manifest, and `actions` puts
them together. Nothing that came is believed: not its name, not its type, not its address after a redirect.
"""
