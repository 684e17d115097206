"""Everything that changes the desk, one function per verb, cut by noun."""

from tieline.desk.actions.cases import AlreadyClosed, assign, open_case, reroute
from tieline.desk.actions.citations import QuoteNotFound, cite, withdraw_citation
from tieline.desk.actions.closing import NotAnswered, NotClosed, close_case, reopen_case
from tieline.desk.actions.composing import Wish, send
from tieline.desk.actions.drafts import DraftConflict, discard_draft, save_draft
from tieline.desk.actions.guarding import Guarded
from tieline.desk.actions.intake import take_mail
from tieline.desk.actions.later import (
    drop_later_reply,
    put_aside_reason,
    send_later,
    send_later_reply_now,
    take_up_later_reply,
)
from tieline.desk.actions.messages import NothingWritten, NowhereToSend, add_note, reply, wait_for_client
from tieline.desk.actions.rewordings import record_rewording
from tieline.desk.actions.sending import Composed, NotYours, SentBefore, StaleSend, take_back_reply
from tieline.desk.actions.sharing import (
    approve_draft,
    comment_on_draft,
    look_at_draft,
    settle_comment,
    share_draft,
)
from tieline.desk.actions.texts import insert_in_doubt

__all__ = [
    "AlreadyClosed",
    "Composed",
    "DraftConflict",
    "Guarded",
    "NotAnswered",
    "NotClosed",
    "NotYours",
    "NothingWritten",
    "NowhereToSend",
    "QuoteNotFound",
    "SentBefore",
    "StaleSend",
    "Wish",
    "add_note",
    "approve_draft",
    "assign",
    "cite",
    "close_case",
    "comment_on_draft",
    "discard_draft",
    "drop_later_reply",
    "insert_in_doubt",
    "look_at_draft",
    "open_case",
    "put_aside_reason",
    "record_rewording",
    "reopen_case",
    "reply",
    "reroute",
    "save_draft",
    "send",
    "send_later",
    "send_later_reply_now",
    "settle_comment",
    "share_draft",
    "take_back_reply",
    "take_mail",
    "take_up_later_reply",
    "wait_for_client",
    "withdraw_citation",
]
