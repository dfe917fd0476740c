"""Rules that the published study does not state, with the number that each choice gives."""

import pandas as pd

__all__ = ["compare_choices"]


def compare_choices(
    people: pd.DataFrame,
    uptake: pd.DataFrame,
    comorbidity: pd.DataFrame,
    *,
    periods: pd.DataFrame,
) -> pd.DataFrame:
    """Count the same people by two rules, for each rule that had to be guessed.

    Parameters
    ----------
    people, uptake, comorbidity
        The marts.
    periods
        As `list_periods` gives them; the treated are counted in the last of them.

    Returns
    -------
    pandas.DataFrame
        `what` is counted, `choice` and `chosen`, `alternative` and `other`.

    Examples
    --------
    >>> people = pd.DataFrame({"treated": [True], "found_by": ["code"],
    ...     "ethnicity_most_recent": ["White"], "ethnicity_most_frequent": ["Black"]})
    >>> days = pd.to_datetime(["2021-12-20"])
    >>> uptake = pd.DataFrame({"start_date": days, "approval_date": days - pd.Timedelta(days=9)})
    >>> scores = pd.DataFrame({"treated": [True], "score_1987": [0], "score_2011": [1]})
    >>> periods = pd.DataFrame({"level": ["TA752"], "from": pd.to_datetime(["2021-12-15"])})
    >>> table = compare_choices(people, uptake, scores, periods=periods)
    >>> table[["chosen", "other"]].to_numpy().tolist()
    [[1, 1], [1, 0], [0, 0], [1, 0], [1, 0]]
    """
    found = people.loc[people["treated"], "found_by"]
    scores = comorbidity[comorbidity["treated"]]
    last = periods.iloc[-1]
    recent, frequent = people["ethnicity_most_recent"], people["ethnicity_most_frequent"]
    pairs = {
        "Treated people confirmed in HES": {
            "by code or specialty": found.notna(), "by code only": found == "code"},
        "Cohort recorded as White": {
            "most recent known group": recent == "White",
            "most frequent group": frequent == "White"},
        "Cohort whose ethnic group is not known": {
            "most recent known group": recent == "Unknown",
            "most frequent group": frequent == "Unknown"},
        f"Treated people counted under {last['level']}": {
            "by planned start": uptake["start_date"] >= last["from"],
            "by approval": uptake["approval_date"] >= last["from"]},
        "Treated people with a Charlson score of 0": {
            "weights of 1987": scores["score_1987"] == 0,
            "weights of 2011": scores["score_2011"] == 0},
    }  # fmt: skip
    rows = []
    for what, rules in pairs.items():
        (choice, chosen), (alternative, other) = rules.items()
        rows.append({"what": what, "choice": choice, "chosen": int(chosen.sum()),
                     "alternative": alternative, "other": int(other.sum())})  # fmt: skip
    return pd.DataFrame(rows)
