"""What was asked of other business areas, by whom and of whom, what is due, and what did they say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from tieline.desk.models import Case, CaseState, Consultation, ConsultationState
from tieline.desk.queries import Due, due_of
from tieline.identity.models import User
from tieline.kernel.profile import Profile

SHOWN = 100


class Which(StrEnum):
    """The lists of consultations."""

    OF_ME = "of-me"
    OF_MY_TEAM = "of-my-team"
    BY_ME = "by-me"
    OVERDUE = "overdue"
    ENDED = "ended"


NAMES = {
    Which.OF_ME: "Asked of me",
    Which.OF_MY_TEAM: "Asked of my team",
    Which.BY_ME: "Asked by me",
    Which.OVERDUE: "Overdue",
    Which.ENDED: "Ended",
}


@dataclass(frozen=True)
class ConsultationLine:
    """One question as lists and cards show it, with what its reader may do."""

    consultation: Consultation
    due: Due
    may_answer: bool
    may_withdraw: bool
    may_remind: bool

    @property
    def whom(self) -> str:
        """Who was asked: somebody of a team, or the team."""
        one = self.consultation
        return f"{one.expert.name}, {one.team.name}" if one.expert else one.team.name


def quoted(consultation: Consultation) -> str:
    """The advice as a quotation for a reply."""
    return "\n".join(f"> {line}".rstrip() for line in consultation.answer.splitlines())


def consultations(user: User) -> QuerySet[Consultation]:
    """Every consultation of cases that somebody may see, with what a line needs."""
    seen = Consultation.objects.filter(case__in=Case.objects.visible_to(user.as_actor()))
    return seen.select_related("case__owner", "team", "expert", "asked_by", "answered_by")


def listed(which: Which, user: User, *, profile: Profile, at: datetime) -> tuple[ConsultationLine, ...]:
    """One list, the soonest due first; what ended last is first among the ended."""
    found = consultations(user).filter(_condition(which, user, at))
    order = "-ended_at" if which is Which.ENDED else "due_at"
    return tuple(line_of(one, user, profile=profile, at=at) for one in found.order_by(order, "pk")[:SHOWN])


def of_case(case: Case, user: User, *, profile: Profile, at: datetime) -> tuple[ConsultationLine, ...]:
    """What was asked in a case and in those merged into it, newest first."""
    found = consultations(user).filter(Q(case=case) | Q(case__merged_into=case))
    return tuple(line_of(one, user, profile=profile, at=at) for one in found.order_by("-asked_at", "-pk")[:SHOWN])


def line_of(one: Consultation, user: User, *, profile: Profile, at: datetime) -> ConsultationLine:
    """One consultation as somebody reads it."""
    is_open = one.state == ConsultationState.ASKED
    due = due_of(one.due_at, CaseState.OPEN, profile=profile, at=at) if is_open else Due(None, "", "none")
    may = is_open and user.as_actor().may("desk.consult")
    own = may and is_asker(one, user)
    return ConsultationLine(one, due, may and is_asked(one, user), own, own)


def is_asked(one: Consultation, user: User) -> bool:
    """Whether somebody is whom the question went to, or of the team it went to, or leads."""
    of_team = user.team_id is not None and one.team_id == user.team_id
    return one.expert_id == user.pk or of_team or user.as_actor().may("desk.lead")


def is_asker(one: Consultation, user: User) -> bool:
    """Whether somebody asked, or owns the case now, or leads."""
    return user.pk in (one.asked_by_id, one.case.owner_id) or user.as_actor().may("desk.lead")


def _condition(which: Which, user: User, at: datetime) -> Q:
    asked = Q(state=ConsultationState.ASKED)
    team = Q(team_id=user.team_id) if user.team_id else Q(pk__in=())
    match which:
        case Which.OF_ME:
            return asked & (Q(expert=user) | (Q(expert=None) & team))
        case Which.OF_MY_TEAM:
            return asked & team
        case Which.BY_ME:
            return asked & (Q(asked_by=user) | Q(case__owner=user))
        case Which.OVERDUE:
            return asked & Q(due_at__lt=at)
        case Which.ENDED:
            return ~asked & (Q(asked_by=user) | Q(expert=user) | Q(answered_by=user) | team)
