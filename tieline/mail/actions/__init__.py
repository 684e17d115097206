"""What the post room does, cut by noun: keep bytes, judge messages, settle outcomes, queue what is to leave."""

from tieline.mail.actions.judging import FLOOD_SIZE
from tieline.mail.actions.keeping import keep, keep_all
from tieline.mail.actions.outbox import (
    may_be_written_to,
    new_message_id,
    outgoing_reference,
    queue_acknowledgement,
    queue_mail,
)
from tieline.mail.actions.settling import STUMBLED, quarantine_parked, settle
from tieline.mail.actions.sorting import files_of, limits_of, sort, store_attachments, write_parsed

__all__ = [
    "FLOOD_SIZE",
    "STUMBLED",
    "files_of",
    "keep",
    "keep_all",
    "limits_of",
    "may_be_written_to",
    "new_message_id",
    "outgoing_reference",
    "quarantine_parked",
    "queue_acknowledgement",
    "queue_mail",
    "settle",
    "sort",
    "store_attachments",
    "write_parsed",
]
