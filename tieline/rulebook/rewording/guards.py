"""Does a clause bind as the rule does: the same duties on the same party, the same denials, conditions, bounds?

Every test compares small sets read from both texts by word lists. They see no grammar; where they cannot tell,
the clause is struck.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tieline.rulebook.retrieval.stemming import stem
from tieline.rulebook.retrieval.words import EVERYWHERE

DENIALS = re.compile(r"(?i)\b(?:not|no|never|neither|nor|none|nothing|nobody|cannot|without|refrain\w*)\b|n['’]t\b")
LOADED = re.compile(
    r"(?i)\b(?:prohibit\w*|forbid\w*|barred|exempt\w*|waiv\w*|excus\w*|reliev\w*|refus\w*|reject\w*|den(?:y|ies|ied)"
    r"|fail\w*|void|invalid|ineligible|unable)\b"
)
BOUNDS_THAT_DENY = re.compile(
    r"(?i)\bnot? (?:later|more|less|fewer|earlier|greater|sooner|longer) than\b|\bnot (?:to )?exceed"
)
DEADLINE = (
    r"by (?=(?:the )?(?:end|close|deadline|start|beginning|earlier|later|noon|midnight|\d|[a-z]+th\b|first|second|third"
    r"|[a-z]+day\b|january|february|march|april|may\b|june|july|august|september|october|november|december))"
)
WORDS = {
    "exception": (
        r"unless|except\w*|exclud\w*|other than|apart from|notwithstanding|save (?:for|that)|but for"
        r"|provided(?:,? however)?,? that|subject to|instead of|rather than"
    ),
    "condition": (
        r"if|when|whenever|once|upon|in case|in the event|(?:as|so) long as|contingent|conditional\w*"
        r"|should (?:a|the|it)|where|whether"
    ),
    "exclusiveness": r"only|solely|exclusively|merely|just|alone|sole",
    "choice": r"or|either|optional\w*|voluntar\w*|discretion\w*|elect\w*|choos\w*|prefer\w*",
    "reach": r"all|every|everyone|everything|any|anyone|anything|always|entire\w*|whole|each",
    "part": (
        r"some|most|many|certain|part(?:ly|ial\w*)|mostly|usually|generally|normally|often|sometimes|rarely"
        r"|approximately|about|around|nearly|almost|roughly"
    ),
    "fiction": r"deemed?|consider(?:ed|s)?|treated as|presum\w*|assum\w*|as if",
    "lower bound": r"at least|not? (?:less|fewer|earlier|sooner) than|minimum|or more",
    "upper bound": (
        r"at most|not? (?:more|greater|later|longer) than|maximum|up to|not (?:to )?exceed\w*|or (?:less|fewer)"
        rf"|at the latest|within|until|through|{DEADLINE}"
    ),
    "more": r"(?<!no )(?<!not )(?:more|greater) than|above|(?<!not )exceed\w*|over|higher|larger|longer|beyond",
    "less": (
        r"(?<!no )(?<!not )(?:less|fewer) than|below|under|lower|smaller|shorter|early|(?<!no )(?:earlier|sooner)"
    ),
    "before": r"before|prior|preceding|previous\w*|ahead of|in advance",
    "after": (
        r"after|following|since|subsequent\w*|thereafter|next|(?<!no )(?<!not )later|upon"
        r"|from (?=\w+ing\b|(?:the )?(?:date|day|receipt|end|time|publication))"
    ),
}
IDIOMS = re.compile(r"(?i)\bunder\s+(?=section|paragraph|this|these)")
SPAN_OF = re.compile(r"(?i)\b(?:days?|hours?|minutes?|weeks?|months?|years?) of\b")
EXCLUSIVE = re.compile(rf"(?i)\b(?:{WORDS['exclusiveness']})\b")
STAYS_SOMEWHERE = ("exception", "condition")
MUST_STAY = ("exclusiveness", "reach", "part", "fiction", "lower bound", "upper bound", "more", "less")
DUTY = {
    "must": (
        r"shall|must|will|(?:is|are|be)(?: not)? (?:required|obligated|obliged) to|ha(?:s|ve) to|needs? to"
        r"|(?:is|are) to"
    ),
    "may": r"may|can|could|might|(?:is|are|be)(?: not)? (?:allowed|permitted|entitled|able|eligible) to",
    "should": r"should|ought to|(?:is|are) (?:encouraged|recommended|expected|advised) to|would",
}
MODAL = re.compile(rf"(?i)\b(?:{'|'.join(f'(?P<{kind}>{words})' for kind, words in DUTY.items())})\b")
PASSIVE = re.compile(
    r"(?i)\s*(?:not|also|then|only|\s)*be(?:\s+\w+ly)?\s+(?!required|obligated|obliged|permitted|allowed|entitled|expected)"
    r"(?P<verb>\w+(?:ed|en|nt|ne|wn|ld|ade|ut|id|et))\b"
)
ACTIVE = re.compile(r"(?i)\s+(?:(?:not|also|then|only|either|first|\w+ly|be|have|been)\s+)*(?P<verb>\w+)")
BY = re.compile(r"(?i)\bby\s+(?:(?:the|a|an|each|any|such|its|their)\s+)*(?P<who>[A-Za-z][\w-]*(?:\s+[\w-]+){0,2})")
TOWARDS = re.compile(
    r"\b(?P<way>to|from|for|against|between|on behalf of)\s+(?:(?:the|a|an|each|any|such)\s+)*(?P<who>[A-Z][\w-]*)"
)
BESIDE_A_VERB = frozenset("not also be then only either both first is are has have".split())
NOBODY_NAMED = frozenset("it they which that who he she you we i one this these those there".split())


def unguarded(clause: str, *, quoted: str, whole: str, sentence: str) -> str:
    """Why a clause binds otherwise than the rule; "" if nothing of the kind is seen.

    `quoted` is the part of the rule that is quoted, `whole` its clause, `sentence` the sentence around it.
    """
    if reason := _duties(clause, quoted, whole):
        return reason
    for judged in (_denials, _party, _direction):
        if reason := judged(clause, quoted, sentence):
            return reason
    return _classes(clause, quoted, sentence)


def left_out(text: str, sentences: Iterable[str]) -> str:
    """The exceptions and conditions of the rules' sentences that a whole sentence does not tell."""
    here, there = _classes_of(text), set().union(*map(_classes_of, sentences))
    lost = [name for name in STAYS_SOMEWHERE if name in there - here]
    return f"It leaves out the rule's words of {' and '.join(lost)}." if lost else ""


def binds(text: str) -> bool:
    """Whether a text says anything by which one is bound: a duty, a denial, a bound, a condition."""
    return bool(
        MODAL.search(text)
        or DENIALS.search(text)
        or LOADED.search(text)
        or (_classes_of(text) - {"part", "after", "choice"})
    )


def _denials(clause: str, quoted: str, sentence: str) -> str:
    here, there = _denied(clause), _denied(quoted)
    if here and not (there or _denied(sentence)):
        return "It denies what the rule does not deny."
    if there and not here:
        return "It leaves out a denial (not, no, without …) of the rule."
    if not here <= (there | _denied(sentence)):
        return "It denies something other than the rule does."
    if _count(clause) < _count(quoted):
        return "It leaves out one of the rule's denials."
    if _count(clause) > max(_count(quoted), _count(sentence)):
        return "It denies more often than the rule does."
    return ""


def _denied(text: str) -> set[str]:
    """What each denial is said of: the next word with a meaning, or the denial where there is none."""
    text = BOUNDS_THAT_DENY.sub(" ", text)
    found = set()
    for match in DENIALS.finditer(text):
        following = [word for word in re.findall(r"[a-z]+", text[match.end() :].lower()) if word not in EVERYWHERE]
        found.add(stem(following[0]) if following else match[0].lower())
    return found | {stem(match[0].lower()) for match in LOADED.finditer(text)}


def _count(text: str) -> int:
    text = BOUNDS_THAT_DENY.sub(" ", text)
    return len(DENIALS.findall(text)) + len(LOADED.findall(text))


def _duties(clause: str, quoted: str, whole: str) -> str:
    here, there = _modals(clause), _modals(quoted) or _modals(whole)
    kinds = {kind for kind, _ in there}
    if there and not here:
        return "It leaves out whether the rule obliges or permits."
    for kind, verb in here:
        ordered = {other for other, same in there if same == verb}
        if kind not in (ordered or kinds):
            return "It changes what the rule makes a duty, a permission or a recommendation."
    return ""


def _modals(text: str) -> set[tuple[str, str]]:
    found = set()
    for match in MODAL.finditer(text):
        follows = PASSIVE.match(text, match.end()) or ACTIVE.match(text, match.end())
        found.add((str(match.lastgroup), stem(follows["verb"].lower()) if follows else ""))
    return found


def _party(clause: str, quoted: str, sentence: str) -> str:
    told = quoted if any(_agents(quoted)) or BY.search(quoted) else sentence
    here, there = set(_agents(clause)), set(_agents(told))
    bound_by = {stem(word.lower()) for found in BY.finditer(told) for word in found["who"].split()}
    if here - there - bound_by:
        return f"It binds another than the rule does ({', '.join(sorted(here - there - bound_by))})."
    for found in BY.finditer(clause):
        who = {stem(word.lower()) for word in found["who"].split()}
        if not who & (there | bound_by):
            return "It says of somebody that they act, which the rule does not."
    return ""


def _agents(text: str) -> Iterator[str]:
    """Who must, may or should do something: the word before an active duty."""
    for match in MODAL.finditer(text):
        if PASSIVE.match(text, match.end()):
            continue
        before = [word for word in re.findall(r"[\w-]+", text[: match.start()].lower()) if word not in BESIDE_A_VERB]
        if before and not before[-1].isdigit():
            yield before[-1] if before[-1] in NOBODY_NAMED else stem(before[-1])


def _direction(clause: str, quoted: str, sentence: str) -> str:
    there = {(found["way"], found["who"].lower().rstrip("s")) for found in TOWARDS.finditer(sentence)}
    here = {(found["way"], found["who"].lower().rstrip("s")) for found in TOWARDS.finditer(clause)}
    return "It turns round who gives and who gets." if here - there else ""


def _classes(clause: str, quoted: str, sentence: str) -> str:
    here, near, far = _classes_of(clause), _classes_of(quoted), _classes_of(sentence)
    for name in WORDS:
        if name in here and name not in (near | far if name in STAYS_SOMEWHERE else near):
            return f"It adds words of {name} that the rule does not have."
    for name in MUST_STAY:
        if name in near and name not in here:
            return f"It leaves out the rule's words of {name}."
    if "before" in near - here or ("after" in near - here and not SPAN_OF.search(clause)):
        return "It leaves out whether the rule says before or after."
    if len(EXCLUSIVE.findall(clause)) < len(EXCLUSIVE.findall(quoted)):
        return "It leaves out a word such as “only”."
    for between, other in (("and", "or"), ("or", "and")):
        is_more = _times(between, clause) > _times(between, quoted)
        if is_more or _pairs(clause, between) & _pairs(sentence, other) - _pairs(sentence, between):
            return f"It joins with “{between}” what the rule does not."
    return ""


def _times(word: str, text: str) -> int:
    return len(re.findall(rf"(?i)\b{word}\b", text))


def _pairs(text: str, between: str) -> set[frozenset[str]]:
    """The words on both sides of “and” or “or”."""
    found = re.finditer(rf"(?i)(\w+) {between} (?:the |a |an |each |any )*(?=(\w+))", text)
    return {frozenset((stem(match[1].lower()), stem(match[2].lower()))) for match in found}


def _classes_of(text: str) -> set[str]:
    text = IDIOMS.sub("", text)
    return {name for name, words in WORDS.items() if re.search(rf"(?i)\b(?:{words})\b", text)}
