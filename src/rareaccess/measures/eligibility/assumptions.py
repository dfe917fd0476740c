"""What each answer assumes, in words that need no statistics, and what the answers are called."""

from collections.abc import Mapping

from rareaccess.measures.eligibility.answers import LANDMARK, WHOLE
from rareaccess.measures.eligibility.scored import SCORED, WITH_ANCHORS

__all__ = ["ASSUMPTIONS", "BESIDE", "LEVELS", "RESTS_ON", "SCORED_FAILS", "UNSUITED", "UNWRITTEN"]

RESTS_ON = (
    "This rests on events that are recorded alike in rich and poor at equal disease; one bad event "
    "can be detected, all of them being bad together cannot."
)
"""What a reader must know of the estimate, and the only place where it is written."""

UNSUITED = (
    "Need is not estimated: the share treated from the landmark on is not below the range that is "
    "declared for the share eligible, though everybody treated was eligible. The bounds stand."
)

ASSUMPTIONS = (
    (
        "Nothing, but for limits on how many need the drug",
        "Nothing of use: the ratio can be almost anything",
        "It cannot fail, and does not help",
    ),
    (
        "Need differs between two groups by no more than a stated factor",
        "Bounds, the wider the larger the factor",
        "When need differs by more; no record tests it",
    ),
    (
        "Groups with the same features in their records have the same need",
        "A ratio adjusted for features, which this report does not give",
        "When features only stand in for need, which is the rule",
    ),
    (
        "Anchors are recorded alike in all groups at equal disease, activity of the disease is "
        "bell-shaped, and the share that needs the drug lies in a stated range",
        "The ratio among those who need the drug",
        "When all anchors are off in the same way: nothing in the data shows it",
    ),
    (
        "The same, with two kinds of people in place of the bell shape",
        "The same ratio, with a larger correction",
        "As above; the same data fit both shapes, so both are given",
    ),
    (
        "The negative control is recorded as the anchors are, and has nothing to do with the "
        "disease",
        "The ratio, even if all anchors are off alike",
        "When the control is recorded in another way than the anchors",
    ),
    (
        "The severity of a random part of the people is known",
        "The ratio without any of this",
        "These records hold no such score",
    ),
)
"""What is assumed, what it gives, and when that fails; the last row is that of scores."""

SCORED_FAILS = "When those who were scored were not drawn at random in each group"
"""When the last row fails, where the records hold scores of people drawn at random."""

LEVELS: Mapping[str, str] = {
    WHOLE: "Treated, at any time",
    LANDMARK: "Treated, from the landmark",
    "need ratio from 1/1.25 to 1.25": "Need up to 1.25 times apart",
    "need ratio from 1/1.5 to 1.5": "Need up to 1.5 times apart",
    "need ratio from 1/2 to 2": "Need up to twice apart",
    "TRAIT": "Need from anchors",
    "CLASS": "Need from two classes",
    "union of TRAIT and CLASS": "Either of these two",
    "TRAIT, shift of the control taken out": "Anchors less the control",
    "TRAIT, direct effects 0.15": "Anchors less alike",
    "TRAIT, all anchors shifted by up to 0.1": "All anchors off by a tenth",
    "TRAIT, all anchors shifted by up to 0.2": "All anchors off by a fifth",
}
"""The words of each answer by its method; what is not here is told elsewhere."""

UNWRITTEN = "TRAIT, without prescriptions"
BESIDE: Mapping[str, str] = {
    UNWRITTEN: "Anchors without prescriptions",
    SCORED: "Need from scores",
    WITH_ANCHORS: "Scores and anchors",
}
"""The same of answers that only some sources have the records for; they stand last."""
