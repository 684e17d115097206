"""What did the model answer? Sentences with quotes, in exactly the shape that was asked for, or nothing."""

from __future__ import annotations

import json
from typing import NoReturn

from tieline.rulebook.rewording.material import NoRewording, ProposedSentence, SentenceQuote

MOST_SENTENCES = 8
MOST_QUOTES = 3
LONGEST_TEXT = 400
LONGEST_QUOTE = 2000

JsonObject = dict[str, object]


class Misshapen(NoRewording):
    """The answer is not what was asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The language model's answer cannot be used: {why}.")


def read_reply(body: bytes) -> tuple[ProposedSentence, ...]:
    """The proposed sentences of a completion."""
    return read_sentences(_content(_object(_loaded(_decoded(body)), "it is no object")))


def read_sentences(content: str) -> tuple[ProposedSentence, ...]:
    """The proposed sentences of the message's own JSON."""
    told = _object(_loaded(content), "it is no object")
    _only(told, {"sentences"})
    listed = _list(told["sentences"], MOST_SENTENCES)
    return tuple(_sentence(_object(one, "a sentence is no object")) for one in listed)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Misshapen("it is not written in UTF-8") from None


def _loaded(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Misshapen("it is not valid JSON") from None


def _once(pairs: list[tuple[str, object]]) -> JsonObject:
    """An object that names each key once; which of two would count is anybody's guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Misshapen("it names a key twice")
    return found


def _no_number(written: str) -> NoReturn:
    raise Misshapen(f"{written} is no number")


def _content(completion: JsonObject) -> str:
    """The text of the one choice, if it was finished and calls nothing."""
    choices = _list(completion.get("choices"), 1)
    if not choices:
        raise Misshapen("it holds no choice")
    choice = _object(choices[0], "its choice is no object")
    message = _object(choice.get("message"), "it holds no message")
    if any(part.get(name) for part in (choice, message) for name in ("tool_calls", "function_call")):
        raise Misshapen("it wants to call a tool, and none was offered")
    if message.get("refusal"):
        raise Misshapen("the model refused")
    if choice.get("finish_reason") == "length":
        raise Misshapen("it was cut off")
    if choice.get("finish_reason") != "stop" or message.get("role", "assistant") != "assistant":
        raise Misshapen("it was not finished in the usual way")
    return _text(message.get("content"), 64 * 1024)


def _sentence(told: JsonObject) -> ProposedSentence:
    _only(told, {"text", "quotes"})
    quotes = [_object(one, "a quote is no object") for one in _list(told["quotes"], MOST_QUOTES)]
    return ProposedSentence(_text(told["text"], LONGEST_TEXT * 4), tuple(map(_quote, quotes)))


def _quote(told: JsonObject) -> SentenceQuote:
    _only(told, {"version", "quote"})
    version = told["version"]
    if type(version) is not int:
        raise Misshapen("a version is no whole number")
    return SentenceQuote(version, _text(told["quote"], LONGEST_QUOTE))


def _only(told: JsonObject, names: set[str]) -> None:
    if set(told) != names:
        raise Misshapen(f"an object should hold {' and '.join(sorted(names))}, nothing else")


def _object(told: object, why: str) -> JsonObject:
    if not isinstance(told, dict):
        raise Misshapen(why)
    return told


def _list(told: object, most: int) -> list[object]:
    if not isinstance(told, list):
        raise Misshapen("a list is missing")
    if len(told) > most:
        raise Misshapen(f"a list holds more than {most} entries")
    return told


def _text(told: object, longest: int) -> str:
    if not isinstance(told, str):
        raise Misshapen("a text is missing")
    if len(told) > longest:
        raise Misshapen(f"a text is longer than {longest} characters")
    return told
