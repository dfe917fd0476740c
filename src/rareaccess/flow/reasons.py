"""Reasons for leaving the flow, each worded once."""

__all__ = [
    "APPROVED_EARLY",
    "APPROVED_LATE",
    "BEFORE_ENTRY",
    "DRUG",
    "FURTHER",
    "NAME",
    "REASONS",
    "SILENT",
    "USE",
]

DRUG, NAME = "other drug", "drug name not recognised"
USE, SILENT = "other indication", "indication not stated"
REASONS = (DRUG, NAME, USE, SILENT)
APPROVED_EARLY = "approved before the drug entered the Cancer Drugs Fund"
APPROVED_LATE = "approved after the drug had left the Cancer Drugs Fund"
BEFORE_ENTRY = "treatment began before the drug entered the Cancer Drugs Fund"
FURTHER = {
    "trust": "further application on the same day, not by the trust that treats",
    "nearest": "further application, approved less near to the start in SACT",
    "earliest": "further application, approved later; no start in SACT",
}  # why an application does not count, by the rule that has chosen another
