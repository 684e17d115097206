"""How does an answer become words for a reply? Each quotation with its place and since when it holds.

Plain text for a person to edit: the reply's own template greets and signs.
"""

from __future__ import annotations

from datetime import date

from tieline.rulebook.answering.answers import Answer
from tieline.rulebook.answering.quoting import AnswerSentence


def draft(answer: Answer) -> str:
    """The quotations of an answer as a text; empty when nothing was answered."""
    if not answer.is_answered:
        return ""
    said = [_quoted(one) for one in answer.sentences]
    return "\n\n".join([_opening(answer.as_at), *said])


def _opening(as_at: date) -> str:
    return f"The rules in force on {as_at} say:"


def _quoted(one: AnswerSentence) -> str:
    since = [f"in force since {one.effective_from}"]
    if one.later_from is not None:
        since.append(f"until {one.later_from}")
    if one.pending:
        since.append(f"to be changed by {' and '.join(one.pending)}, approved and not in force")
    quote = " ".join(one.quote.split())
    return f"“{quote}” ({one.label}, {', '.join(since)})"
