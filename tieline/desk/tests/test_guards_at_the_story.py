"""Do the guards keep quiet over replies that were rightly sent? Every reply of the demonstration's story is tried."""

from __future__ import annotations

import csv
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

from tests.cast import MONDAY, PASSWORD, Cast
from tests.letters import case_of, letter, receive
from tieline.desk.guard_facts import facts_of
from tieline.desk.guards import look_over
from tieline.desk.models import Case, Message, MessageKind
from tieline.identity.actions import add_staff
from tieline.kernel.actor import SYSTEM
from tieline.participants.actions import import_market
from tieline.participants.profile import Registrations
from tieline.participants.queries import find_sender


def _writes(case: Case, path: Path, *, writers: str) -> None:
    """The case becomes that of whoever wrote the letter."""
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("plain", "html"))
    text = str(body.get_content()) if body else ""
    case.requester_name, case.requester_address = parseaddr(str(mail["From"]))
    case.participant = find_sender(case.requester_address, text).participant
    case.subject = str(mail["Subject"])
    case.save()
    said = f"{text}\n{' '.join(part.get_filename() or '' for part in mail.iter_attachments())}"
    Message.objects.filter(case=case, kind=MessageKind.CLIENT).update(text=said, author_name=writers)


def _writer(path: Path) -> str:
    return parseaddr(str(message_from_bytes(path.read_bytes(), policy=default)["From"]))[0]


def test_the_storys_own_replies_raise_no_finding(cast: Cast) -> None:
    folder = cast.profile.directory / "demo"
    rows = list(csv.DictReader((folder / "story.csv").open(encoding="utf-8")))
    for name in ("tess.wahl", "jo.park"):
        add_staff(
            name, name=name, email=f"{name}@operator.example", password=PASSWORD, role="agent", team=None, by=SYSTEM,
            at=MONDAY,
        )  # fmt: skip
    import_market(folder / "market", kinds=cast.profile.get(Registrations), by=SYSTEM, at=MONDAY)
    case = case_of(receive(letter()))

    replies, found = 0, []
    for row in rows:
        if row["act"] == "reply":
            replies += 1
            letters = [
                folder / "mailbox" / one["mail"] for one in rows if one["mail"] and one["case_of"] == row["case_of"]
            ]
            _writes(case, folder / "mailbox" / row["case_of"], writers=" ".join(map(_writer, letters)))
            facts = facts_of(
                case, row["text"], cc=(), file_count=0, profile=cast.profile, by=cast.ana.as_actor(),
                today=MONDAY.date(),
            )  # fmt: skip
            found += [(row["case_of"], one.key, one.words) for one in look_over(facts)]

    assert replies > 50
    assert found == []
