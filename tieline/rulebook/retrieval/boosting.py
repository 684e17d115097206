"""Which trees put cited passages above the others? LambdaMART, by LightGBM.

The only module that knows LightGBM. It is needed to learn, never to search.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from tieline.kernel.refusal import Refusal
from tieline.rulebook.retrieval.lexical import Floats
from tieline.rulebook.retrieval.trees import Trees, planted

LEARNER = "lightgbm"
ROUNDS = 250
SETTINGS = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.5,
    "lambdarank_truncation_level": 20,
    "seed": 1,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 2,
    "verbose": -1,
}


class LearnerMissing(Refusal):
    """Learning needs a package that is not installed."""

    def __init__(self) -> None:
        super().__init__(f"Learning a ranking needs the package “{LEARNER}”, which is not installed here.")


def is_installed() -> bool:
    """Whether a ranking can be learned here."""
    return find_spec(LEARNER) is not None


def boosted(rows: Floats, is_cited: NDArray[np.int8], candidates: Sequence[int]) -> Trees:
    """Trees learned from rows of features, which of them were cited, and how many rows each question has."""
    if not is_installed():
        raise LearnerMissing
    learner = import_module(LEARNER)
    booster = learner.train(SETTINGS, learner.Dataset(rows, is_cited, group=list(candidates)), ROUNDS)
    return planted([tree["tree_structure"] for tree in booster.dump_model()["tree_info"]])
