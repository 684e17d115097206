"""How is an event of a case told in the timeline? One sentence each, in the words of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tieline.desk.models import CaseRole
from tieline.desk.profile import Taxonomy
from tieline.journal.models import JournalEvent

MEASURES = {"first_answer": "First answer", "resolution": "Resolution", "consultation": "Advice"}
SILENT = frozenset(
    {
        "case.client_wrote", "case.replied", "case.noted", "mail.queued", "mail.received", "case.resumed",
        "case.thread_continued", "case.thread_answered",
    }
)  # fmt: skip


def measure_name(measure: str) -> str:
    """The measure as people read it."""
    return MEASURES.get(measure, measure.replace("_", " "))


def sentence(event: JournalEvent, taxonomy: Taxonomy, zone: ZoneInfo) -> str | None:
    """What the event says, or None where the timeline shows it otherwise (messages) or not at all."""
    if event.kind in SILENT:
        return None
    facts = event.facts
    match event.kind:
        case "case.opened":
            return f"opened as {_topic(facts['topic'], taxonomy)}, {facts['urgency']} urgency"
        case "case.assigned":
            return _given(facts)
        case "case.rerouted":
            return f"changed {_changes(facts['before'], facts['after'])}"
        case "case.waiting":
            return "waits for the client"
        case "case.cited":
            return f"cited {facts['label']}"
        case "case.citation_withdrawn":
            return f"withdrew the citation of {facts['label']}"
        case "case.answer_reworded":
            model = facts["model"] or "a language model"
            return f"had {model} reword the answer: {facts['kept']} kept, {facts['struck']} struck"
        case "case.doubtful_text_inserted":
            return f"took the text “{facts['title']}” all the same, though {facts['rests_on']} under it had changed"
        case "case.closed":
            despite = facts.get("despite", "")
            although = f", although parts of it were open: {despite}" if despite else ""
            return f"closed the case: {facts['outcome'].replace('_', ' ')}{although}"
        case "case.closing_undone":
            return f"undid the closing: {event.facts['reason']}"
        case "case.reopened":
            return f"reopened the case: {facts['reason']}"
        case "case.answer_delivered":
            return "delivered our answer to the client's mail server"
        case "case.answer_came_back":
            return f"our answer came back: {facts['reason']}"
        case _:
            return (
                _of_structure(event)
                or _of_clock(event, zone)
                or _of_writing(event, zone)
                or _of_people(event)
                or _of_teamwork(event, zone)
            )


def _of_people(event: JournalEvent) -> str | None:
    facts = event.facts
    match event.kind:
        case "case.person_added":
            return f"put {facts['address']} on the case as {_role(facts['role'])}: {facts['reason']}"
        case "case.person_removed":
            return f"took {facts['address']} ({_role(facts['role'])}) off: {facts['reason']}"
        case "case.requester_replaced":
            return f"made {facts['after']} the requester instead of {facts['before'] or 'nobody'}: {facts['reason']}"
        case "case.thread_started":
            return f"started a thread with {', '.join(facts['people'])}"
        case "case.thread_mail_came_back":
            return f"a letter in a thread came back: {facts['reason']}"
        case "case.copy_came_back":
            return f"the copy for {', '.join(facts['people'])} came back: {facts['reason']}"
        case "case.message_forwarded":
            return f"forwarded a message to {', '.join(facts['people'])}"
        case "case.mentioned":
            return f"named {facts['name']} in a note"
        case "case.labelled":
            return f"put on the label “{facts['label']}”"
        case "case.unlabelled":
            return f"took off the label “{facts['label']}”"
    return None


def _of_writing(event: JournalEvent, zone: ZoneInfo) -> str | None:
    facts = event.facts
    match event.kind:
        case "case.reply_taken_back":
            return "took a reply back before it left"
        case "case.letter_taken_back":
            return "took a letter to somebody else back before it left"
        case "case.reply_planned":
            return f"wrote a reply that is to leave on {_time(facts['send_at'], zone)}"
        case "case.later_reply_stopped":
            return f"a reply for later was not sent: {facts['reason']}"
        case "case.later_reply_dropped":
            return "took back a reply that was to leave later"
        case "case.draft_shared":
            return f"asked {facts['reader']} to look at a draft"
        case "case.draft_commented":
            return "commented on a draft"
        case "case.draft_approved":
            return "approved a draft"
    return None


def _given(facts: Mapping[str, str]) -> str | None:
    """Going from one person to another is told as handing over."""
    was, owner, why = facts.get("was", ""), facts["owner"], facts.get("why", "")
    if owner and was and owner != was:
        return None
    said = f"gave the case to {owner}" if owner else "took the owner off the case"
    return f"{said}: {why}" if why else said


def _of_teamwork(event: JournalEvent, zone: ZoneInfo) -> str | None:
    facts = event.facts
    match event.kind:
        case "case.handed_over":
            why = f": {facts['reason']}" if facts["reason"] else ""
            return f"handed the case over from {facts['from_name']} to {facts['to_name']}{why}"
        case "case.left_unassigned":
            return f"left the case unassigned: {facts['why']}"
        case "case.consultation_asked":
            due = f", due {_time(facts['due'], zone)}" if facts["due"] else ""
            return f"asked {_whom(facts)} for advice{due}"
        case "case.consultation_answered":
            return f"answered for {facts['team']}"
        case "case.consultation_declined":
            return f"declined to answer for {facts['team']}: {facts['reason']}"
        case "case.consultation_withdrawn":
            why = f": {facts['reason']}" if facts["reason"] else ""
            return f"withdrew the question to {facts['team']}{why}"
        case "case.consultation_restored":
            return f"the question to {facts['team']} stands again"
        case "case.consultation_recalled":
            return f"reminded {_whom(facts)} of the question"
        case "case.consultation_delayed":
            words = "is overdue since" if facts["is_over"] else "is nearly overdue, due"
            return f"the advice of {facts['team']} {words} {_time(facts['due'], zone)}"
    return None


def _whom(facts: Mapping[str, str]) -> str:
    return f"{facts['expert']} ({facts['team']})" if facts["expert"] else facts["team"]


def _of_structure(event: JournalEvent) -> str | None:
    facts = event.facts
    match event.kind:
        case "case.merged":
            why = f": {facts['reason']}" if facts["reason"] else ""
            return f"merged {facts['from_label']} into {facts['into_label']} with {_messages(facts)}{why}"
        case "case.unmerged":
            return f"took {facts['from_label']} out of {facts['into_label']} again with {_messages(facts)}"
        case "case.split":
            return f"split {_messages(facts)} from {facts['from_label']} into {facts['into_label']}"
        case "case.split_reversed":
            return f"laid {_messages(facts)} from {facts['into_label']} back into {facts['from_label']}"
        case "case.message_moved":
            return f"moved a message of {facts['author']} from {facts['from_label']} to {facts['into_label']}"
        case "case.move_reversed":
            return f"moved a message from {facts['into_label']} back to {facts['from_label']}"
        case "case.linked":
            return f"noted that {facts['from_label']} {facts['words']} {facts['into_label']}"
        case "case.unlinked":
            return f"took away that {facts['from_label']} {facts['words']} {facts['into_label']}"
    return None


def _messages(facts: dict[str, int]) -> str:
    return f"{facts['messages']} message{'s' * (facts['messages'] != 1)}"


def _of_clock(event: JournalEvent, zone: ZoneInfo) -> str | None:
    name = measure_name(event.facts.get("measure", ""))
    match event.kind:
        case "clock.started":
            return f"{name} clock started, due {_time(event.facts['due'], zone)}"
        case "clock.paused":
            return f"{name} clock paused: {event.facts['reason']}"
        case "clock.resumed":
            return f"{name} clock runs again, due {_time(event.facts['due'], zone)}"
        case "clock.restored":
            due = event.facts["due"]
            return f"{name} clock {f'runs on, due {_time(due, zone)}' if due else 'stands still as before'}"
        case "clock.warned":
            return f"{name} clock warned, due {_time(event.facts['due'], zone)}"
        case "clock.breached":
            return f"{name} clock overdue since {_time(event.facts['due'], zone)}"
        case "clock.ended":
            return f"{name} clock ended {'in time' if event.facts['in_time'] else 'late'}: {event.facts['reason']}"
    return None


def _role(key: str) -> str:
    return CaseRole(key).label.lower() if key in CaseRole else key


def _topic(key: str, taxonomy: Taxonomy) -> str:
    return next((topic.name for topic in taxonomy.topics if topic.key == key), key)


def _changes(before: dict[str, str], after: dict[str, str]) -> str:
    changed = [f"{key} from {before[key]} to {after[key]}" for key in after if before.get(key) != after[key]]
    return ", ".join(changed) or "nothing"


def _time(written: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(written).astimezone(zone):%a %d %b %Y %H:%M}" if written else "unknown"
