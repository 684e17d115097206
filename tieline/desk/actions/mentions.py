"""Naming colleagues in a note: they have it on their own desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tieline.desk.actions.piles import bring_back, personal_of
from tieline.desk.events import CaseMentioned
from tieline.desk.models import Mention, Message
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference


@transaction.atomic
def mention(message: Message, people: Iterable[User], *, by: Actor, at: datetime) -> list[User]:
    """Tell people that a note names them; whoever was told before, and the writer, is left out."""
    require(by, "desk.note")
    told = []
    for person in people:
        if str(person.as_actor().reference) == message.author:
            continue
        _, is_new = Mention.objects.get_or_create(
            message=message, user=person, defaults={"case_id": message.case_id, "at": at}
        )
        if is_new:
            _tell(message, person, by=by, at=at)
            told.append(person)
    return told


def _tell(message: Message, person: User, *, by: Actor, at: datetime) -> None:
    bring_back([personal_of(message.case, person.pk, at=at)], why=f"{message.author_name} named you in a note", at=at)
    links = {"person": person.as_actor().reference, "message": Reference("message", str(message.pk))}
    record(CaseMentioned(name=person.name), about=message.case.reference, by=by, at=at, links=links)
