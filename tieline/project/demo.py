"""How does the demonstration come to life? Its market, rules and story are replayed by the same actions as real life.

The story's clock is installed for each line; mail goes through the real intake and leaves through a real SMTP server
that keeps what it receives in a Maildir. Everything is illustrative and lies in the profile's `demo` folder.
"""

from __future__ import annotations

import csv
import mailbox
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP as WIRE
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from tieline.clocks.actions import tick
from tieline.desk import actions as desk
from tieline.desk.actions.absences import begin_absences
from tieline.desk.models import Case, CaseState
from tieline.desk.profile import Assignment, Taxonomy
from tieline.desk.waking import wake
from tieline.identity.actions import add_staff
from tieline.identity.models import User
from tieline.journal.listening import drive
from tieline.journal.sealing import seal
from tieline.kernel import clock
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.profile import Profile
from tieline.kernel.viewing import viewing_as
from tieline.mail.actions import keep, sort
from tieline.mail.ingesting import seal_and_drive
from tieline.mail.models import IncomingMail
from tieline.mail.sending import send_waiting
from tieline.mail.sources import Delivery
from tieline.mail.transport import Security, Server
from tieline.participants.actions import import_market
from tieline.participants.profile import Registrations
from tieline.project.demo_desk import DeskWork, answer_from_outside, lay_down_duty
from tieline.rulebook import queries as rulebook
from tieline.rulebook.actions import import_edition
from tieline.rulebook.models import ChangeTask, Decision
from tieline.rulebook.reach import actions as reach

PASSWORD = "tieline-demo-2026"
BOOK_FOLDER = "rules"
DELIVERY_DELAY = timedelta(seconds=40)
ROUND = timedelta(hours=2)
"""How often the story looks whether somebody's absence has begun or something put off has come back."""
LEAVES = ("send", "forward")
"""The desk's acts after which mail leaves."""
FINDS_OWNERS = "desk.subscribers.find_an_owner"
OPENS = ("take_down", "split", "route")
"""The desk's acts after which a case may find its owner by the rule of its area."""
Progress = Callable[[str, int, int], None]


@dataclass
class PostOffice:
    """The demonstration's receiving mail server: keeps what is sent to it in a Maildir for anybody to look at."""

    maildir: Path

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message."""
        box = mailbox.Maildir(self.maildir, create=True)
        box.add(message_from_bytes(envelope.original_content or b"", policy=WIRE))
        return "250 kept"


@contextmanager
def post_office(maildir: Path) -> Iterator[Server]:
    """A receiving SMTP server on a free port of this computer, within the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(PostOffice(maildir), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield Server("127.0.0.1", port, Security.NONE)
    finally:
        controller.stop()


@dataclass
class Story:
    """The replay: who acts, which cases the mails opened, and where mail is sent."""

    folder: Path
    profile: Profile
    server: Server
    staff: dict[str, User]
    cases: dict[str, int]
    work: DeskWork
    last_round: datetime

    def play(self, row: dict[str, str]) -> None:
        """Do what one line of the story says, at its time."""
        at = datetime.fromisoformat(row["at"])
        with clock.fixed_at(at):
            self.come_due(at)
            if "who" in row:
                self._work(row, at)
                return
            if row["act"] in ("mail", "edition", "decide"):
                self._outside_of_cases(row, at)
                return
            with viewing_as(SYSTEM):
                case = Case.objects.get(number=self.cases[row["case_of"]])
                by = self._actor(row["by"])
            with viewing_as(by):
                self._act(row, case, by, at)
        if row["act"] == "reply":
            self._deliver(at + DELIVERY_DELAY)

    def come_due(self, at: datetime) -> None:
        """What begins or comes back by itself, as the worker sees to it in a running instance."""
        if at - self.last_round >= ROUND:
            self.last_round = at
            with viewing_as(SYSTEM):
                begin_absences(at)
                wake(at)

    def _work(self, row: dict[str, str], at: datetime) -> None:
        """A line of the desk's own file."""
        if row["act"] == "outside":
            with viewing_as(SYSTEM):
                letter = answer_from_outside(row, self.work.case(row["case_of"]), at)
            self._take_in(f"outside:{row['at']}", letter, at)
            return
        self.work.play(row, at)
        if row["act"] in LEAVES:
            self._deliver(at + DELIVERY_DELAY)
        elif row["act"] in OPENS:
            _let_listen(FINDS_OWNERS, at)

    def _outside_of_cases(self, row: dict[str, str], at: datetime) -> None:
        match row["act"]:
            case "mail":
                self._receive(row["mail"], at)
            case "edition":
                _import_rules(self.folder / BOOK_FOLDER / row["text"], at)
                while seal_and_drive():
                    pass
            case _:
                self._decide(row, at)

    def _decide(self, row: dict[str, str], at: datetime) -> None:
        """Answer for an object that the newest edition reaches: a case, or what `cite` names."""
        by = self._actor(row["by"])
        with viewing_as(by):
            holder = f"case:{self.cases[row['case_of']]}" if row["case_of"] else row["cite"]
            waiting = ChangeTask.objects.filter(holder=holder, decision="", report__edition__isnull=False)
            newest = waiting.latest("report__effective_on").report_id
            decide = reach.amend if row["outcome"] == Decision.AMENDED else reach.confirm
            for task in waiting.filter(report_id=newest):
                decide(task, note=row["text"], by=by, at=at)

    def _act(self, row: dict[str, str], case: Case, by: Actor, at: datetime) -> None:
        match row["act"]:
            case "assign":
                owner = self.staff[row["text"] or row["by"]]
                desk.assign(case, owner=owner, reason=row["quote"], by=by, at=at)
            case "note":
                desk.add_note(case, text=row["text"], by=by, at=at)
            case "reply":
                domain = settings.MAIL_ADDRESS.rpartition("@")[2]
                id_ = f"<case-reply-{row['reply_key']}@{domain}>" if row["reply_key"] else None
                then = CaseState.WAITING if row["outcome"] == "waiting" else CaseState.OPEN
                desk.reply(case, text=row["text"], then=then, by=by, at=at, message_id=id_)
            case "wait":
                desk.wait_for_client(case, by=by, at=at)
            case "cite":
                version = rulebook.cite(row["cite"], as_at=at.astimezone(self.profile.time_zone).date())
                desk.cite(case, version_id=version.version_id, quote=row["quote"], by=by, at=at)
            case "close":
                desk.close_case(case, outcome=row["outcome"], profile=self.profile, by=by, at=at)
            case other:
                raise ValueError(f"the story knows no act {other!r}")

    def _actor(self, username: str) -> Actor:
        return self.staff[username].as_actor()

    def _receive(self, name: str, at: datetime) -> None:
        number = self._take_in(name, (self.folder / "mailbox" / name).read_bytes(), at)
        if number is not None:
            if number not in self.cases.values() and self._has_rule(number):
                _let_listen(FINDS_OWNERS, at)
            self.cases[name] = number

    def _has_rule(self, number: int) -> bool:
        """Whether a case lies in an area whose cases find their owner by a rule."""
        with viewing_as(SYSTEM):
            key = Case.objects.values_list("area", flat=True).get(number=number)
        return self.profile.get(Taxonomy).area(key).assignment != Assignment.HAND

    def _take_in(self, name: str, raw: bytes, at: datetime) -> int | None:
        """A letter comes in; the number of the case it went into."""
        with viewing_as(SYSTEM):
            tick(at=at)
            mail = keep(Delivery(f"demo:{name}", f"demo mailbox, {name}", raw), run=None, at=at)
            if mail is None:
                return None
            sort(mail, profile=self.profile, at=at, raw=raw)
        seal_and_drive()
        with viewing_as(SYSTEM):
            return IncomingMail.objects.get(pk=mail.pk).case_number

    def _deliver(self, at: datetime) -> None:
        with clock.fixed_at(at):
            send_waiting(self.server, sender_name=settings.MAIL_ADDRESS, at=at)
            _let_listen("desk.subscribers.note_delivered_answer", at)


def _let_listen(listener: str, at: datetime) -> None:
    """Let one listener hear what happened before the story goes on; all the others hear it with the next letter."""
    seal(at=at)
    drive(names=[listener])


def stage(profile: Profile, server: Server, *, progress: Progress) -> datetime:
    """Set the demonstration up in an empty instance; returns the instant at which the story ends.

    `progress` is told what is being done, how far it is and how far it goes.
    """
    folder = profile.directory / "demo"
    begin = _rows(folder / "story.csv")[0]["at"]
    first = datetime.fromisoformat(begin) - timedelta(days=1)
    with clock.fixed_at(first):
        progress("staff and market", 0, 1)
        staff = _hire(folder, profile, first)
        with viewing_as(SYSTEM):
            import_market(folder / "market", kinds=profile.get(Registrations), by=SYSTEM, at=first)
        editions = _editions_before(folder / BOOK_FOLDER, first)
        for number, path in enumerate(editions):
            progress("rule book", number, len(editions))
            _import_rules(path, first)
    cases: dict[str, int] = {}
    work = DeskWork(profile, staff, _staff_rows(folder), cases)
    return _replay(Story(folder, profile, server, staff, cases, work, first), progress)


def _replay(story: Story, progress: Progress) -> datetime:
    told, done = _rows(story.folder / "story.csv"), story.folder / "desk.csv"
    rows = sorted([*told, *(_rows(done) if done.exists() else ())], key=lambda row: datetime.fromisoformat(row["at"]))
    for number, row in enumerate(rows):
        progress("story", number, len(rows))
        story.play(row)
    end = datetime.fromisoformat(rows[-1]["at"]) + timedelta(minutes=2)
    with clock.fixed_at(end):
        with viewing_as(SYSTEM):
            tick(at=end)
            begin_absences(end)
            wake(end)
        while seal_and_drive():
            pass
    progress("story", len(rows), len(rows))
    return end


def _hire(folder: Path, profile: Profile, at: datetime) -> dict[str, User]:
    hired: dict[str, User] = {}
    with viewing_as(SYSTEM):
        for row in _rows(folder / "market" / "staff.csv"):
            user = add_staff(
                row["username"], name=row["name"], email=row["email"], password=PASSWORD,
                role=row["role"], team=row["team"], by=SYSTEM, at=at,
            )  # fmt: skip
            lay_down_duty(user, row, profile, SYSTEM, at)
            hired[user.username] = user
    return hired


def _staff_rows(folder: Path) -> dict[str, dict[str, str]]:
    return {row["username"]: row for row in _rows(folder / "market" / "staff.csv")}


def _editions_before(folder: Path, at: datetime) -> list[Path]:
    """What is in force when the story begins; a later edition comes in the story."""
    files = sorted((*folder.glob("*.docx"), *folder.glob("*.html")))
    return [path for path in files if _edition_of(path)[1] <= at.date()]


def _edition_of(path: Path) -> tuple[str, date]:
    """The book and the day from which the edition is in force, which end the file's name."""
    return path.stem[:-11], date.fromisoformat(path.stem[-10:])


def _import_rules(path: Path, at: datetime) -> None:
    book, effective = _edition_of(path)
    with viewing_as(SYSTEM):
        import_edition(path, book=book, effective_on=effective, by=SYSTEM, at=at)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
