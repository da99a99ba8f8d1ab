"""What is stated of the evidence on an issue."""

from typing import Annotated

from pydantic import Field, StringConstraints

from engine.domain.evidence import MOST, PIECE
from engine.domain.form import Form
from engine.domain.issue import FIRST
from engine.domain.issue import MOST as MOST_ISSUES


class EvidenceForm(Form):
    """Choose what the finding rests on: documents, answers, interviews, replies."""

    issue: int = Field(
        default=FIRST,
        ge=FIRST,
        le=MOST_ISSUES,
        title="Issue",
        json_schema_extra={"choices": "issues"},
    )
    evidence: tuple[Annotated[str, StringConstraints(pattern=PIECE)], ...] = Field(
        default=(),
        max_length=MOST,
        title="Evidence",
        json_schema_extra={"choices": "evidence"},
    )
