"""The proof that cleaning adds up: every record is counted, or left out at one named step."""

from collections.abc import Mapping

import pandas as pd

from rareaccess.core.errors import UserError

__all__ = ["CLEANING", "verify_cleaning"]

CLEANING = {
    "apc": (
        "unfinished_episodes",
        "duplicate_episodes",
        "null_episode_date",
        "episode_outside_period",
    ),
    "op": ("duplicate_appointments", "null_appointment_date", "appointment_outside_period"),
}
"""The checks that leave records out of each table, in the order in which they are asked."""


def verify_cleaning(faults: Mapping[str, tuple[int, int]], completeness: pd.DataFrame) -> None:
    """Check that what a step leaves is what the next looks at, and the last what is counted.

    Parameters
    ----------
    faults
        By name of the check: how many records it leaves out, and how many it looked at.
    completeness
        The mart: `table`, `field`, `n`, the records that count.

    Raises
    ------
    UserError
        A record is missing or extra; the error names the step.

    Examples
    --------
    >>> faults = {name: (1, 9 - n) for steps in CLEANING.values() for n, name in enumerate(steps)}
    >>> counted = pd.DataFrame({"table": ["apc", "op"], "field": "sex", "n": [5, 6]})
    >>> verify_cleaning(faults, counted)
    """
    for table, steps in CLEANING.items():
        left = {name: faults[name][1] - faults[name][0] for name in steps}
        rows = completeness[completeness["table"] == table]
        counted = rows.loc[rows["field"] == "sex", "n"].sum()
        after = [faults[name][1] for name in steps[1:]] + [int(counted)]
        for (name, n), found in zip(left.items(), after, strict=True):
            if n != found:
                raise UserError(
                    "The records do not add up from the tables to those that count.",
                    f"table {table}, after the step {name}",
                    found=f"{found} records",
                    expected=f"{n} records, those that the step does not leave out",
                    mend="Report this: a rule of cleaning leaves records out that no check counts.",
                )
