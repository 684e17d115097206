"""Who is on a case, as what, and may mail be sent to them without a second thought?

The requester is a field of the case; everybody else is a `CasePerson`: in copy of the main conversation, on one thread
beside it, or on one message. Case pages get the rows with the case's own query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, JSONObject, Lower, NullIf

from tieline.desk.models import SURE_ENOUGH, Case, CasePerson, CaseRole, CaseThread, ThreadKind
from tieline.desk.threading_tokens import is_of_desk
from tieline.identity.models import User
from tieline.mail.models import AddressStanding
from tieline.participants.queries import find_sender

CAME_BACK = "mail came back"


@dataclass(frozen=True)
class OnCase:
    """Somebody on a case; `bounced` says why mail to the address came back, "" where it did not."""

    id: int
    role: CaseRole
    address: str
    name: str = ""
    bounced: str = ""
    added_by: str = ""
    reason: str = ""

    @property
    def shown(self) -> str:
        """The name, else the address."""
        return self.name or self.address


@dataclass(frozen=True)
class ThreadOnCase:
    """A thread beside the main conversation and its people."""

    id: int
    kind: ThreadKind
    subject: str
    people: tuple[OnCase, ...]

    @property
    def with_whom(self) -> str:
        """The people's names with commas."""
        return ", ".join(person.shown for person in self.people) or "nobody any more"


@dataclass(frozen=True)
class People:
    """Everybody on a case."""

    requester: OnCase
    copied: tuple[OnCase, ...]
    threads: tuple[ThreadOnCase, ...]

    def not_on_it(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """The addresses that belong to nobody of the main conversation, each once, without the desk's own."""
        known = {self.requester.address.lower(), *(person.address for person in self.copied)}
        strange = (one for one in addresses if one not in known and not is_of_desk(one, settings.MAIL_ADDRESS))
        return tuple(dict.fromkeys(strange))


def _bounced(address: str) -> Subquery:
    # addresses are kept in small letters by the post room and by everything here
    returned = AddressStanding.objects.filter(address=OuterRef(address), cleared_at=None)
    return Subquery(
        returned.annotate(
            words=Coalesce(
                NullIf("reason", Value("", output_field=TextField())), Value(CAME_BACK), output_field=TextField()
            )
        ).values("words")[:1]
    )


PEOPLE = ArraySubquery(
    CasePerson.objects.filter(case=OuterRef("pk"), removed_at=None)
    .order_by("pk")
    .values(
        row=JSONObject(
            id="pk", role="role", address="address", name="name", thread="thread_id", message="message_id",
            by="added_by_name", reason="reason", bounced=_bounced("address"),
        )
    )
)  # fmt: skip
"""The people of a case, to be annotated as `people_rows` where the case is found."""
THREADS = ArraySubquery(
    CaseThread.objects.filter(case=OuterRef("pk"))
    .order_by("pk")
    .values(row=JSONObject(id="pk", kind="kind", subject="subject"))
)
"""The threads of a case, to be annotated as `thread_rows`."""
BOUNCED = _bounced("requester_address")
"""Why mail to the requester came back, to be annotated as `requester_bounced`."""


def people_of(case: Case) -> People:
    """Everybody on a case found with `people_rows`, `thread_rows` and `requester_bounced`."""
    rows = list(getattr(case, "people_rows", ()))
    on_main = (row for row in rows if row["thread"] is None and row["message"] is None)
    threads = (
        ThreadOnCase(
            row["id"], ThreadKind(row["kind"]), row["subject"],
            tuple(_on_case(one) for one in rows if one["thread"] == row["id"]),
        )
        for row in getattr(case, "thread_rows", ())
    )  # fmt: skip
    requester = OnCase(
        0, CaseRole.REQUESTER, case.requester_address, case.requester_name, getattr(case, "requester_bounced", "") or ""
    )
    return People(requester, tuple(_on_case(row) for row in on_main), tuple(threads))


def _on_case(row: dict[str, str]) -> OnCase:
    return OnCase(
        int(row["id"]), CaseRole(row["role"]), row["address"], row["name"], row["bounced"] or "", row["by"],
        row["reason"],
    )  # fmt: skip


@dataclass(frozen=True)
class Recipient:
    """An address a reply would go to, with what its writer should know of it before it leaves."""

    address: str
    name: str
    role: CaseRole | None
    bounced: str
    other_participant: str

    @property
    def is_on_case(self) -> bool:
        """Whether it belongs to somebody of the conversation."""
        return self.role is not None


def recipients(case: Case, *, cc: Sequence[str] = (), thread: CaseThread | None = None) -> tuple[Recipient, ...]:
    """To whom a reply with these copies would go: first those it is written to, then the copies."""
    on_case = {person.address.lower(): person for person in _present(case, thread)}
    written_to = [person.address for person in on_case.values()] if thread else [case.requester_address]
    addresses = list(dict.fromkeys(address.lower() for address in (*written_to, *cc) if address))
    returned = AddressStanding.objects.filter(cleared_at=None, address__in=addresses)
    bounced = {standing.address.lower(): standing.reason or CAME_BACK for standing in returned}
    return tuple(
        Recipient(
            address, _name_of(address, case, on_case), _role_of(address, case, on_case, thread),
            bounced.get(address, ""), _other_participant(address, case),
        )
        for address in addresses
    )  # fmt: skip


def _present(case: Case, thread: CaseThread | None) -> QuerySet[CasePerson]:
    return case.people.filter(thread=thread, message=None, removed_at=None).order_by("pk")


def _name_of(address: str, case: Case, on_case: dict[str, CasePerson]) -> str:
    if address == case.requester_address.lower():
        return case.requester_name
    return on_case[address].name if address in on_case else ""


def _role_of(address: str, case: Case, on_case: dict[str, CasePerson], thread: CaseThread | None) -> CaseRole | None:
    if address in on_case:
        return CaseRole(on_case[address].role)
    return CaseRole.REQUESTER if thread is None and address == case.requester_address.lower() else None


def _other_participant(address: str, case: Case) -> str:
    """The participant an address surely belongs to, where it is not the case's own; else ""."""
    known = find_sender(address, "")
    if known.participant is None or known.certainty < SURE_ENOUGH or known.participant.pk == case.participant_id:
        return ""
    return known.participant.name


def is_on(case: Case, address: str, *, thread: CaseThread | None = None) -> bool:
    """Whether the address is that of somebody on the thread, or in copy of the main conversation."""
    return bool(address) and _present(case, thread).filter(address=address.lower()).exists()


def thread_of(case: Case, address: str) -> CaseThread | None:
    """The latest thread of the case that the address is on."""
    return case.threads.filter(people__address=address.lower(), people__removed_at=None).order_by("-pk").first()


def was_shown_one_message(case: Case, address: str) -> CasePerson | None:
    """The outside party with this address that got one message of the main conversation, and no more."""
    return case.people.filter(address=address.lower(), removed_at=None, thread=None, message__isnull=False).first()


def of_our_own(addresses: Iterable[str]) -> set[str]:
    """Which of the addresses are the desk's or a staff member's."""
    asked = list(addresses)
    staff = User.objects.annotate(folded=Lower("email")).filter(folded__in=asked).values_list("folded", flat=True)
    return {*staff, *(one for one in asked if is_of_desk(one, settings.MAIL_ADDRESS))}
