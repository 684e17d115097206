"""Does the right passage come first, by words alone and with what was learned, and does refusing work?"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("numpy", reason="searching by score needs numpy, of the optional group “meaning”")

import numpy as np

from tieline.rulebook.retrieval import answerable, benchmark, boosting, encoder, evaluation, figures, lexical
from tieline.rulebook.retrieval.experience import experience, likeness
from tieline.rulebook.retrieval.finding import prepare
from tieline.rulebook.retrieval.passages import Passage, index
from tieline.rulebook.retrieval.ranker import TooFewToLearn, learn, reranking
from tieline.rulebook.retrieval.rankers import Learned, NoSuchRanker, RankerStore
from tieline.rulebook.retrieval.scoring import read, score
from tieline.rulebook.retrieval.trees import planted

if TYPE_CHECKING:
    from tieline.rulebook.retrieval.ranker import Ranker

RULES = (
    Passage("meter", "metering", "1.1", "A meter shall be read on each operating day."),
    Passage("invoice", "settlement", "2.1", "An invoice is due ten days after it is issued."),
    Passage("invoice.late", "settlement", "2.1.(1)", "Interest is charged on late payment."),
    Passage("dispute", "settlement", "2.2", "A dispute of a statement is filed within ten days."),
)
needs_learner = pytest.mark.skipif(not boosting.is_installed(), reason="learning needs lightgbm")
needs_model = pytest.mark.skipif(bool(encoder.missing()), reason="meaning needs onnxruntime and the model's package")


def many() -> tuple[list[Passage], list[str], list[frozenset[str]]]:
    """Sixty passages on sixty subjects, and for each a question in other words that all cite alike."""
    subjects = [f"{left}{right}" for left in "bcdfghjklm" for right in ("avo", "eki", "imu", "ola", "urra", "ynt")]
    passages = [
        Passage(f"p{number}", f"book {number % 4}", str(number), f"The {subject} shall be reported in writing.")
        for number, subject in enumerate(subjects)
    ]
    asked = [f"When do we report the {subject} to you?" for subject in subjects]
    return passages, asked, [frozenset({passage.key}) for passage in passages]


@pytest.fixture
def without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on an instance where the model is not installed."""
    monkeypatch.setattr(encoder, "missing", lambda: ("onnxruntime",))
    encoder.encoder.cache_clear()


def test_a_rarer_word_weighs_more_and_a_repeated_one_adds_little() -> None:
    postings = lexical.build([["rule", "meter"], ["rule", "rule"], ["rule"]])

    scores = postings.scores(["rule", "meter", "unheard"])

    assert scores[0] == max(scores)
    assert scores[1] < 2 * scores[2]


def test_an_index_of_nothing_finds_nothing(tmp_path: Path, without_the_model: None) -> None:
    assert prepare([], directory=tmp_path).find("meter").found == ()


@pytest.mark.parametrize("text", ["", "the of and", "zebra"])
def test_a_question_without_known_words_finds_nothing(text: str, tmp_path: Path, without_the_model: None) -> None:
    assert prepare(RULES, directory=tmp_path).find(text).found == ()


def test_without_the_model_words_find_and_it_is_said(tmp_path: Path, without_the_model: None) -> None:
    finder = prepare(RULES, directory=tmp_path)

    answer = finder.find("When is my invoice due?", limit=2)

    assert finder.missing == ("onnxruntime",)
    assert answer.found[0].passage.key == "invoice"
    assert answer.found[0].words == ("invoice", "due")
    assert answer.found[0].meaning is None


def test_only_passages_that_are_let_in_are_found(tmp_path: Path, without_the_model: None) -> None:
    among = np.array([passage.key != "invoice" for passage in RULES])

    found = prepare(RULES, directory=tmp_path).find("ten days invoice", among=among).found

    assert found[0].passage.key == "dispute"
    assert "invoice" not in {one.passage.key for one in found}


def test_a_passage_knows_what_stands_above_and_beside_it() -> None:
    stands = index(RULES, None).surroundings

    assert stands.above[2].tolist() == [1, -1]
    assert stands.near[1].tolist() == [-1, -1, 2, 3]


@needs_model
def test_meaning_finds_what_shares_no_word_and_a_text_is_read_once(tmp_path: Path) -> None:
    encoder.encoder.cache_clear()
    finder = prepare(RULES, directory=tmp_path)
    size = next(tmp_path.iterdir()).stat().st_size
    again = prepare(RULES, directory=tmp_path)

    assert finder.find("penalty when bills are paid too slowly").found[0].passage.key == "invoice.late"
    assert next(tmp_path.iterdir()).stat().st_size == size
    assert again.index.vectors is not None
    assert finder.index.vectors is not None
    assert np.allclose(again.index.vectors, finder.index.vectors)


@needs_model
def test_a_record_cut_short_is_written_again(tmp_path: Path) -> None:
    encoder.encoder.cache_clear()
    whole = prepare(RULES[:3], directory=tmp_path).index.vectors
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes()[:-5])

    again = prepare(RULES, directory=tmp_path).index.vectors

    assert whole is not None
    assert again is not None
    assert np.allclose(again[:3], whole, atol=0.05)
    assert file.stat().st_size % 4 == 0


def test_earlier_questions_lift_what_they_cited_but_never_their_own_answer() -> None:
    places = {passage.key: place for place, passage in enumerate(RULES)}
    earlier = [read("pay late", None), read("read meter", None)]
    known = experience(earlier, [frozenset({"invoice.late"}), frozenset({"meter"})], places=places)

    seen = likeness(known, read("pay late", None))
    own = likeness(known, read("pay late", None), leaving_out=0)

    assert seen.by_words[places["invoice.late"]] > 0
    assert seen.times[places["meter"]] == 1
    assert own.by_words[places["invoice.late"]] == 0
    assert own.times[places["invoice.late"]] == 0


def test_trees_add_up_like_nested_conditions() -> None:
    tree = {
        "split_feature": 0, "threshold": 0.5,
        "left_child": {"leaf_value": 1.0},
        "right_child": {
            "split_feature": 1, "threshold": 2.0,
            "left_child": {"leaf_value": 10.0}, "right_child": {"leaf_value": 100.0},
        },
    }  # fmt: skip
    rows = np.array([[0.5, 9], [0.6, 2], [0.6, 3]], dtype=np.float32)

    assert planted([tree, {"leaf_value": 0.25}]).scores(rows).tolist() == [1.25, 10.25, 100.25]


def test_few_questions_are_not_learned_from() -> None:
    with pytest.raises(TooFewToLearn, match="at least 50 questions"):
        learn(index(RULES, None), [read("invoice", None)], [frozenset({"invoice"})])


def _learned() -> tuple[Ranker, list[Passage], list[str]]:
    passages, asked, cited = many()
    return learn(index(passages, None), [read(text, None) for text in asked], cited), passages, asked


@needs_learner
def test_a_ranker_is_kept_used_and_rolled_back(tmp_path: Path) -> None:
    ranker, passages, asked = _learned()
    store = RankerStore(tmp_path / "rankers")
    first = store.keep(Learned(ranker, None, {"questions": 60}))
    second = store.keep(Learned(ranker, None, {}))
    store.use(first)
    store.use(second)

    back = store.roll_back()
    loaded = store.load(first)
    ready = index(passages, None)
    scores = score(ready, read(asked[7], None))

    assert (store.numbers(), back, store.in_use()) == ([1, 2], 1, 1)
    assert loaded.notes == {"questions": 60}
    assert loaded.ranker.cited == ranker.cited
    assert (
        reranking(loaded.ranker, ready).rank(scores).places.tolist()
        == reranking(ranker, ready).rank(scores).places.tolist()
    )
    assert store.roll_back() is None
    with pytest.raises(NoSuchRanker, match="nothing to go back from"):
        store.roll_back()
    with pytest.raises(NoSuchRanker, match="no ranker 9"):
        store.load(9)


def test_figures_are_those_of_trec_eval() -> None:
    ranked, relevant = ["a", "x", "b"], {"a", "b", "c"}

    assert figures.recall(ranked, relevant, depth=1) == pytest.approx(1 / 3)
    assert figures.average_precision(ranked, relevant) == pytest.approx((1 + 2 / 3) / 3)
    assert figures.discounted_gain(ranked, relevant) == pytest.approx(1.5 / (1 + 0.63093 + 0.5), abs=1e-4)


def test_probabilities_separate_and_are_calibrated() -> None:
    random = np.random.default_rng(3)
    rows = random.normal(size=(4000, 3))
    answered = random.random(4000) < 1 / (1 + np.exp(-2 * rows[:, 0]))

    probable = answerable.crossed(rows, answered, [number % 5 for number in range(4000)])

    assert answerable.auroc(probable, answered) > 0.8
    assert answerable.calibration_error(probable, answered) < 0.03


def write_benchmark(directory: Path) -> None:
    """The folder's files."""
    passages, asked, cited = many()
    lines = [json.dumps({"id": one.key, "document": one.document, "section": "", "text": one.text}) for one in passages]
    (directory / "passages.jsonl").write_text("\n".join(lines))
    queries = [json.dumps({"id": f"q{number}", "text": text}) for number, text in enumerate(asked)]
    (directory / "some_queries.jsonl").write_text("\n".join(queries))
    rows = [f"q{number}\t{key}\t1" for number, keys in enumerate(cited) for key in keys]
    (directory / "some_qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows, "q0\tp5\t0"]))


def test_a_benchmark_is_measured_without_the_model(tmp_path: Path, without_the_model: None) -> None:
    write_benchmark(tmp_path)
    asked = benchmark.questions(tmp_path)

    result = evaluation.evaluate(
        benchmark.passages(tmp_path),
        asked,
        directory=tmp_path / "vectors",
        parts=[(list(range(52)), list(range(52, 60)))],
        say=lambda line: None,
    )

    lexical_figures = result["lexical"]
    assert isinstance(lexical_figures, dict)
    assert lexical_figures["recall@1"] == 1.0
    assert result["hybrid"] is None
    assert (result["learned"] is None) == (not boosting.is_installed())
    assert result["questions"] == 8
    assert {"index_seconds", "peak_mb", "answerable_auroc", "answerable_ece"} <= set(result)


def test_no_question_is_in_its_own_training() -> None:
    asked = [benchmark.Asked(str(number), f"Question {number}?", frozenset("x")) for number in range(100)]

    for train, test in evaluation.folds(5, of=asked):
        assert not set(train) & set(test)
        assert len(train) + len(test) == 100


def test_a_question_under_two_keys_is_not_in_its_own_training_either() -> None:
    asked = [benchmark.Asked(f"{key}{n}", f"Question  {n}?", frozenset("x")) for n in range(50) for key in "ab"]

    for train, test in evaluation.folds(5, of=asked):
        assert not {asked[one].text for one in train} & {asked[one].text for one in test}
    assert evaluation.unseen(asked, learned=asked[:2]) == asked[2:]


def test_each_pair_of_files_numbers_its_questions_for_itself(tmp_path: Path) -> None:
    for name, text, answer in (("dev", "How is a meter read?", "p1"), ("test", "When is a bill due?", "p2")):
        (tmp_path / f"{name}_queries.jsonl").write_text(json.dumps({"id": "1", "text": text}))
        (tmp_path / f"{name}_qrels.tsv").write_text(f"1\t{answer}\t1")
    (tmp_path / "more_qrels.tsv").write_text("1\tp3\t1\nunknown\tp3\t1")

    asked = benchmark.questions(tmp_path)

    answers = {(one.text, key) for one in asked for key in one.answers}
    assert {("How is a meter read?", "p1"), ("When is a bill due?", "p2")} < answers
    assert [one.text for one in benchmark.questions(tmp_path, [tmp_path / "test_qrels.tsv"])] == ["When is a bill due?"]


def test_packed_passages_are_read_as_well(tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    plain = benchmark.passages(tmp_path)
    (tmp_path / "passages.jsonl.gz").write_bytes(gzip.compress((tmp_path / "passages.jsonl").read_bytes()))
    (tmp_path / "passages.jsonl").unlink()

    assert benchmark.passages(tmp_path) == plain
    with pytest.raises(benchmark.UnreadableBenchmark, match="nowhere is no folder"):
        benchmark.passages(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("passages.jsonl", "{", "line 1: expected JSON"),
        ("passages.jsonl", '{"id": "a"}', "expected an id and a text"),
        ("some_qrels.tsv", "a\tb\t1\nonly", "line 2: expected question, passage and score"),
        ("other.txt", "", "holds no passages"),
    ],
)
def test_a_folder_that_is_no_benchmark_is_told(name: str, content: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(benchmark.UnreadableBenchmark, match=sentence):
        (benchmark.questions if "qrels" in name else benchmark.passages)(tmp_path)
