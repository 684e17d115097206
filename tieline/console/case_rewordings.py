"""May the answer from the rules be said in plainer words? The model is asked outside of any transaction, and what
it says is dropped when the case changed meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tieline.console.case_pages import visible_case
from tieline.console.errors import refused
from tieline.console.pages import is_fragment, show
from tieline.console.reading import read
from tieline.console.requests import Request, own_transaction
from tieline.desk.actions import record_rewording
from tieline.desk.events import AnswerReworded
from tieline.desk.models import Case, MessageKind
from tieline.identity.permissions import require
from tieline.journal.queries import about
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as
from tieline.rulebook.answering import answer
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.rewording.client import Model, configured_model
from tieline.rulebook.rewording.evidence import evidence_of
from tieline.rulebook.rewording.material import CaseFacts, Quoted, Rewording
from tieline.rulebook.rewording.reword import reword


class NoModel(Refusal):
    """No language model is configured."""

    def __init__(self) -> None:
        super().__init__("No language model is set up here; the quoted answer stands as it is.")


class CaseChanged(Refusal):
    """The case is no longer the one that was asked about."""

    def __init__(self) -> None:
        super().__init__("The case changed while the text was being worded; look at it again, then ask anew.")


class RewordingForm(forms.Form):
    """The question and day of the answer shown, and what the case was then."""

    question = forms.CharField(max_length=1000)
    as_at = forms.DateField()
    seen = forms.CharField(max_length=64, required=False)


@dataclass(frozen=True)
class Asked:
    """Everything the model's words are made of and judged by, read in one go."""

    question: str
    as_at: date
    seen: str
    evidence: tuple[Quoted, ...]
    facts: CaseFacts
    model: Model


@own_transaction
@require_POST
def create(request: Request, number: int) -> HttpResponse:
    """POST /cases/<number>/rewording"""
    try:
        with viewing_as(request.actor):
            asked = _asked(request, number)
        grammar = request.profile.get(Rulebook).grammar
        found = reword(asked.question, asked.evidence, asked.facts, client=asked.model, grammar=grammar)
        with viewing_as(request.actor):
            return _shown(request, number, asked, found)
    except Refusal as refusal:
        return refused(request, refusal)


def offered(case: Case) -> str:
    """What a form must send back as `seen`; "" where no model is set up and none is to be offered."""
    return seen_of(case) if configured_model() else ""


def seen_of(case: Case) -> str:
    """A mark that differs as soon as anything is recorded about the case, other than a rewording."""
    recorded = about(case.reference).values_list("pk", "kind")
    changes = " ".join(str(pk) for pk, kind in recorded if kind != AnswerReworded.kind)
    return hashlib.sha256(changes.encode()).hexdigest()[:32]


def _asked(request: Request, number: int) -> Asked:
    """What to ask, of a case as it was when the answer was shown."""
    case = visible_case(request, number)
    require(request.actor, "desk.reply")
    require(request.actor, "rulebook.see")
    model = configured_model()
    if model is None:
        raise NoModel
    form = read(RewordingForm(request.POST))
    seen = seen_of(case)
    if form["seen"] and form["seen"] != seen:
        raise CaseChanged
    evidence = _evidence(form["question"], form["as_at"])
    return Asked(form["question"], form["as_at"], seen, evidence, _facts(case), model)


def _evidence(question: str, as_at: date) -> tuple[Quoted, ...]:
    found = answer(question, as_at=as_at).sentences
    quotes: dict[int, list[str]] = {}
    for one in found:
        quotes.setdefault(one.version_id, []).append(one.quote)
    return evidence_of(quotes, labels={one.version_id: one.label for one in found})


def _facts(case: Case) -> CaseFacts:
    """The client's own words in this case, for the checks, and the names that stay here."""
    said = case.messages.filter(kind=MessageKind.CLIENT, thread=None)
    written = said.order_by("at").values_list("text", flat=True)
    return CaseFacts(words="\n".join([case.subject, *written]), names=tuple(_names(case)))


def _names(case: Case) -> Iterator[str]:
    yield from (case.requester_name, *case.requester_name.split(), case.requester_address, case.label)
    if case.participant:
        yield case.participant.name


def _shown(request: Request, number: int, asked: Asked, found: Rewording) -> HttpResponse:
    """The words, if the case is still the one they were made for."""
    case = visible_case(request, number)
    if seen_of(case) != asked.seen:
        raise CaseChanged
    record_rewording(
        case, model=found.model, kept=len(found.kept), struck=len(found.struck), by=request.actor, at=request.at
    )
    context = {"case": case, "asked": asked, "rewording": found}
    return show(request, f"console/answers/{'_reworded' if is_fragment(request) else 'reworded'}.html", context)
