"""The clauses of ISO 10002:2018 that a step of a process can answer to."""

from collections.abc import Mapping

CLAUSES: Mapping[str, str] = {
    "4.2": "Commitment",
    "4.3": "Capacity",
    "4.4": "Transparency",
    "4.5": "Accessibility",
    "4.6": "Responsiveness",
    "4.7": "Objectivity",
    "4.8": "Charges",
    "4.9": "Information integrity",
    "4.10": "Confidentiality",
    "4.11": "Customer-focused approach",
    "4.12": "Accountability",
    "4.13": "Improvement",
    "4.14": "Competence",
    "4.15": "Timeliness",
    "5.4": "Responsibility and authority",
    "7.1": "Communication",
    "7.2": "Receipt of the complaint",
    "7.3": "Tracking of the complaint",
    "7.4": "Acknowledgement of the complaint",
    "7.5": "Initial assessment of the complaint",
    "7.6": "Investigation of the complaint",
    "7.7": "Response to the complaint",
    "7.8": "Communicating the decision",
    "7.9": "Closing the complaint",
    "8.1": "Collection of information",
    "8.2": "Analysis and evaluation of complaints",
    "8.7": "Continual improvement",
}
"""What each is about, in few words, in the order of the standard."""
