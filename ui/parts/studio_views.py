"""The views of a draft in the studio, in the order in which they are shown."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.process_draft import ProcessDraft
from ui.parts import (
    studio_compare,
    studio_draw,
    studio_files,
    studio_forms,
    studio_propose,
    studio_tables,
    studio_tryout,
)


@dataclass(frozen=True, slots=True)
class View:
    """One view of a draft.

    Attributes:
        name: In the address; stable.
        show: Draws it; only the one that is chosen is drawn.
    """

    name: str
    title: str
    show: Callable[[ProcessDraft], None]


VIEWS = (
    View("draw", "Draw", studio_draw.show),
    View("tables", "Tables", studio_tables.show),
    View("forms", "Forms", studio_forms.show),
    View("compare", "Compare", studio_compare.show),
    View("tryout", "Try out", studio_tryout.show),
    View("propose", "Propose", studio_propose.show),
    View("files", "Files", studio_files.show),
)
