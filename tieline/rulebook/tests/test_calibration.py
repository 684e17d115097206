"""The packaged calibration tells questions that are answered from questions that are not, on real rules."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="the calibration needs numpy, of the optional group “meaning”")

from tieline.rulebook.finding import calibrating
from tieline.rulebook.retrieval import answerable, benchmark
from tieline.rulebook.retrieval.apart import ask_parts
from tieline.rulebook.retrieval.passages import index
from tieline.rulebook.retrieval.scoring import read

SAMPLED = 5
"""Every so manieth question is asked, of either half of the documents."""


@pytest.mark.slow
def test_the_packaged_calibration_tells_answered_questions_from_others(shared: Path) -> None:
    directory = shared / "obliqa"
    if not directory.exists():
        pytest.skip("the shared questions about rules are not there")
    passages = benchmark.passages(directory)
    asked = benchmark.questions(directory)[::SAMPLED]

    halves = ask_parts(
        passages, index(passages, None), [read(one.text, None) for one in asked], [one.answers for one in asked]
    )
    calibration = calibrating.of(None, with_meaning=False)
    assert calibration is not None
    probable = calibration.probability(halves.rows)

    assert answerable.auroc(probable, halves.is_answered) >= 0.88
    assert answerable.calibration_error(probable, halves.is_answered) < 0.1
