"""How is an event of a case told in the timeline? One sentence each, in the words of the profile."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tieline.desk.profile import Taxonomy
from tieline.journal.models import JournalEvent

MEASURES = {"first_answer": "First answer", "resolution": "Resolution"}
SILENT = frozenset({"case.client_wrote", "case.replied", "case.noted", "mail.queued", "mail.received", "case.resumed"})


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
            return f"gave the case to {facts['owner']}" if facts["owner"] else "took the owner off the case"
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
            return f"closed the case: {facts['outcome'].replace('_', ' ')}"
        case "case.reopened":
            return f"reopened the case: {facts['reason']}"
        case "case.reply_taken_back":
            return "took a reply back before it left"
        case "case.answer_delivered":
            return "delivered our answer to the client's mail server"
        case "case.answer_came_back":
            return f"our answer came back: {facts['reason']}"
        case _:
            return _of_clock(event, zone)


def _of_clock(event: JournalEvent, zone: ZoneInfo) -> str | None:
    name = measure_name(event.facts.get("measure", ""))
    match event.kind:
        case "clock.started":
            return f"{name} clock started, due {_time(event.facts['due'], zone)}"
        case "clock.paused":
            return f"{name} clock paused: {event.facts['reason']}"
        case "clock.resumed":
            return f"{name} clock runs again, due {_time(event.facts['due'], zone)}"
        case "clock.warned":
            return f"{name} clock warned, due {_time(event.facts['due'], zone)}"
        case "clock.breached":
            return f"{name} clock overdue since {_time(event.facts['due'], zone)}"
        case "clock.ended":
            return f"{name} clock ended {'in time' if event.facts['in_time'] else 'late'}: {event.facts['reason']}"
    return None


def _topic(key: str, taxonomy: Taxonomy) -> str:
    return next((topic.name for topic in taxonomy.topics if topic.key == key), key)


def _changes(before: dict[str, str], after: dict[str, str]) -> str:
    changed = [f"{key} from {before[key]} to {after[key]}" for key in after if before.get(key) != after[key]]
    return ", ".join(changed) or "nothing"


def _time(written: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(written).astimezone(zone):%a %d %b %Y %H:%M}" if written else "unknown"
