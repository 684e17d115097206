"""What do the rules answer, in their own words? Sentences quoted from versions in force, or a refusal that names the
nearest passages; `draft` makes text for a reply of it.
"""

from tieline.rulebook.answering.answers import LONGEST_QUESTION, Answer, answer
from tieline.rulebook.answering.drafts import draft
from tieline.rulebook.answering.quoting import AnswerSentence
from tieline.rulebook.queries import Band

__all__ = ["LONGEST_QUESTION", "Answer", "AnswerSentence", "Band", "answer", "draft"]
