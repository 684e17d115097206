"""Which threads does a letter claim to answer, and which of the claims are proved?

By the Message-IDs it answers, ours first, which nobody can guess; then by our signed token, in an address it was sent
to or in its subject. A bare case number is a lead that proves nothing. Whether the sender belongs there is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from tieline.desk import threading_tokens
from tieline.desk.models import Case, CaseThread, Message
from tieline.desk.structure import survivor
from tieline.desk.threading_tokens import Named
from tieline.desk.threads import keys, prefixes
from tieline.kernel.profile import Profile
from tieline.mail.models import IncomingMail, OutgoingMail

BY_HEADER = "by its reply header"
MOST = 5
"""How many threads a letter may answer at once before the rest is left aside."""


@dataclass(frozen=True)
class Lead:
    """A conversation that a letter seems to belong to (`thread` None: the requester's own), and how it was found."""

    case: Case
    thread: CaseThread | None
    found_by: str
    is_proved: bool = True


def leads_of(mail: IncomingMail, profile: Profile) -> tuple[Lead, ...]:
    """Where the letter may belong, the surest first."""
    in_subject = threading_tokens.named_in_subject(mail.subject, prefixes(profile))[:MOST]
    in_addresses = threading_tokens.named_in_addresses(mail.recipients, settings.MAIL_ADDRESS)[:MOST]
    return (
        *_by_reply_header(mail),
        *_by_token(in_addresses, "by the address it was sent to"),
        *_by_token([named for named in in_subject if named.token], "by our token in its subject"),
        *_by_bare_number(in_subject),
    )


def _by_reply_header(mail: IncomingMail) -> list[Lead]:
    """By the Message-IDs the letter answers, the nearest first; ours before those of others."""
    if not mail.in_reply_to:
        return []
    ours = OutgoingMail.objects.filter(message_id__in=mail.in_reply_to, about_kind="case").order_by("-pk")
    theirs = IncomingMail.objects.filter(message_id__in=mail.in_reply_to, case_number__isnull=False).order_by("-pk")
    claims = [
        *(_Claim(True, one.message_id, int(one.about_id), one.pk) for one in ours[:MOST]),
        *(_Claim(False, one.message_id, one.case_number or 0, one.pk) for one in theirs[:MOST]),
    ]
    claims.sort(key=lambda claim: (not claim.is_ours, mail.in_reply_to.index(claim.message_id)))
    said = _said_as(claims) | _acknowledged_as(ours[:MOST])
    cases = Case.objects.in_bulk([claim.number for claim in claims], field_name="number")
    found = (_lead(said.get((claim.is_ours, claim.mail_id)), cases.get(claim.number)) for claim in claims)
    return [lead for lead in dict.fromkeys(found) if lead is not None]


@dataclass(frozen=True)
class _Claim:
    """A letter of ours or of others that this one answers, and the case it was for."""

    is_ours: bool
    message_id: str
    number: int
    mail_id: int


def _said_as(claims: Iterable[_Claim]) -> dict[tuple[bool, int | None], Message]:
    """The messages these letters are, wherever they lie by now."""
    known = list(claims)
    sent = Q(outgoing__in=[claim.mail_id for claim in known if claim.is_ours])
    came = Q(incoming__in=[claim.mail_id for claim in known if not claim.is_ours])
    messages = Message.objects.filter(sent | came).select_related("case", "thread").defer("text", "quoted_text")
    return {(one.outgoing_id is not None, one.outgoing_id or one.incoming_id): one for one in messages}


def _acknowledged_as(ours: Iterable[OutgoingMail]) -> dict[tuple[bool, int | None], Message]:
    """The messages whose arrival some letters of ours acknowledge; an acknowledgement is no message itself."""
    answered = {one.in_reply_to: one.pk for one in ours if one.is_automatic and one.in_reply_to}
    messages = Message.objects.filter(incoming__message_id__in=answered).select_related("case", "thread", "incoming")
    return {
        (True, answered[one.incoming.message_id]): one
        for one in messages.defer("text", "quoted_text")
        if one.incoming is not None
    }


def _lead(message: Message | None, case: Case | None) -> Lead | None:
    """By the message where there is one, as it may have been moved; else by the case."""
    if message is not None:
        return Lead(survivor(message.case), message.thread, BY_HEADER)
    return Lead(survivor(case), None, BY_HEADER) if case is not None else None


def _by_token(named: Iterable[Named], found_by: str) -> list[Lead]:
    leads = []
    for one in named:
        case = Case.objects.filter(number=one.number).first()
        if case is None or (one.label and one.label != case.label):
            continue
        home = survivor(case)
        threads = [None, *CaseThread.objects.filter(case__in=[case, home]).order_by("pk")]
        proved = next(([thread] for thread in threads if threading_tokens.proves(one, _key(thread), keys=keys())), [])
        leads += [Lead(home, thread, found_by) for thread in proved]
    return leads


def _key(thread: CaseThread | None) -> int | None:
    return thread.pk if thread else None


def _by_bare_number(named: Iterable[Named]) -> list[Lead]:
    """A number with no token, or one we never made, names a case and proves nothing."""
    labels = {one.label for one in named}
    cases = Case.objects.filter(label__in=labels, number__in=[one.number for one in named]) if labels else []
    return [Lead(survivor(case), None, f"by {case.label} in its subject", is_proved=False) for case in cases]
