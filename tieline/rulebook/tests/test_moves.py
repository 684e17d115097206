"""A paragraph that stands under another number is known again, with how certain that is."""

from __future__ import annotations

from tieline.rulebook.history.likeness import likeness, pair_alike
from tieline.rulebook.history.versions import Coming, Comparison, Place, compare
from tieline.rulebook.outlining.outline import ParagraphText
from tieline.rulebook.quotes import digest

WAIVER = "An operator that waives a fee says so in a notice to all participants that report outages in the month."
WAIVER_AMENDED = WAIVER.replace("to all participants", "in writing to all participants")
MODEL = "Each entity keeps the model of its units current and sends every change within ten Business Days of it."
NEW = "A storage unit reports its state of charge with every telemetered value that this Section asks for."


def compared(old: dict[str, str], new: dict[str, str]) -> Comparison:
    texts = {Place("1.1", path, ""): text for path, text in old.items()}
    coming = {
        Place("1.1", path, ""): Coming(ParagraphText(path, text, path), digest(text), "", "")
        for path, text in new.items()
    }
    return compare({place: digest(text) for place, text in texts.items()}, coming, texts)


def paths(places: object) -> list[str]:
    assert isinstance(places, tuple | list | dict)
    return [place.path for place in places]


def test_a_paragraph_put_before_others_pushes_them_down() -> None:
    found = compared({"(1)": WAIVER, "(2)": MODEL}, {"(1)": NEW, "(2)": WAIVER, "(3)": MODEL})

    assert {new.path: old.path for new, old in found.moved.items()} == {"(2)": "(1)", "(3)": "(2)"}
    assert (paths(found.added), found.changed, found.gone) == (["(1)"], (), ())


def test_a_short_text_proves_a_new_number_within_its_section_only() -> None:
    short = "For the purposes of a request:"
    elsewhere = {Place("2.1", "(2)", ""): Coming(ParagraphText("(2)", short, "(2)"), digest(short), "", "")}

    found = compared({"(1)": short}, {"(1)": NEW, "(2)": short})
    apart = compare({Place("1.1", "(1)", ""): digest(short)}, elsewhere)

    assert {new.path: old.path for new, old in found.moved.items()} == {"(2)": "(1)"}
    assert dict(apart.moved) == {}


def test_a_paragraph_that_moved_and_was_amended_is_known_by_likeness() -> None:
    found = compared({"(1)": WAIVER, "(5)": MODEL}, {"(1)(a)": WAIVER_AMENDED, "(5)": MODEL})

    assert {new.path: old.path for new, old in found.moved.items()} == {"(1)(a)": "(1)"}
    (certainty,) = found.certainty.values()
    assert 0.7 <= certainty < 1


def test_text_that_moved_onto_a_place_in_use_is_known_though_amended() -> None:
    found = compared({"(1)": WAIVER, "(2)": MODEL}, {"(1)": NEW, "(2)": WAIVER_AMENDED, "(3)": MODEL})

    assert {new.path: old.path for new, old in found.moved.items()} == {"(2)": "(1)", "(3)": "(2)"}
    assert (paths(found.added), found.changed, found.gone) == (["(1)"], (), ())


def test_text_replaced_at_its_place_by_quite_another_has_changed() -> None:
    found = compared({"(1)": WAIVER}, {"(1)": NEW})

    assert (paths(found.changed), dict(found.moved), found.added, found.gone) == (["(1)"], {}, (), ())


def test_text_amended_at_its_place_has_changed_and_not_moved() -> None:
    found = compared({"(1)": WAIVER}, {"(1)": WAIVER_AMENDED})

    assert (paths(found.changed), dict(found.moved)) == (["(1)"], {})


def test_two_candidates_as_good_as_each_other_prove_nothing() -> None:
    found = compared({"(1)": WAIVER}, {"(2)": WAIVER_AMENDED, "(3)": WAIVER_AMENDED + " "})

    assert dict(found.moved) == {}
    assert (paths(found.added), paths(found.gone)) == (["(2)", "(3)"], ["(1)"])


def test_what_is_overwritten_by_moved_text_is_gone() -> None:
    found = compared({"(1)": WAIVER, "(2)": MODEL}, {"(1)": MODEL})

    assert {new.path: old.path for new, old in found.moved.items()} == {"(1)": "(2)"}
    assert paths(found.gone) == ["(1)"]


def test_likeness_runs_from_none_to_equal() -> None:
    assert likeness(WAIVER, WAIVER) == 1.0
    assert likeness(WAIVER, WAIVER_AMENDED) > 0.8
    assert likeness(WAIVER, MODEL) < 0.5
    assert pair_alike({"a": "too short"}, {"b": "too short"}) == []
