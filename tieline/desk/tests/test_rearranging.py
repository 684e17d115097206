"""Whatever is merged, taken out, split, moved, said and closed in whatever order: is nothing lost, doubled or told?

A model beside the desk knows where each message and each question has to lie. After every act messages, people,
clocks, citations and consultations are all there, each once; an act that was refused has changed nothing; what is
undone at once leaves no trace.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.cast import MONDAY, Cast
from tests.letters import KIT, SAM, letter
from tests.rules import adopt_rules
from tieline.clocks.models import Clock, ClockState
from tieline.clocks.queries import next_due
from tieline.desk.actions import add_note, cite, close_case, reopen_case, reply, take_mail
from tieline.desk.actions.consulting import answer_consultation, ask
from tieline.desk.actions.merging import merge_cases, unmerge_case
from tieline.desk.actions.messages import note_delivery
from tieline.desk.actions.moving import move_message, undo_move
from tieline.desk.actions.splitting import split_case, standing_split, undo_split
from tieline.desk.models import (
    Case,
    CaseCitation,
    CasePerson,
    CaseRole,
    CaseState,
    Consultation,
    ConsultationState,
    Draft,
    Message,
    MessageKind,
    Rearrangement,
)
from tieline.desk.models import RearrangementKind as Kind
from tieline.journal.models import JournalEvent
from tieline.kernel import clock
from tieline.kernel.refusal import Refusal
from tieline.mail.actions import keep, sort
from tieline.mail.models import OutgoingMail
from tieline.mail.sources import Delivery
from tieline.rulebook import queries as rulebook

PAT = "Pat Moss <pat.moss@bluestem-energy.example>"
MOST_CASES = 9
EXAMPLES = int(os.environ.get("TIELINE_EXAMPLES", "10"))
Row = TypeVar("Row", bound=Model)
Done = TypeVar("Done")
PICK = st.integers(0, 1_000)
TOLD = ("case.merged", "case.unmerged", "case.split", "case.split_reversed", "case.message_moved", "case.move_reversed")


class Rearranging(RuleBasedStateMachine):
    """The desk with two people of one participant and one of another, who write, are answered, and are rearranged."""

    def __init__(self, cast: Cast, versions: tuple[int, ...]) -> None:
        super().__init__()
        self.cast, self.versions, self.by = cast, versions, cast.ana.as_actor()
        self.at = MONDAY
        self.home: dict[int, int] = {}
        self.asked: dict[int, int] = {}
        self.words: dict[int, str] = {}
        self.whose: dict[int, int | None] = {}
        self.came_late: set[int] = set()
        self.clocks: dict[int, str] = {}
        self.told: Counter[str] = Counter()
        self.letters = 0
        self.example = transaction.atomic()
        self.example.__enter__()
        self.told_before = Counter(JournalEvent.objects.filter(kind__in=TOLD).values_list("kind", flat=True))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    # what people do

    @initialize()
    def two_ask(self) -> None:
        for sender in (SAM, SAM, PAT, PAT, KIT):
            self._arrive(self._letter("Asked", sender))

    @rule(sender=st.sampled_from([SAM, PAT, PAT, KIT]))
    def somebody_asks(self, sender: str) -> None:
        if Case.objects.count() < MOST_CASES:
            self._arrive(self._letter("Asked", sender))

    @rule(pick=PICK)
    def a_client_answers(self, pick: int) -> None:
        said = self._sure(Message.objects.exclude(kind=MessageKind.NOTE).select_related("incoming", "outgoing"), pick)
        mail = said.incoming or said.outgoing
        if mail is None:
            return
        writer = said.author_address or said.case.requester_address
        case = self._arrive(self._letter("Answered", f"X <{writer}>", mail.message_id))
        assert case.merged_into_id is None, "a letter lands where the conversation goes on"

    @rule(pick=PICK, then=st.sampled_from([CaseState.OPEN, CaseState.WAITING]), is_delivered=st.booleans())
    def we_reply(self, pick: int, then: CaseState, is_delivered: bool) -> None:
        case = self._case(pick)
        message = self._tried(lambda: reply(case, text="Ours", then=then, by=self.by, at=self._later()))
        if message is not None and is_delivered:
            OutgoingMail.objects.filter(pk=message.outgoing_id or 0).update(state="sent")
            note_delivery(message, profile=self.cast.profile, at=self._later())
        self._learn(case)

    @rule(pick=PICK)
    def we_note(self, pick: int) -> None:
        case = self._case(pick)
        self._tried(lambda: add_note(case, text="A note", by=self.by, at=self._later()))
        self._learn(case)

    @rule(pick=PICK, which=PICK)
    def we_cite(self, pick: int, which: int) -> None:
        version = self.versions[which % len(self.versions)]
        cite(self._case(pick), version_id=version, quote="", by=self.by, at=self._later())

    @rule(pick=PICK)
    def we_ask_for_advice(self, pick: int) -> None:
        case, team, profile = self._case(pick), self.cast.mara.team, self.cast.profile
        assert team is not None
        asked = partial(ask, case, team=team.key, question="Is it so?", profile=profile, by=self.by)
        if (one := self._tried(lambda: asked(at=self._later()))) is not None:
            self.asked[one.pk] = case.pk
        self._learn(case)

    @rule(pick=PICK)
    def advice_is_given(self, pick: int) -> None:
        one = self._one(Consultation.objects.filter(state=ConsultationState.ASKED), pick)
        if one is not None:
            mara, case = self.cast.mara.as_actor(), one.case
            self._tried(lambda: answer_consultation(one, text="It is.", by=mara, at=self._later()))
            self._learn(case)

    @rule(pick=PICK, number=st.integers(0, 2))
    def somebody_is_put_in_copy(self, pick: int, number: int) -> None:
        CasePerson.objects.get_or_create(
            case=self._case(pick), role=CaseRole.COPIED, address=f"copy{number}@elsewhere.example", thread=None,
            removed_at=None, defaults={"added_at": self.at, "added_by_name": "Ana"},
        )  # fmt: skip

    @rule(pick=PICK)
    def we_close(self, pick: int) -> None:
        case, profile = self._case(pick), self.cast.profile
        self._tried(lambda: close_case(case, outcome="no_action", profile=profile, by=self.by, at=self._later()))

    @rule(pick=PICK)
    def we_reopen(self, pick: int) -> None:
        case, profile = self._case(pick), self.cast.profile
        self._tried(lambda: reopen_case(case, reason="more", profile=profile, by=self.by, at=self._later()))

    # how cases are rearranged

    @rule(pick=PICK, other=PICK, is_undone_at_once=st.booleans())
    def merge(self, pick: int, other: int, is_undone_at_once: bool) -> None:
        source, target, profile = self._case(pick), self._case(other), self.cast.profile
        if pick % 3:  # mostly two that go together, now and then any two
            going = Case.objects.filter(merged_into=None)
            source = self._sure(going, pick)
            fitting = going.unclosed().exclude(pk=source.pk).filter(participant=source.participant)
            target = self._one(fitting, other) or target
        before = self._everything()
        if not self._tried(lambda: merge_cases(source, target, profile=profile, by=self.by, at=self._later())):
            return
        self.told["case.merged"] += 1
        if is_undone_at_once:
            unmerge_case(source, profile=profile, by=self.by, at=self._later())
            self.told["case.unmerged"] += 1
            assert self._everything() == before
            return
        self._went(source.pk, target.pk, [one for one, home in self.home.items() if home == source.pk])
        self.asked |= {one: target.pk for one, home in self.asked.items() if home == source.pk}

    @rule(pick=PICK)
    def take_out(self, pick: int) -> None:
        step = self._one(Rearrangement.objects.filter(kind=Kind.MERGE, undone_at=None), pick)
        if step is None:
            return
        profile = self.cast.profile
        if self._tried(lambda: unmerge_case(step.source, profile=profile, by=self.by, at=self._later())):
            self.told["case.unmerged"] += 1
            self._came_back(step)
            self.asked |= dict.fromkeys(step.moved["consultations"], step.source_id)
            for one, home in self.home.items():
                if home == step.target_id and one > step.moved["marker"] and one in self.came_late:
                    self.home[one] = Message.objects.get(pk=one).case_id
                    assert self.home[one] in (step.source_id, step.target_id)

    @rule(pick=PICK, other=PICK)
    def merge_for_good(self, pick: int, other: int) -> None:
        self.merge(pick, other, False)

    @rule(pick=PICK, which=st.lists(PICK, min_size=1, max_size=3), is_undone_at_once=st.booleans())
    def split(self, pick: int, which: list[int], is_undone_at_once: bool) -> None:
        several = Case.objects.filter(message_count__gte=2)
        source, profile = self._one(several, pick) or self._case(pick), self.cast.profile
        ids = list(source.messages.order_by("pk").values_list("pk", flat=True))
        chosen = sorted({ids[one % len(ids)] for one in which}) if ids else []
        before = self._everything()
        made = self._tried(lambda: split_case(source, chosen, profile=profile, by=self.by, at=self._later()))
        if made is None:
            return
        self.told["case.split"] += 1
        if is_undone_at_once:
            step = standing_split(made)
            assert step is not None
            undo_split(step, by=self.by, at=self._later())
            self.told["case.split_reversed"] += 1
            assert self._everything(without=made) == before
            return
        self._went(source.pk, made.pk, chosen)

    @rule(pick=PICK)
    def undo_a_split(self, pick: int) -> None:
        step = self._one(Rearrangement.objects.filter(kind=Kind.SPLIT, undone_at=None), pick)
        if step is None:
            return
        if self._tried(lambda: undo_split(step, by=self.by, at=self._later())) is not None:
            self.told["case.split_reversed"] += 1
            self._came_back(step)

    @rule(pick=PICK, other=PICK, is_undone_at_once=st.booleans())
    def move(self, pick: int, other: int, is_undone_at_once: bool) -> None:
        message, target, profile = self._sure(Message.objects.all(), pick), self._case(other), self.cast.profile
        if pick % 3:
            fitting = Case.objects.unclosed().exclude(pk=message.case_id).filter(participant=message.case.participant)
            target = self._one(fitting, other) or target
        before = self._everything()
        step = self._tried(lambda: move_message(message, target, profile=profile, by=self.by, at=self._later()))
        if step is None:
            return
        self.told["case.message_moved"] += 1
        if is_undone_at_once:
            undo_move(step, profile=profile, by=self.by, at=self._later())
            self.told["case.move_reversed"] += 1
            assert self._everything() == before
            return
        self._went(step.source_id, step.target_id, [message.pk])

    @rule(pick=PICK)
    def undo_a_move(self, pick: int) -> None:
        step, profile = self._one(Rearrangement.objects.filter(kind=Kind.MOVE, undone_at=None), pick), self.cast.profile
        if step is None:
            return
        if self._tried(lambda: undo_move(step, profile=profile, by=self.by, at=self._later())) is not None:
            self.told["case.move_reversed"] += 1
            self._came_back(step)

    # what holds at all times

    @invariant()
    def every_message_lies_where_it_has_to(self) -> None:
        markers = self._markers()
        found = {pk: (case, text) for pk, case, text in Message.objects.values_list("pk", "case_id", "text")}
        assert {pk: row for pk, row in found.items() if pk not in markers} == {
            pk: (home, self.words[pk]) for pk, home in self.home.items()
        }
        assert markers <= set(found)

    @invariant()
    def nobody_learns_of_anothers(self) -> None:
        owners = dict(Case.objects.values_list("pk", "participant_id"))
        assert all(owners[home] == self.whose[pk] for pk, home in self.home.items())

    @invariant()
    def counts_and_last_words_are_true(self) -> None:
        messages = list(Message.objects.order_by("-at", "-pk"))
        for case in Case.objects.all():
            said = [one for one in messages if one.case_id == case.pk]
            assert case.message_count == len(said)
            shown = next((one.text for one in said if one.kind != MessageKind.NOTE and not one.is_withheld), "")
            assert case.excerpt == shown

    @invariant()
    def clocks_stay_and_follow_the_family(self) -> None:
        found = dict(Clock.objects.values_list("pk", "subject_id"))
        assert self.clocks.items() <= found.items(), "a clock stays on the number it was started for"
        self.clocks = found
        clocks, cases = list(Clock.objects.filter(subject_kind="case")), {case.pk: case for case in Case.objects.all()}
        leaving = set(Message.objects.filter(outgoing__state="waiting").values_list("case_id", flat=True))
        for case in cases.values():
            numbers = {str(one.number) for one in cases.values() if _end_of(one, cases) is case}
            its = [one for one in clocks if one.subject_id in numbers]
            states = {one.state for one in its}
            if case.merged_into_id is not None:
                assert (case.state, case.outcome, case.due_at) == (CaseState.CLOSED, "merged", None)
                assert case.message_count == 0
                continue
            assert case.due_at == (None if case.is_closed else next_due(its))
            assert not (case.is_closed and states - {ClockState.ENDED.value})
            if case.pk not in leaving:
                assert not (case.state == CaseState.OPEN and ClockState.PAUSED.value in states)

    @invariant()
    def citations_and_people_are_all_there(self) -> None:
        cited = set(CaseCitation.objects.values_list("pk", flat=True))
        people = set(CasePerson.objects.filter(reason="").values_list("pk", flat=True))
        assert getattr(self, "cited", set()) <= cited
        assert getattr(self, "people", set()) <= people
        self.cited, self.people = cited, people

    @invariant()
    def questions_lie_where_the_conversation_goes_on(self) -> None:
        rows = Consultation.objects.select_related("case")
        assert {one.pk: one.case_id for one in rows} == self.asked
        assert all(one.case.merged_into_id is None for one in rows)

    @invariant()
    def the_journal_tells_every_act(self) -> None:
        told = Counter(JournalEvent.objects.filter(kind__in=TOLD).values_list("kind", flat=True))
        assert told - self.told_before == +self.told

    # how the model keeps up

    def _later(self) -> datetime:
        self.at += timedelta(minutes=7)
        return self.at

    def _letter(self, text: str, sender: str, answered: str = "") -> bytes:
        return letter(f"{text} {len(self.home)}", sender=sender, subject="Q", in_reply_to=answered)

    def _arrive(self, raw: bytes) -> Case:
        at, profile = self._later(), self.cast.profile
        self.letters += 1
        with clock.fixed_at(at):
            kept = keep(Delivery(f"test:{self.letters}", "test", raw), run=None, at=at)
            assert kept is not None
            case = take_mail(sort(kept, profile=profile, at=at, raw=raw), profile=profile)
        self._learn(case)
        self.came_late.add(max(self.home))
        return case

    def _learn(self, case: Case) -> None:
        for message in case.messages.exclude(pk__in=[*self.home, *self._markers()]):
            self.home[message.pk], self.words[message.pk] = case.pk, message.text
            self.whose[message.pk] = Case.objects.get(pk=case.pk).participant_id

    def _markers(self) -> set[int]:
        steps = Rearrangement.objects.filter(undone_at=None).values_list("moved", flat=True)
        return {moved["marker"] for moved in steps if "marker" in moved}

    def _went(self, source: int, target: int, ids: list[int]) -> None:
        for one in ids:
            if one in self.home:
                assert self.home[one] == source
                self.home[one] = target

    def _came_back(self, step: Rearrangement) -> None:
        for one in step.moved["messages"]:
            if self.home.get(one) == step.target_id:
                self.home[one] = step.source_id

    def _case(self, pick: int) -> Case:
        return self._sure(Case.objects.select_related("participant"), pick)

    def _sure(self, rows: QuerySet[Row], pick: int) -> Row:
        found = self._one(rows, pick)
        assert found is not None
        return found

    def _one(self, rows: QuerySet[Row], pick: int) -> Row | None:
        found = list(rows.order_by("pk"))
        return found[pick % len(found)] if found else None

    def _tried(self, act: Callable[[], Done]) -> Done | None:
        before = self._everything()
        try:
            with transaction.atomic():
                return act()
        except Refusal as refusal:
            assert str(refusal)
            assert self._everything() == before
            return None

    def _everything(self, without: Case | None = None) -> dict[str, object]:
        cases = Case.objects.exclude(pk=without.pk) if without else Case.objects.all()
        clocks = Clock.objects.exclude(subject_id=str(without.number)) if without else Clock.objects.all()
        standing = ("pk", "state", "outcome", "closed_at", "due_at", "owner", "message_count", "excerpt", "answered_at")
        return {
            "cases": list(cases.order_by("pk").values_list(*standing, "merged_into")),
            "messages": list(Message.objects.order_by("pk").values_list("pk", "case", "text")),
            "clocks": list(clocks.order_by("pk").values_list("pk", "state", "due_at", "subject_id")),
            "citations": list(CaseCitation.objects.order_by("pk").values_list("pk", "case", "withdrawn_at")),
            "people": list(CasePerson.objects.order_by("pk").values_list("pk", "case", "removed_at")),
            "consultations": list(Consultation.objects.order_by("pk").values_list("pk", "case", "state")),
            "drafts": list(Draft.objects.order_by("pk").values_list("pk", "case")),
        }


def _end_of(case: Case, cases: dict[int, Case]) -> Case:
    while case.merged_into_id is not None:
        case = cases[case.merged_into_id]
    return case


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_told_whatever_is_rearranged(cast: Cast, tmp_path: Path) -> None:
    adopt_rules(tmp_path)
    versions = tuple(rulebook.cite(label, as_at=MONDAY.date()).version_id for label in ("9.1(1)", "9.1(2)"))
    quick = settings(
        max_examples=EXAMPLES, stateful_step_count=25, deadline=None, derandomize=EXAMPLES < 50,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip

    machine = partial(Rearranging, cast, versions)
    run_state_machine_as_test(machine, settings=quick)  # type: ignore[arg-type]  # anything that makes one
