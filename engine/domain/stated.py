"""Every form that is kept as a statement, with those that are filled beside the steps."""

from collections.abc import Mapping

from engine.domain.form import FORMS, CauseForm, DecisionWithRemedies, Form
from engine.domain.respondent_form import RespondentReply, RespondentTold

STATED: Mapping[str, type[Form]] = FORMS | {
    "cause": CauseForm,
    "decision": DecisionWithRemedies,
    "respondent_told": RespondentTold,
    "respondent_reply": RespondentReply,
}
"""By name of the form."""
