"""How does mail come in from a mailbox? Fetch by UID, keep the bytes, and only then move the cursor on."""

from __future__ import annotations

from django.conf import settings

from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import Profile
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import keep, sort
from tieline.mail.imap import Cursor, ImapAccount, fetch_new, wait_for_new
from tieline.mail.models import IncomingMail, MailboxCursor
from tieline.mail.sources import Delivery
from tieline.mail.transport import Security

WATCH_SECONDS = 25.0


def watch_account() -> ImapAccount | None:
    """The mailbox of this installation, or None when none is to be fetched."""
    if not settings.IMAP_HOST:
        return None
    return ImapAccount(
        name=f"{settings.IMAP_USER}@{settings.IMAP_HOST}/{settings.IMAP_FOLDER}",
        host=settings.IMAP_HOST,
        port=settings.IMAP_PORT,
        user=settings.IMAP_USER,
        password=settings.IMAP_PASSWORD,
        folder=settings.IMAP_FOLDER,
        security=Security(settings.IMAP_SECURITY),
    )


def fetch_mail(account: ImapAccount, *, profile: Profile, watch_seconds: float = WATCH_SECONDS) -> int:
    """Take what is new in the mailbox, then wait for more up to `watch_seconds`; returns how many were taken.

    The cursor moves only after the bytes are kept. A crash in between fetches the same UID again, whose key is
    known by then. Raises MailboxUnreachable.
    """
    name = account.name
    taken = 0
    _sort_left_over(profile)  # first, so that an answer never overtakes what it answers
    for fetched in fetch_new(account, _cursor(name)):
        _take(Delivery(fetched.key, f"{name} UID {fetched.uid}", fetched.raw), profile)
        _move_cursor(name, fetched.cursor)
        taken += 1
    _sort_left_over(profile)
    if not taken:
        wait_for_new(account, _cursor(name), seconds=watch_seconds)
    return taken


def _take(delivery: Delivery, profile: Profile) -> None:
    at = clock.now()
    with viewing_as(SYSTEM):
        mail = keep(delivery, run=None, at=at)
    if mail is not None:
        with viewing_as(SYSTEM):
            sort(mail, profile=profile, at=at, raw=delivery.raw)


def _sort_left_over(profile: Profile) -> None:
    """Judge what was kept before a crash and not judged since."""
    with viewing_as(SYSTEM):
        left_over = list(IncomingMail.objects.filter(sorted_at=None, key__startswith="imap:").order_by("pk")[:500])
        for mail in left_over:
            sort(mail, profile=profile, at=clock.now())


def _cursor(name: str) -> Cursor | None:
    with viewing_as(SYSTEM):
        row = MailboxCursor.objects.filter(pk=name).first()
    return (row.uid_validity, row.last_uid) if row else None


def _move_cursor(name: str, cursor: Cursor) -> None:
    with viewing_as(SYSTEM):
        MailboxCursor.objects.update_or_create(
            account=name, defaults={"uid_validity": cursor[0], "last_uid": cursor[1]}
        )
