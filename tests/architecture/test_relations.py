"""Do the tables point down as the imports do? A foreign key written as text is seen by no import linter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source import height

OURS = [model for model in apps.get_models() if model.__module__.startswith("tieline.")]


def package(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def relations() -> Iterator[models.ForeignKey]:  # type: ignore[type-arg]  # any model's
    for model in OURS:
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                yield field


def named(field: models.ForeignKey) -> str:  # type: ignore[type-arg]
    return f"{field.model._meta.label}.{field.name}"


@pytest.mark.parametrize("field", list(relations()), ids=named)
def test_a_foreign_key_points_down(field: models.ForeignKey) -> None:  # type: ignore[type-arg]
    here, there = package(field.model), package(field.related_model)

    assert here == there or height(there) < height(here)


@pytest.mark.parametrize("field", list(relations()), ids=named)
def test_a_key_into_another_context_leaves_no_word_there(field: models.ForeignKey) -> None:  # type: ignore[type-arg]
    if package(field.model) != package(field.related_model):
        assert field.remote_field.related_name == "+"


def test_no_table_sorts_itself() -> None:
    assert [model._meta.label for model in OURS if model._meta.ordering] == []


def test_no_model_acts_when_it_is_saved() -> None:
    acting = [model._meta.label for model in OURS for name in ("save", "delete") if name in vars(model)]

    assert acting == []


def test_every_model_says_what_it_is() -> None:
    silent = [model._meta.label for model in OURS if (model.__doc__ or "").startswith(f"{model.__name__}(")]

    assert silent == []
