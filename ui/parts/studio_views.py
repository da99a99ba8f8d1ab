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
    studio_repairs,
    studio_tables,
    studio_tryout,
)


def _always(_draft: ProcessDraft) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class View:
    """One view of a draft.

    Attributes:
        name: In the address; stable.
        show: Draws it; only the one that is chosen is drawn.
        is_needed: Tells whether there is anything to show.
    """

    name: str
    title: str
    show: Callable[[ProcessDraft], None]
    is_needed: Callable[[ProcessDraft], bool] = _always


VIEWS = (
    View("draw", "Draw", studio_draw.show),
    View("tables", "Tables", studio_tables.show),
    View("forms", "Forms", studio_forms.show),
    View("compare", "Compare", studio_compare.show),
    View("tryout", "Try out", studio_tryout.show),
    View("propose", "Propose", studio_propose.show),
    View("files", "Files", studio_files.show),
    View("repairs", "Repairs", studio_repairs.show, studio_repairs.is_needed),
)
