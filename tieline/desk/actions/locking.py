"""Which case does an act hold while it changes it, however cases are merged and messages moved meanwhile?"""

from __future__ import annotations

from django.db import transaction

from tieline.desk.models import Case, Message
from tieline.desk.structure import survivor


class MovedMeanwhile(Exception):
    """What was to be locked lies in another case by now; look again."""


def locked(case: Case) -> Case:
    """The case as it is now, locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("participant", "requester").get(pk=case.pk)


def locked_in_order(*cases: Case) -> tuple[Case, ...]:
    """Several cases as they are now, locked by number, so that two who want the same never wait for each other."""
    found = Case.objects.select_for_update(of=("self",)).select_related("participant", "requester")
    by_id = {case.pk: case for case in found.filter(pk__in={case.pk for case in cases}).order_by("number")}
    return tuple(by_id[case.pk] for case in cases)


def locked_survivor(case: Case) -> Case:
    """The case in which the conversation goes on, locked; whoever merges it meanwhile is followed."""
    while True:
        try:
            # going back to the savepoint lets the lock go: two locks would be taken in no order
            with transaction.atomic():
                found = locked(survivor(Case.objects.get(pk=case.pk)))
                if found.merged_into_id is None:
                    return found
                raise MovedMeanwhile
        except MovedMeanwhile:
            continue


def locked_home(message: Message) -> Case:
    """The case in which a message lies now, locked."""
    while True:
        try:
            with transaction.atomic():
                message.refresh_from_db(fields=["case"])
                found = locked(message.case)
                if Message.objects.filter(pk=message.pk, case=found).exists():
                    return found
                raise MovedMeanwhile
        except MovedMeanwhile:
            continue
