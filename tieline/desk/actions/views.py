"""What happens to saved views: kept under a name, changed, shared, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tieline.desk.asking import ORDERS, Misasked, parse
from tieline.desk.events import ListDeleted, ListSaved
from tieline.desk.models import SavedView, SharedWith
from tieline.desk.writing import writer_id
from tieline.identity.models import User
from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal

LONGEST_NAME = 80
MOST_VIEWS = 100


class ViewProblem(Refusal):
    """The view cannot be kept so; the sentence says why."""


class NotYourView(Refusal):
    """Only who made a view changes it or takes it away."""

    def __init__(self, view: SavedView) -> None:
        super().__init__(f"“{view.name}” is {view.owner.name}'s view; only they can change it.")


@dataclass(frozen=True)
class Wish:
    """How somebody wants a view: its name, its query, who has it, and its order ("" for the query's own)."""

    name: str
    query: str
    shared_with: str = SharedWith.NOBODY.value
    order: str = ""


@transaction.atomic
def save_view(wish: Wish, *, profile: Profile, by: Actor, at: datetime) -> SavedView:
    """Keep a query as a view. Refuses ViewProblem for a name taken or missing, or a query that says nothing."""
    require(by, "desk.see")
    owner = User.objects.select_related("team").get(pk=writer_id(by))
    wish = _sound(wish, owner, None, profile, by, at)
    if SavedView.objects.filter(owner=owner).count() >= MOST_VIEWS:
        raise ViewProblem(f"You have {MOST_VIEWS} views already; delete one first.")
    view = SavedView(owner=owner, made_at=at)
    return _kept(view, wish, by, at)


@transaction.atomic
def change_view(view: SavedView, *, wish: Wish, profile: Profile, by: Actor, at: datetime) -> SavedView:
    """Give a view another name, query, order or readers. Refuses NotYourView and ViewProblem."""
    require(by, "desk.see")
    view = _own(view, by)
    return _kept(view, _sound(wish, view.owner, view.pk, profile, by, at), by, at)


@transaction.atomic
def delete_view(view: SavedView, *, by: Actor, at: datetime) -> None:
    """Take a view away, from everybody who has it. Refuses NotYourView."""
    require(by, "desk.see")
    view = _own(view, by)
    reference = Reference("view", str(view.pk))
    view.delete()
    record(ListDeleted(name=view.name), about=reference, by=by, at=at)


def _own(view: SavedView, by: Actor) -> SavedView:
    locked = SavedView.objects.select_for_update(of=("self",)).select_related("owner__team").get(pk=view.pk)
    if locked.owner_id != writer_id(by):
        raise NotYourView(locked)
    return locked


def _sound(wish: Wish, owner: User, view_id: int | None, profile: Profile, by: Actor, at: datetime) -> Wish:
    name = " ".join(wish.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise ViewProblem(f"Give the view a name of at most {LONGEST_NAME} characters.")
    if SavedView.objects.filter(owner=owner, name=name).exclude(pk__in=[view_id] if view_id else []).exists():
        raise ViewProblem(f"You have a view “{name}” already.")
    if wish.shared_with not in SharedWith.values or (wish.order and wish.order not in ORDERS):
        raise ViewProblem("Choose who has the view and how it is ordered from the lists.")
    if wish.shared_with == SharedWith.TEAM and owner.team_id is None:
        raise ViewProblem("You are in no team to share the view with.")
    asked = parse(wish.query, profile=profile, actor=by, at=at)
    if isinstance(asked, Misasked):
        raise ViewProblem(f"The query cannot be kept: {asked.sentence}")
    return Wish(name, asked.text, wish.shared_with, wish.order)


def _kept(view: SavedView, wish: Wish, by: Actor, at: datetime) -> SavedView:
    view.name, view.query, view.shared_with, view.order = wish.name, wish.query, wish.shared_with, wish.order
    view.team = view.owner.team if wish.shared_with == SharedWith.TEAM else None
    view.changed_at = at
    view.save()
    saved = ListSaved(name=view.name, query=view.query, shared_with=view.shared_with)
    record(saved, about=Reference("view", str(view.pk)), by=by, at=at)
    return view
