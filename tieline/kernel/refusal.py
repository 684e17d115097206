"""What is an expected "no"? A Refusal: not a bug, but an answer with a sentence fit for the user.

Concrete refusals live beside the action that raises them. Doors turn one into a 409 (or exit status 1) in one place.
"""


class Refusal(Exception):
    """An expected refusal; `str(refusal)` is the sentence shown to whoever asked."""
