"""Answers on the forms: the severity score, the markers, and what else is asked."""

import numpy as np
import pandas as pd

from ..setting.shared import PairSetting

__all__ = ["build_answers"]


def build_answers(
    rows: pd.DataFrame, plan: pd.DataFrame, people: pd.DataFrame, setting: PairSetting
) -> pd.DataFrame:
    """Return the answers on the pair's forms: uid, number, question, answer (None: left empty).

    A pair that asks for no severity has no answers.
    """
    pair, draw = setting.pair, setting.draw
    if "severity" not in pair:
        return pd.DataFrame(columns=["uid", "number", "question", "answer"])
    severity = pair["severity"]
    asked = rows[rows["form_type"] == "initiation"].reset_index(drop=True)
    uid = asked["uid"].to_numpy()
    ids = uid * np.uint64(64) + asked["number"].to_numpy(np.uint64)
    more = np.floor(draw.exponential("other score", ids) * 3.2).astype(int).clip(0, 18)
    score = severity["threshold"] + more
    answer = pd.Series(score.astype(str), dtype=object)
    own = plan.set_index("uid")
    mine = asked["uid"].isin(own.index) & asked["kind"].isin(["treated", "repeat"])
    answer[mine] = own.loc[uid[mine], "answer"].to_numpy()
    missing = mine & (own["status"].reindex(uid).to_numpy() == "missing")
    skipped = missing & draw.chance("question skipped", ids, 0.6)  # no row at all
    frame = asked[["uid", "number"]]
    pieces = [frame.assign(question=severity["question"], answer=answer)[~skipped]]
    place = pd.Series(np.arange(len(people)), index=people["uid"].to_numpy())
    for question, column in severity["other_questions"].items():
        true = people[column].fillna(False).to_numpy(bool)[place.loc[uid]]
        shown = true | draw.chance(f"shown {question}", ids, 0.06)
        text = np.where(shown, "Yes", "No").astype(object)
        text[draw.chance(f"empty {question}", ids, 0.02)] = None
        pieces.append(frame.assign(question=question, answer=text))
    for question, share in severity["asked"].items():
        yes = np.where(draw.chance(f"asked {question}", ids, share), "Yes", "No").astype(object)
        pieces.append(frame.assign(question=question, answer=yes))
    return pd.concat(pieces, ignore_index=True)
