"""The staff door: pages composed from contexts, for the people who work at the desk.

Each module is one resource; each view finds what the actor may see, reads the form, makes one call and shows
the result. Addresses are nouns; verbs are HTTP methods. Every page works without scripts; a request from the
page's own scripts gets the fragment that changed.
"""
