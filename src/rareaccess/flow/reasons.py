"""Reasons for leaving the flow: each worded once, in the order of the steps that ask for them."""

__all__ = [
    "APPROVED_EARLY",
    "APPROVED_LATE",
    "BEFORE_APPROVAL",
    "BEFORE_ENTRY",
    "BEFORE_WINDOW",
    "CONTINUATION",
    "DEAD_AT_APPROVAL",
    "DEAD_AT_START",
    "DEAD_UNDATED",
    "DRUG",
    "FUND_FURTHER",
    "FURTHER",
    "IMPOSSIBLE",
    "LATE",
    "NAME",
    "NOT_APPROVED",
    "NOT_LINKED",
    "NOT_STARTED",
    "REASONS",
    "SILENT",
    "UNCONFIRMED",
    "UNDECIDED",
    "UNTRACED",
    "USE",
]

DRUG, NAME = "other drug", "drug name not recognised"
USE, SILENT = "other indication", "indication not stated"
CONTINUATION, NOT_APPROVED = "continuation form", "not approved"
NOT_STARTED, UNDECIDED = "approved, treatment not started", "decision not known"
IMPOSSIBLE = "planned start missing or impossible"
BEFORE_APPROVAL = "start before approval of the drug"
BEFORE_WINDOW, LATE = "start before the window", "start after the window"
FURTHER = "further application of the same patient"
NOT_LINKED, DEAD_AT_START = "no HES link", "died before planned start"
UNCONFIRMED = "condition not confirmed in HES"
DEAD_AT_APPROVAL, UNTRACED = "died before approval", "vital status unknown"
DEAD_UNDATED = "dead, day unknown"
APPROVED_EARLY = "approved before the drug entered the Cancer Drugs Fund"
APPROVED_LATE = "approved after the drug had left the Cancer Drugs Fund"
BEFORE_ENTRY = "treatment began before the drug entered the Cancer Drugs Fund"
FUND_FURTHER = {
    "trust": "further application on the same day, not by the trust that treats",
    "nearest": "further application, approved less near to the start in SACT",
    "earliest": "further application, approved later; no start in SACT",
}  # why an application does not count, by the rule that has chosen another
REASONS = {
    "drug": (DRUG, NAME, USE, SILENT),
    "initiation": (CONTINUATION,),
    "approved": (NOT_APPROVED, NOT_STARTED, UNDECIDED),
    "dated": (IMPOSSIBLE, BEFORE_APPROVAL, BEFORE_WINDOW, LATE),
    "one_per_patient": (FURTHER,),
    "linked": (NOT_LINKED,),
    "alive_at_start": (DEAD_AT_START,),
    "confirmed": (UNCONFIRMED,),
    "alive_at_approval": (DEAD_AT_APPROVAL, DEAD_UNDATED, UNTRACED),
    "fund_entered": (APPROVED_EARLY, APPROVED_LATE, BEFORE_ENTRY),
    "fund_cohort": tuple(FUND_FURTHER.values()),
}
"""The reasons of each step; of a pair in the fund `dated` and `one_per_patient` have others too."""
