"""What changes the rule books: reading in an edition, and correcting what that took for a move."""

from tieline.rulebook.actions.editions import (
    EditionDiffers,
    OlderEdition,
    UnfitBookKey,
    UnfitDay,
    import_content,
    import_edition,
)
from tieline.rulebook.actions.import_report import ImportReport, UnplacedLine
from tieline.rulebook.actions.moves import UnfitOrigin, UnknownVersion, correct_move

__all__ = [
    "EditionDiffers",
    "ImportReport",
    "OlderEdition",
    "UnfitBookKey",
    "UnfitDay",
    "UnfitOrigin",
    "UnknownVersion",
    "UnplacedLine",
    "correct_move",
    "import_content",
    "import_edition",
]
