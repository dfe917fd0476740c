"""What hospitals and forms do not hold: scores of severity, and medicines dispensed."""

from rareaccess.contracts.expectations import PAIR
from rareaccess.contracts.hes import PERSON
from rareaccess.contracts.model import TableContract, day, number, text

__all__ = ["AT_RANDOM", "CHOSEN", "PRESCRIPTIONS", "SCORES"]

AT_RANDOM = "random"
CHOSEN = (AT_RANDOM, "clinician", "unknown")
"""How the people were chosen whose severity was scored; only the first says something of others."""
WAYS = (
    ("at random", AT_RANDOM),
    ("r", AT_RANDOM),
    ("by clinician", "clinician"),
    ("c", "clinician"),
    ("not known", "unknown"),
    ("u", "unknown"),
)

SCORES = TableContract(
    "scores",
    "a score of severity of a person, on a day",
    (
        PERSON,
        PAIR,
        day("measured", "day on which severity was scored", filled=True, timed=True),
        number("score", "the score, on the scale of the form", within=((0, 1000),), filled=True),
        text("chosen", "how the person was chosen to be scored", codes=CHOSEN, fold="code",
             spellings=WAYS, filled=True),
        number("weight", "how many people of the cohort the person stands for; alike without it",
               within=((1, 10_000),), optional=True),
    ),
    key=("PSEUDO_HESID", "pair", "measured"),
    optional=True,
)  # fmt: skip
PRESCRIPTIONS = TableContract(
    "prescriptions",
    "a medicine that was dispensed to a person outside hospital",
    (
        PERSON,
        day("dispensed", "day on which it was dispensed", filled=True, timed=True),
        text("bnf_code", "BNF code of what was dispensed", filled=True, fold="capitals", shape=(
            "a BNF code of 9 to 15 characters, such as 0603020T0",
            "[0-9]{2}[0-9A-Z]{7,13}")),
    ),
    optional=True,
)  # fmt: skip
