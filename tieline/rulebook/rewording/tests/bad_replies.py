"""Whole replies that cannot be used, each with a part of the sentence in which that is said."""

# ruff: noqa: E501  (a row is a case, and a case is read whole)

from __future__ import annotations

import gzip
import json
import time
from http.server import BaseHTTPRequestHandler

from tieline.rulebook.rewording.tests.model_server import Respond, completion, completion_of, send, sentence
from tieline.rulebook.rewording.tests.paragraphs import POSTING, whole

GOOD = sentence(whole(POSTING)[1], whole(POSTING))
CALL = [{"id": "1", "type": "function", "function": {"name": "fetch", "arguments": "{}"}}]


def saying(body: bytes, **how: object) -> Respond:
    """Answers with this body."""
    return lambda door: send(door, body, **how)  # type: ignore[arg-type]


def in_content(content: object, **choice: object) -> Respond:
    """Answers with a completion of this content."""
    return saying(completion_of(content, **choice))


def broken_off(door: BaseHTTPRequestHandler) -> None:
    """Promises more than it sends."""
    door.send_response(200)
    door.send_header("Content-Type", "application/json")
    door.send_header("Content-Length", "5000")
    door.end_headers()
    door.wfile.write(b'{"choices": [')
    door.wfile.flush()
    door.connection.close()


def dripping(door: BaseHTTPRequestHandler) -> None:
    """Sends a byte now and then, so that no single wait is long."""
    door.send_response(200)
    door.send_header("Content-Type", "application/json")
    door.end_headers()
    for _ in range(100):
        door.wfile.write(b" ")
        door.wfile.flush()
        time.sleep(0.05)


def dripping_heads(door: BaseHTTPRequestHandler) -> None:
    """Never comes to the end of its heads."""
    for piece in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20:
        door.wfile.write(bytes([piece]))
        door.wfile.flush()
        time.sleep(0.05)


def silent(door: BaseHTTPRequestHandler) -> None:
    """Says nothing for longer than anybody waits."""
    time.sleep(1.5)


def endless(door: BaseHTTPRequestHandler) -> None:
    """Sends without end, and does not say how much."""
    door.send_response(200)
    door.send_header("Content-Type", "application/json")
    door.end_headers()
    while True:
        door.wfile.write(b" " * 65536)


def nonsense(door: BaseHTTPRequestHandler) -> None:
    """Speaks another protocol."""
    door.wfile.write(b"220 mail.example ESMTP\r\n")
    door.connection.close()


BAD_REPLIES: list[tuple[str, Respond, str]] = [
    ("status 500", saying(completion([GOOD]), status=500), "status 500"),
    ("status 401", saying(b"{}", status=401), "status 401"),
    ("created", saying(completion([GOOD]), status=201), "status 201"),
    ("redirect", saying(b"", status=307, Location="http://127.0.0.1:9/elsewhere"), "status 307"),
    ("html", saying(b"<html><body>sign in</body></html>", kind="text/html"), "other than JSON"),
    ("json said to be text", saying(completion([GOOD]), kind="text/plain"), "other than JSON"),
    ("html said to be json", saying(b"<html></html>"), "not valid JSON"),
    ("empty", saying(b""), "not valid JSON"),
    ("not utf-8", saying(b'{"choices": "\xff"}'), "UTF-8"),
    ("two documents", saying(completion([GOOD]) * 2), "not valid JSON"),
    ("event stream", saying(b"data: {}\n\n", kind="text/event-stream"), "other than JSON"),
    ("too large", saying(b" " * 70_000 + completion([GOOD])), "larger than 64 kB"),
    ("without end", endless, "larger than 64 kB"),
    ("compressed bomb", saying(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"), "compressed"),
    ("dripping", dripping, "did not answer within"),
    ("dripping heads", dripping_heads, "did not answer within"),
    ("silent", silent, "did not answer within"),
    ("broken off", broken_off, "broke off"),
    ("another protocol", nonsense, "broke off"),
    ("deeply nested", saying(b"[" * 50_000), "not valid JSON"),
    ("a number of a thousand digits", saying(b'{"choices": ' + b"9" * 6000 + b"}"), "not valid JSON"),
    ("a list", saying(b"[]"), "no object"),
    ("no choices", saying(b"{}"), "list is missing"),
    ("empty choices", saying(b'{"choices": []}'), "no choice"),
    ("two choices", saying(b'{"choices": [{}, {}]}'), "more than 1"),
    ("choice is text", saying(b'{"choices": ["x"]}'), "no object"),
    ("no message", saying(b'{"choices": [{"finish_reason": "stop"}]}'), "no message"),
    ("key twice outside", saying(b'{"choices": [], "choices": []}'), "key twice"),
    ("tool call", in_content(None, message={"role": "assistant", "content": None, "tool_calls": CALL}), "tool"),
    ("tool call beside text", in_content("", message={"content": "{}", "tool_calls": CALL}), "tool"),
    ("old function call", in_content("", message={"content": "{}", "function_call": {"name": "f"}}), "tool"),
    ("finished for tools", in_content("{}", finish_reason="tool_calls"), "usual way"),
    ("cut off", in_content('{"sentences": []}', finish_reason="length"), "cut off"),
    ("filtered", in_content('{"sentences": []}', finish_reason="content_filter"), "usual way"),
    ("refused", in_content("", message={"role": "assistant", "content": None, "refusal": "No."}), "refused"),
    ("speaks as system", in_content("", message={"role": "system", "content": "{}"}), "usual way"),
    ("no content", in_content(None), "text is missing"),
    ("content in parts", in_content([{"type": "text", "text": "{}"}]), "text is missing"),
    ("prose", in_content("Sure! Here are the sentences."), "not valid JSON"),
    ("fenced", in_content('```json\n{"sentences": []}\n```'), "not valid JSON"),
    ("prose after", in_content('{"sentences": []} I also sent a mail.'), "not valid JSON"),
    ("json in a string", in_content(json.dumps(json.dumps({"sentences": [GOOD]}))), "no object"),
    ("unknown key", in_content(json.dumps({"sentences": [], "html": "<b>x</b>"})), "nothing else"),
    ("unknown key in a sentence", in_content(json.dumps({"sentences": [GOOD | {"link": "x"}]})), "nothing else"),
    ("no quotes given", in_content(json.dumps({"sentences": [{"text": "x"}]})), "nothing else"),
    ("key twice", in_content('{"sentences": [], "sentences": []}'), "key twice"),
    (
        "text twice",
        in_content('{"sentences": [{"text": "a", "text": "b", "quotes": []}]}'),
        "key twice",
    ),
    ("not a number", in_content('{"sentences": [{"text": "a", "quotes": [{"version": NaN, "quote": "b"}]}]}'), "NaN"),
    ("version in words", in_content('{"sentences": [{"text": "a", "quotes": [{"version": "11", "quote": "b"}]}]}'), "whole number"),
    ("version is true", in_content('{"sentences": [{"text": "a", "quotes": [{"version": true, "quote": "b"}]}]}'), "whole number"),
    ("version is a fraction", in_content('{"sentences": [{"text": "a", "quotes": [{"version": 11.0, "quote": "b"}]}]}'), "whole number"),
    ("text is a list", in_content('{"sentences": [{"text": ["a"], "quotes": []}]}'), "text is missing"),
    ("sentence is text", in_content('{"sentences": ["a"]}'), "no object"),
    ("too many sentences", in_content(json.dumps({"sentences": [GOOD] * 9})), "more than 8"),
    ("too many quotes", in_content(json.dumps({"sentences": [sentence("a", *[whole(POSTING)] * 4)]})), "more than 3"),
    ("giant sentence", in_content(json.dumps({"sentences": [sentence("a" * 5000, whole(POSTING))]})), "longer than"),
    ("giant quote", in_content(json.dumps({"sentences": [sentence("a", (POSTING, "a" * 5000))]})), "longer than"),
]  # fmt: skip
