"""How are raw bytes turned into a tree of parts without letting a hostile sender choose the price?

The bytes are measured first (`limits`), then fed to the standard reader in slices with a look at the time
between them.
"""

from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import compat32

from tieline.mail.limits import DEFAULT_LIMITS, Limits, TimeBudget, Unparsable, refuse_unreadable

_SLICE = 128 * 1024


def open_message(raw: bytes, *, limits: Limits = DEFAULT_LIMITS, budget: TimeBudget | None = None) -> Message:
    """The message as a tree of parts; refuses what is empty, over a limit, or has no header at all."""
    refuse_unreadable(raw, limits)
    budget = budget or TimeBudget(limits.parse_seconds)
    reader = BytesFeedParser(policy=compat32)
    for start in range(0, len(raw), _SLICE):
        reader.feed(raw[start : start + _SLICE])
        budget.check()
    message = _finish(reader)
    budget.check()
    if not message.keys():
        raise Unparsable("This does not look like a mail message: it begins with no header line.")
    return message


def _finish(reader: BytesFeedParser) -> Message:
    try:
        return reader.close()
    except RecursionError as problem:
        # The depth limit makes this unreachable for known shapes; a new shape must still end in a sentence.
        raise Unparsable("The message nests its parts too deeply to be read.") from problem
