"""Forms, attachments and appendices have places of their own, in a PDF and in a Word file, and citations find them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import docx
import pytest

from tieline.kernel.actor import SYSTEM
from tieline.kernel.profile import current_profile
from tieline.rulebook.actions import import_content
from tieline.rulebook.citing.citations import find_citations
from tieline.rulebook.citing.resolution import cited_in, resolve
from tieline.rulebook.documents.extract import read_content
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.queries import find
from tieline.rulebook.tests.print_shop import GRAMMAR, Printed, contents, heading, pdf
from tieline.rulebook.tests.printed_exhibits import saved

DAY = date(2026, 1, 1)


def places(content: bytes, name: str) -> dict[str, str]:
    edition = read_edition(read_content(content, name=name), GRAMMAR)
    return {f"{section.number}{one.path}": one.text for section in edition.sections for one in section.paragraphs}


def word_with_forms(*, styled: bool) -> bytes:
    document = docx.Document()

    def name(text: str) -> None:
        if styled:
            document.add_heading(text, level=1)
        else:
            document.add_paragraph().add_run(text).bold = True

    document.add_heading("22.1 Agreements", level=2)
    document.add_paragraph("(1)\tAn agreement is signed before service begins.")
    name("Section 23")
    for letter in "AB":
        name(f"Form {letter}: Application {letter}")
        document.add_paragraph(f"(1)\tName of applicant {letter}")
    return saved(document)


@pytest.mark.parametrize("styled", [True, False])
def test_the_forms_of_a_word_file(styled: bool) -> None:
    assert places(word_with_forms(styled=styled), "forms.docx") == {
        "22.1(1)": "An agreement is signed before service begins.",
        "23(A)": "Form A: Application A\n(1) Name of applicant A",
        "23(B)": "Form B: Application B\n(1) Name of applicant B",
    }


def test_an_appendix_below_the_last_section_belongs_to_the_chapter() -> None:
    document = docx.Document()
    document.add_heading("3 Planning", level=1)
    document.add_heading("3.1 Purpose", level=2)
    document.add_paragraph("(1)\tA purpose.")
    document.add_heading("Appendix A - Factors", level=1)
    document.add_paragraph("The factor is two.")

    assert places(saved(document), "guide.docx") == {
        "3.1(1)": "A purpose.",
        "3(A)": "Appendix A - Factors\nThe factor is two.",
    }


def test_a_sentence_that_names_a_form_opens_none() -> None:
    document = docx.Document()
    document.add_heading("3.1 Purpose", level=2)
    document.add_paragraph("(1)\tThe applicant sends")
    document.add_paragraph("Form A with its signature.")

    assert places(saved(document), "guide.docx") == {"3.1(1)": "The applicant sends\nForm A with its signature."}


def test_an_attachment_that_begins_a_page_of_a_pdf() -> None:
    first = [heading("8 Attachments"), heading("8.1 Use of Attachments"), Printed("(1) Attachments are binding.")]
    blanks = "Name Title Date Unit Fax Seal Place Witness Company Telephone".split()
    form = [
        heading("Attachment A: Declaration"),
        Printed("I declare that all of the above is true and complete."),
        *(Printed(f"{blank}: ______________________") for blank in blanks),
    ]
    listed = contents("8 Attachments", "8.1 Use of Attachments")
    found = places(pdf([listed, first, form]), "guide.pdf")

    assert [path for path in found if path.endswith("(A)")] == ["8(A)"]
    assert found["8(A)"].startswith("Attachment A: Declaration")
    assert found["8.1(1)"] == "Attachments are binding."


@pytest.mark.parametrize(
    ("words", "path"),
    [("Section 23, Form B", "(B)"), ("Form A of Section 23", "(A)"), ("Section 23, Form C", None)],
)
def test_a_citation_leads_to_the_form(db: None, words: str, path: str | None) -> None:
    book = current_profile().get(Rulebook).books[0].key
    content = word_with_forms(styled=True)
    import_content(
        content, name="forms.docx", book=book, effective_on=DAY, by=SYSTEM, at=datetime(2026, 1, 2, tzinfo=UTC)
    )

    (found,) = resolve(f"Please send {words}, signed.", as_at=DAY).citations

    assert found.section == "23"
    assert (found.path, found.is_resolved) == ((path, True) if path else ("", False))


def test_the_labels_inside_an_attachment_are_its_own(db: None) -> None:
    book = current_profile().get(Rulebook).books[0].key
    document = docx.Document()
    document.add_heading("8 Attachments", level=1)
    document.add_heading("8.1 Use", level=2)
    document.add_paragraph("(1)\tAttachments are binding; see paragraph (1) above.")
    for name in ("Attachment A: Notice", "Attachment B: Attestation"):
        document.add_heading(name, level=1)
        document.add_paragraph("The statement in paragraph (A) is true; see Section 8.1.")
    import_content(
        saved(document), name="forms.docx", book=book, effective_on=DAY, by=SYSTEM,
        at=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip

    cited = [str(one.citation) for form in cited_in(book, "8", as_at=DAY) for one in form.citations]

    assert cited == ["8.1", "8.1"]


def word_with_numbers() -> bytes:
    document = docx.Document()
    document.add_heading("8 Attachments", level=1)
    document.add_heading("8.1 Use", level=2)
    document.add_paragraph("(1)\tAttachments are binding.")
    for name in ("Appendix 1: Factors", "Form 4: Notice", "Form 12: Withdrawal"):
        document.add_heading(name, level=1)
        document.add_paragraph(f"The text of {name.split(':')[0]}.")
    return saved(document)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("See Section 8, Appendix 1.", "(1)"),
        ("as Form 4 of Section 8 says", "(4)"),
        ("Section 8, Form 12", "(12)"),
        ("Section 8 (Form 4)", "(4)"),
    ],
)
def test_an_attachment_with_a_number_is_imported_cited_and_found(words: str, path: str) -> None:
    book = current_profile().get(Rulebook).books[0].key
    import_content(
        word_with_numbers(), name="forms.docx", book=book, effective_on=DAY, by=SYSTEM,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip

    (cited,) = resolve(words, as_at=DAY, book=book).citations
    hits = find(words, as_at=DAY, book=book)

    assert (cited.section, cited.path, cited.problem) == ("8", path, "")
    assert (hits[0].section, hits[0].paragraph) == ("8", path)


def test_numbered_attachments_stand_in_their_order() -> None:
    edition = read_edition(read_content(word_with_numbers(), name="forms.docx"), GRAMMAR)

    forms = [one for section in edition.sections if section.number == "8" for one in section.paragraphs]

    assert [one.path for one in sorted(forms, key=lambda one: one.sort_key)] == ["(1)", "(4)", "(12)"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Section 23, Form 4 and Form 5", ["23(4)", "23(5)"]),
        ("Section 23, Forms 4 and 5", ["23(4)", "23(5)"]),
        ("Section 23, Form B, 10 Business Days before", ["23(B)"]),
        ("Section 23, Form 4, 10 Business Days before", ["23(4)"]),
        ("Section 23, Form 4 and 10 days after", ["23(4)"]),
        ("Form 4.2 of Section 23", ["23"]),
        ("Section 23, Form 2024", ["23"]),
    ],
)
def test_a_number_after_a_form_is_its_number_only_where_it_is_written_so(words: str, said: list[str]) -> None:
    rulebook = current_profile().get(Rulebook)

    found = find_citations(words, rulebook.grammar, rulebook.books)

    assert [str(one) for one in found if one.is_explicit] == said
