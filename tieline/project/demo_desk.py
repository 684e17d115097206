"""What does the demonstration's desk do beside answering? It asks colleagues, puts off, links, labels, covers, shares.

One line of `desk.csv` is one act, done by the action that a click of the same person would call. A line finds its case
by the letter that opened it, or by the name that an earlier line gave to a case made by hand or split off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from tieline.desk import actions as desk
from tieline.desk.actions import absences, consulting, labels, linking, merging, piles, splitting, views
from tieline.desk.actions.assigning import hand_to_area
from tieline.desk.actions.drafts import add_to_draft
from tieline.desk.actions.forwarding import forward_message
from tieline.desk.actions.opening import TakenDown, take_down
from tieline.desk.consulting import quoted
from tieline.desk.models import Case, CaseState, Consultation, Draft, DraftKind, LinkKind, Message, MessageKind
from tieline.identity.models import User
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile, current_profile
from tieline.kernel.viewing import viewing_as

Row = dict[str, str]
SHOWN = "; "


@dataclass
class DeskWork:
    """The acts of the desk by the words that name them; `cases` is the story's table of what each letter opened."""

    profile: Profile
    staff: dict[str, User]
    staff_rows: dict[str, Row]
    cases: dict[str, int]

    def play(self, row: Row, at: datetime) -> None:
        """Do what one line says, as the person it names."""
        by = self.staff[row["by"]].as_actor()
        with viewing_as(by):
            self._verbs[row["act"]](row, by=by, at=at)

    @property
    def _verbs(self) -> dict[str, Callable[..., None]]:
        on_a_case = {
            "note": _note, "assign": self._assign, "label": _label, "link": self._link, "merge": self._merge,
            "split": self._split, "route": self._route, "put_off": _put_off, "done": _done, "follow": _follow,
            "ask": self._ask, "answer": _answer, "decline": _decline, "remind": _remind, "use": _use,
            "draft": _draft, "share": self._share, "comment": self._comment, "approve": self._approve,
            "send": self._send, "later": _later, "forward": _forward, "close": self._close,
        }  # fmt: skip
        found = {name: partial(self._on_case, act) for name, act in on_a_case.items()}
        return {**found, "take_down": self._take_down, "view": self._view, "duty": self._duty, "absence": self._absence}

    def _on_case(self, act: Callable[..., None], row: Row, *, by: Actor, at: datetime) -> None:
        act(self.case(row["case_of"]), row, by=by, at=at)

    def case(self, name: str) -> Case:
        """The case that a letter or an earlier line opened."""
        return Case.objects.get(number=self.cases[name])

    def _assign(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        desk.assign(case, owner=self.staff[row["who"]], reason=row["text"], by=by, at=at)

    def _close(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        desk.close_case(case, outcome=row["what"], profile=self.profile, by=by, at=at)

    def _link(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        linking.link_cases(case, self.case(row["who"]), kind=LinkKind(row["what"]), by=by, at=at)

    def _merge(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        merging.merge_cases(case, self.case(row["who"]), profile=self.profile, by=by, at=at, reason=row["text"])

    def _split(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        """The client's last letter becomes a case of its own, under the name in `who`."""
        made = splitting.split_case(
            case, [_last_letter(case).pk], subject=row["what"], profile=self.profile, by=by, at=at
        )
        self.cases[row["who"]] = made.number

    def _route(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        hand_to_area(case, topic=row["what"], reason=row["text"], profile=self.profile, by=by, at=at)

    def _ask(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        """Ask a team by its key, or somebody of it by user name."""
        expert = self.staff.get(row["who"])
        team = self.staff_rows[row["who"]]["team"] if expert else row["who"]
        consulting.ask(case, team=team, expert=expert, question=row["text"], profile=self.profile, by=by, at=at)

    def _share(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        desk.share_draft(case, kind=DraftKind.REPLY, reader=self.staff[row["who"]], by=by, at=at)

    def _comment(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        draft = self._draft_of(case, row["who"])
        desk.look_at_draft(draft, by=by, at=at)
        desk.comment_on_draft(draft, text=row["text"], about_words=row["what"], by=by, at=at)

    def _approve(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        draft = self._draft_of(case, row["who"])
        desk.approve_draft(draft, version=draft.version, by=by, at=at)

    def _draft_of(self, case: Case, username: str) -> Draft:
        found = Draft.objects.select_related("case", "author").filter(kind=DraftKind.REPLY)
        return found.get(case=case, author=self.staff[username])

    def _send(self, case: Case, row: Row, *, by: Actor, at: datetime) -> None:
        """Send one's draft as it stands; the guards look it over as they do any other."""
        draft = self._draft_of(case, row["by"])
        wish = desk.Wish(text=draft.text, then=CaseState.WAITING)
        composed = desk.Composed(draft=draft.version)
        desk.send(case, wish, composed=composed, profile=self.profile, by=by, at=at)

    def _take_down(self, row: Row, *, by: Actor, at: datetime) -> None:
        """What was asked by telephone; the first line of the text is its subject, `until` when it was asked."""
        subject, _, text = row["text"].partition("\n")
        name, address = parseaddr(row["who"])
        topic, _, urgency = row["what"].partition(SHOWN)
        asked = TakenDown(
            subject=subject, text=text.strip(), name=name, address=address, channel="phone", topic=topic,
            urgency=urgency, received_at=datetime.fromisoformat(row["until"]),
        )  # fmt: skip
        page = uuid5(NAMESPACE_URL, row["case_of"])
        self.cases[row["case_of"]] = take_down(asked, page_key=page, profile=self.profile, by=by, at=at).number

    def _view(self, row: Row, *, by: Actor, at: datetime) -> None:
        wish = views.Wish(name=row["what"], query=row["text"], shared_with=row["who"])
        views.save_view(wish, profile=self.profile, by=by, at=at)

    def _duty(self, row: Row, *, by: Actor, at: datetime) -> None:
        """Somebody takes cases from now on."""
        lay_down_duty(
            self.staff[row["who"]], self.staff_rows[row["who"]] | {"takes_cases": "yes"}, self.profile, by, at
        )

    def _absence(self, row: Row, *, by: Actor, at: datetime) -> None:
        begins, _, ends = row["until"].partition("/")
        absences.note_absence(
            self.staff[row["who"]], begins_at=datetime.fromisoformat(begins), ends_at=datetime.fromisoformat(ends),
            cover=self.staff.get(row["what"]), reason=row["text"], by=by, at=at,
        )  # fmt: skip


def lay_down_duty(user: User, row: Row, profile: Profile, by: Actor, at: datetime) -> None:
    """How much somebody takes, with which skills and at which hours: what `staff.csv` says of it."""
    if row["most_cases"]:
        absences.set_capacity(
            user, most_cases=int(row["most_cases"]), skills=row["skills"].split(), profile=profile, by=by, at=at,
            takes_cases=row["takes_cases"] == "yes",
        )  # fmt: skip
    if row["hours"]:
        absences.set_hours(user, hours=row["hours"], by=by, at=at)


def answer_from_outside(row: Row, case: Case, at: datetime) -> bytes:
    """The letter by which an outside party (`who`) answers what was sent to it last in a thread of the case."""
    address = parseaddr(row["who"])[1]
    beside = Message.objects.filter(case=case, kind=MessageKind.OURS, thread__people__address=address)
    sent = beside.select_related("outgoing").latest("pk").outgoing
    if sent is None:
        raise LookupError(f"nothing was sent to {address}")
    letter = EmailMessage()
    letter["From"], letter["To"] = row["who"], sent.reply_to or settings.MAIL_ADDRESS
    letter["Subject"], letter["Date"] = f"Re: {sent.subject}", format_datetime(at)
    letter["Message-ID"] = f"<{uuid5(NAMESPACE_URL, row['at'] + address)}@{address.partition('@')[2]}>"
    letter["In-Reply-To"] = letter["References"] = sent.message_id
    letter.set_content(row["text"])
    return letter.as_bytes(policy=WIRE)


def _last_letter(case: Case) -> Message:
    return Message.objects.filter(case=case, kind=MessageKind.CLIENT, thread=None).latest("pk")


def _asked(case: Case) -> Consultation:
    """The newest question of the case."""
    return Consultation.objects.select_related("case").filter(case=case).latest("pk")


def _note(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    desk.add_note(case, text=row["text"], by=by, at=at)


def _label(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    for label in row["what"].split(SHOWN):
        labels.label_case(case, label=label, by=by, at=at)


def _put_off(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    piles.put_off(case, until=datetime.fromisoformat(row["until"]), by=by, at=at)


def _done(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    piles.finish_for_me(case, by=by, at=at)


def _follow(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    piles.follow(case, by=by, at=at)


def _answer(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    consulting.answer_consultation(_asked(case), text=row["text"], by=by, at=at)


def _decline(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    consulting.decline_consultation(_asked(case), reason=row["text"], by=by, at=at)


def _remind(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    consulting.remind_of_consultation(_asked(case), by=by, at=at)


def _use(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    """The advice goes into the draft as a quotation."""
    add_to_draft(case, text=quoted(_asked(case)), by=by, at=at)


def _draft(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    add_to_draft(case, text=row["text"], by=by, at=at)


def _later(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    send_at = datetime.fromisoformat(row["until"])
    desk.send_later(case, text=row["text"], then=CaseState.WAITING, send_at=send_at, by=by, at=at)


def _forward(case: Case, row: Row, *, by: Actor, at: datetime) -> None:
    """The client's last letter goes to somebody outside, with a few words."""
    to, profile = [row["who"]], current_profile()
    forward_message(_last_letter(case), to=to, text=row["text"], profile=profile, by=by, at=at)
