"""Everything that changes the desk, one function per verb, cut by noun."""

from tieline.desk.actions.cases import (
    AlreadyClosed,
    NotAnswered,
    NotClosed,
    assign,
    close_case,
    open_case,
    reopen_case,
    reroute,
)
from tieline.desk.actions.citations import QuoteNotFound, cite, withdraw_citation
from tieline.desk.actions.drafts import DraftConflict, discard_draft, save_draft
from tieline.desk.actions.intake import take_mail
from tieline.desk.actions.messages import NothingWritten, NowhereToSend, add_note, reply, wait_for_client
from tieline.desk.actions.rewordings import record_rewording
from tieline.desk.actions.sending import Composed, NotYours, SentBefore, StaleSend, take_back_reply
from tieline.desk.actions.texts import insert_in_doubt

__all__ = [
    "AlreadyClosed",
    "Composed",
    "DraftConflict",
    "NotAnswered",
    "NotClosed",
    "NotYours",
    "NothingWritten",
    "NowhereToSend",
    "QuoteNotFound",
    "SentBefore",
    "StaleSend",
    "add_note",
    "assign",
    "cite",
    "close_case",
    "discard_draft",
    "insert_in_doubt",
    "open_case",
    "record_rewording",
    "reopen_case",
    "reply",
    "reroute",
    "save_draft",
    "take_back_reply",
    "take_mail",
    "wait_for_client",
    "withdraw_citation",
]
