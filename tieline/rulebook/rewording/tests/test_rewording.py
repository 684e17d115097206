"""Is nothing shown that the rules do not say? A real server on 127.0.0.1, with honest and with hostile replies."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence

import pytest

from tieline.rulebook import quotes
from tieline.rulebook.rewording.client import Model, configured_model
from tieline.rulebook.rewording.material import CaseFacts, NoRewording, Rewording
from tieline.rulebook.rewording.plain_writing import as_shown
from tieline.rulebook.rewording.reply import MOST_SENTENCES, read_reply
from tieline.rulebook.rewording.request import LONGEST_QUESTION
from tieline.rulebook.rewording.reword import judged, reword
from tieline.rulebook.rewording.tests.bad_replies import BAD_REPLIES, GOOD, saying
from tieline.rulebook.rewording.tests.honest import HONEST
from tieline.rulebook.rewording.tests.hostile import HOSTILE
from tieline.rulebook.rewording.tests.model_server import ModelServer, Respond, completion, model_server, send, sentence
from tieline.rulebook.rewording.tests.paragraphs import CASE, EVIDENCE, GRAMMAR, POSTING, QUESTION, TEXTS, whole
from tieline.rulebook.rewording.tests.rearranged import REARRANGED

Row = tuple[str, str, list[tuple[int, str]]]


def batched(rows: Sequence[Row], size: int) -> list[list[Row]]:
    """The rows in runs of at most so many."""
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)]


STRUCK = [*HOSTILE, *REARRANGED]
BATCHES = batched(STRUCK, MOST_SENTENCES - 1)
TOO_SLOW = "did not answer within"
AGAIN = "It says the same again."
KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with model_server() as found:
        yield found


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.asked.clear()
    running.headers.clear()
    running.paths.clear()
    return running


def ask(server: ModelServer, *, question: str = QUESTION, seconds: float = 10, key: str = KEY) -> Rewording:
    model = Model(server.address, "small-model", key, seconds)
    return reword(question, EVIDENCE, CASE, client=model, grammar=GRAMMAR)


def checked(*sentences: dict[str, object]) -> Rewording:
    """What becomes of a reply with these sentences once it has arrived."""
    return judged(read_reply(completion(sentences)), EVIDENCE, CASE, model="small-model", grammar=GRAMMAR)


@pytest.mark.parametrize(("name", "text", "quoted"), HONEST, ids=[row[0] for row in HONEST])
def test_an_honest_sentence_is_kept(name: str, text: str, quoted: list[tuple[int, str]]) -> None:
    found = checked(sentence(text, *quoted))

    assert found.struck == ()
    assert [one.text for one in found.kept] == [text]
    assert all(quotes.occurs_in(TEXTS[one.version_id][1], one.quote) for one in found.kept[0].quotes)


@pytest.mark.parametrize(("name", "text", "quoted"), STRUCK, ids=[row[0] for row in STRUCK])
def test_a_hostile_sentence_is_struck(name: str, text: str, quoted: list[tuple[int, str]]) -> None:
    found = checked(GOOD, sentence(text, *quoted))

    assert [one.text for one in found.kept] == [GOOD["text"]]
    assert len(found.struck) == 1
    assert found.struck[0].reason.endswith(".")
    assert found.struck[0].text.isprintable()


@pytest.mark.parametrize("rows", BATCHES, ids=[f"{rows[0][0]} to {rows[-1][0]}" for rows in BATCHES])
def test_each_hostile_sentence_of_a_served_reply_is_struck_by_itself(server: ModelServer, rows: list[Row]) -> None:
    """Every hostile case through the real door, as many to a reply as a reply may hold, an honest one among them."""
    bad = [sentence(text, *quoted) for _, text, quoted in rows]
    server.respond = saying(completion([*bad[:3], GOOD, *bad[3:]]))

    found = ask(server)

    assert [one.text for one in found.kept] == [GOOD["text"]]
    assert [one.text for one in found.struck] == [as_shown(text) for _, text, _ in rows]
    assert all(one.reason.endswith(".") and one.reason != AGAIN for one in found.struck)


def test_honest_sentences_are_served_too(server: ModelServer) -> None:
    for rows in batched(HONEST, MOST_SENTENCES):
        server.respond = saying(completion([sentence(text, *quoted) for _, text, quoted in rows]))

        assert [one.text for one in ask(server).kept] == [text for _, text, _ in rows]


@pytest.mark.parametrize(("name", "respond", "says"), BAD_REPLIES, ids=[row[0] for row in BAD_REPLIES])
def test_a_bad_reply_is_refused_in_a_sentence(server: ModelServer, name: str, respond: Respond, says: str) -> None:
    server.respond = respond

    with pytest.raises(NoRewording) as refused:
        ask(server, seconds=0.2 if says == TOO_SLOW else 10)

    assert says in str(refused.value)
    assert KEY not in str(refused.value)
    assert len(server.asked) <= 1


def test_there_are_enough_cases() -> None:
    names = [row[0] for table in (STRUCK, BAD_REPLIES) for row in table]

    assert len(names) == len(set(names))
    assert len(HOSTILE) >= 60
    assert sum(map(len, BATCHES)) == len(STRUCK)
    assert len(HONEST) >= 15


def test_the_model_is_shown_the_paragraphs_and_the_question_and_no_name(server: ModelServer) -> None:
    server.respond = saying(completion([GOOD]))

    ask(server)

    asked = server.asked[0]
    shown = json.dumps(asked)
    assert server.paths == ["/v1/chat/completions"]
    assert set(asked) == {"model", "messages", "temperature", "stream", "response_format"}
    assert (asked["temperature"], asked["response_format"]) == (0, {"type": "json_object"})
    assert TEXTS[POSTING][1] in shown
    assert "by when may we dispute" in shown
    for private in ("Sam Rowe", "Bluestem", "sam@", "555 0199", "evil.example", KEY):
        assert private not in shown, private


def test_each_request_marks_its_data_with_another_number(server: ModelServer) -> None:
    server.respond = saying(completion([GOOD]))

    for _ in range(2):
        ask(server)

    marks = [str(asked["messages"][1]["content"]).splitlines()[0] for asked in server.asked]  # type: ignore[index]
    assert marks[0] != marks[1]
    assert all(mark.startswith("----- data ") for mark in marks)


def test_a_reply_that_repeats_the_mark_is_refused(server: ModelServer) -> None:
    def leak(door: object) -> None:
        send(door, completion([sentence(str(server.asked[-1]["messages"][0]["content"])[:1500])]))  # type: ignore[arg-type,index]

    server.respond = leak

    with pytest.raises(NoRewording, match="keep to itself"):
        ask(server)


def test_a_long_question_is_cut(server: ModelServer) -> None:
    server.respond = saying(completion([]))

    assert ask(server, question="why " * 5000) == Rewording((), (), "small-model")
    assert len(json.dumps(server.asked[0])) < LONGEST_QUESTION + 8000


def test_the_key_is_sent_and_never_told(server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    server.respond = saying(b"{}", status=500)

    with caplog.at_level(logging.DEBUG), pytest.raises(NoRewording) as refused:
        ask(server)

    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.headers[0]["Accept-Encoding"] == "identity"
    assert KEY not in caplog.text + str(refused.value) + repr(Model(server.address, "m", KEY))


@pytest.mark.parametrize("key", ["secret\r\nX-Injected: yes", "secret\n", "secret with space", "sécret", "secret\0"])
def test_a_key_that_would_write_heads_is_not_sent(server: ModelServer, key: str) -> None:
    with pytest.raises(NoRewording) as refused:
        ask(server, key=key)

    assert server.asked == []
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://models.example/v1", "ftp://models.example", "//models.example", "models.example", "https://",
        "https://name:word@models.example/v1", "https://models.example/v1?key=abc", "https://[broken", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_only_an_address_over_tls_or_on_this_machine_is_asked(address: str) -> None:
    with pytest.raises(NoRewording, match="address"):
        reword(QUESTION, EVIDENCE, CASE, client=Model(address, "m"), grammar=GRAMMAR)


def test_no_proxy_of_the_surroundings_is_used(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.respond = saying(completion([GOOD]))

    assert len(ask(server).kept) == 1


def test_a_server_that_is_not_there_is_told_of() -> None:
    with pytest.raises(NoRewording, match="could not be reached"):
        reword(QUESTION, EVIDENCE, CASE, client=Model("http://127.0.0.1:9/v1", "m"), grammar=GRAMMAR)


def test_a_certificate_nobody_vouches_for_is_not_trusted(server: ModelServer) -> None:
    secure = server.address.replace("http://", "https://")

    with pytest.raises(NoRewording, match="could not be reached"):
        reword(QUESTION, EVIDENCE, CASE, client=Model(secure, "m"), grammar=GRAMMAR)


def test_without_evidence_nobody_is_asked(server: ModelServer) -> None:
    with pytest.raises(NoRewording, match="no paragraph answers"):
        reword(QUESTION, (), CASE, client=Model(server.address, "m"), grammar=GRAMMAR)

    assert server.asked == []


def test_the_same_sentence_is_kept_once(server: ModelServer) -> None:
    server.respond = saying(completion([GOOD, GOOD]))

    found = ask(server)

    assert len(found.kept) == 1
    assert found.struck[0].reason == AGAIN


def test_what_only_the_case_says_binds_nobody(server: ModelServer) -> None:
    """The same sentence falls with the case that held its words."""
    text = f"For your statement of 2 November, {TEXTS[POSTING][1][0].lower()}{TEXTS[POSTING][1][1:]}"
    server.respond = saying(completion([sentence(text, whole(POSTING))]))
    model = Model(server.address, "m", "", 10)

    with_case = reword(QUESTION, EVIDENCE, CASE, client=model, grammar=GRAMMAR)
    without = reword(QUESTION, EVIDENCE, CaseFacts(), client=model, grammar=GRAMMAR)

    assert len(with_case.kept) == 1
    assert without.kept == ()


def test_no_model_is_configured_until_an_address_is_set(settings_without_model: None) -> None:
    assert configured_model() is None


@pytest.fixture
def settings_without_model() -> Iterator[None]:
    from django.test import override_settings

    with override_settings(MODEL_ADDRESS=""):
        yield
