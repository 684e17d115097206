"""Which paragraphs may be put into other words? Those a quoted answer rests on, with their whole text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.rewording.material import Quoted


def evidence_of(quotes: Mapping[int, Iterable[str]], *, labels: Mapping[int, str]) -> tuple[Quoted, ...]:
    """Each version once, with what the answer quotes from it, in the answer's order; unknown versions are left out."""
    versions = ParagraphVersion.objects.only("text", "effective_from", "effective_to").in_bulk(list(quotes))
    return tuple(
        Quoted(
            version_id=version_id,
            label=labels[version_id],
            text=versions[version_id].text,
            quote=" ".join(quoted),
            effective_from=versions[version_id].effective_from,
            effective_to=versions[version_id].effective_to,
        )
        for version_id, quoted in quotes.items()
        if version_id in versions
    )
