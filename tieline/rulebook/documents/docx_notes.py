"""What do the footnotes of a Word file say, and what does it hide? Notes are text; what is hidden is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from tieline.rulebook.documents.docx_exhibits import WORD

KINDS = {"footnotes": f"{WORD}footnoteReference", "endnotes": f"{WORD}endnoteReference"}
NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")
OFF = ("0", "false", "off")

TextOf = Callable[[etree._Element], str]


@dataclass
class Notes:
    """The notes of a document by the mark that refers to them, counted as they are met."""

    texts: Mapping[tuple[str, str], str]
    met: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, paragraph: etree._Element) -> Iterator[str]:
        """The notes a paragraph refers to, each behind its number, as they stand at the foot of a page."""
        for mark in paragraph.iter(*KINDS.values()):
            key = (mark.tag, mark.get(f"{WORD}id", ""))
            if key in self.texts and key not in self.met:
                self.met[key] = len(self.met) + 1
                yield f"[{self.met[key]}] {self.texts[key]}"


def read_notes(parts: Mapping[str, bytes], text_of: TextOf) -> Notes:
    """The notes of a document's parts, which are named by their kind; other parts hold none."""
    texts = {}
    for kind, mark in KINDS.items():
        if kind not in parts:
            continue
        for note in etree.fromstring(parts[kind], etree.XMLParser(resolve_entities=False)):
            if note.get(f"{WORD}type") not in NO_NOTES:
                said = " ".join(" ".join(text_of(one) for one in note.iter(f"{WORD}p")).split())
                texts[mark, note.get(f"{WORD}id", "")] = said
    return Notes({key: said for key, said in texts.items() if said})


def is_hidden(node: etree._Element) -> bool:
    """Whether the run a node stands in is marked as hidden."""
    run = next(node.iterancestors(f"{WORD}r"), None)
    mark = run.find(f"{WORD}rPr/{WORD}vanish") if run is not None else None
    return mark is not None and mark.get(f"{WORD}val") not in OFF


def hidden_words(body: etree._Element) -> Iterator[str]:
    """The hidden text of each paragraph that has some."""
    for paragraph in body.iter(f"{WORD}p"):
        words = "".join(node.text or "" for node in paragraph.iter(f"{WORD}t") if is_hidden(node))
        if words.strip():
            yield " ".join(words.split())
