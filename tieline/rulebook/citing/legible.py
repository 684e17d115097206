"""How does a text read once the marks of mail and scans are overlooked?

Every letter keeps its place, so that what is found in the legible text stands there in the text itself.
"""

from __future__ import annotations

import re

SAME_LENGTH = str.maketrans(
    {
        "\u00a0": " ",
        "\u2007": " ",
        "\u202f": " ",
        "\u200b": " ",
        "\ufeff": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2212": "-",
        "\uff08": "(",
        "\uff09": ")",
        "\uff0e": ".",
    }
)
QUOTED_LINE = re.compile(r"(?m)(?<=\n)(?:[ \t]*>){1,9}[ \t]?")
GAP = re.compile(r"\s{80,}")
"""So much white is between two things that are not one citation."""
MISREAD_ONE = re.compile(r"(?<=\d\.)[lI](?=\d{0,2}\.\d)|(?<=\.\d)l(?=[.(]|\s\()")
MISREAD_NOUGHT = re.compile(r"(?<=\.\d)O(?=[.(\s])")


def legible(text: str) -> str:
    """The text with plain spaces and hyphens, without the marks of quoted lines, and with the letters that a scan
    puts for figures between figures.
    """
    plain = text.translate(SAME_LENGTH)
    if "\n" in plain and ">" in plain:
        plain = QUOTED_LINE.sub(lambda found: "\x1f" * len(found[0]), plain)
    plain = GAP.sub(lambda found: "\n" + "\0" * (len(found[0]) - 2) + "\n", plain)
    return MISREAD_NOUGHT.sub("0", MISREAD_ONE.sub("1", plain))
