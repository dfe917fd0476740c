"""Answers on typed names: from the review file of a pair into its settings, and never on screen."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.core.paths import project_root, relative
from rareaccess.params import Pair
from rareaccess.params.drug_names import normalise_drug_name
from rareaccess.params.reviewed import add_reviewed

__all__ = ["COLUMNS", "read_answers", "write_settings"]

Answers = dict[str, list[dict[str, str]]]

ANSWERS = {"accept": "names_accepted", "reject": "names_rejected"}
COLUMNS = (
    "text", "typed", "applications", "not_listed", "other_drugs", "decision", "member", "reason",
)  # fmt: skip
LONGEST = 100  # characters of a name in the settings


def read_answers(file: Path, pair: Pair) -> Answers:
    """Return the answers of a review file, by the keys of the settings; none without a file."""
    answers: Answers = {key: [] for key in ANSWERS.values()}
    rows = _read_file(file).to_dict("records") if file.is_file() else []
    for number, row in enumerate(rows, start=2):
        key, answer = _read_answer(row, pair, f"{relative(file)}, row {number}")
        if key:
            answers[key].append(answer)
    return answers


def write_settings(answers: Mapping[str, Answers]) -> dict[str, int]:
    """Write the answers into the settings of each pair; return how many there were."""
    texts: dict[Path, str] = {}
    taken = {slug: sum(map(len, own.values())) for slug, own in answers.items()}
    for slug in (slug for slug, number in taken.items() if number):
        settings = project_root() / "params" / "pairs" / f"{slug}.yml"
        texts[settings] = add_reviewed(settings.read_text(encoding="utf-8"), slug, answers[slug])
    for settings, text in texts.items():
        write_atomic(settings, text)
    return taken


def _read_file(file: Path) -> pd.DataFrame:
    """Return a review file as text, whatever the separator with which it was saved."""
    try:
        frame = pd.read_csv(
            file,
            dtype="str",
            keep_default_na=False,
            encoding="utf-8-sig",
            sep=None,
            engine="python",
        )
    except (ValueError, UnicodeDecodeError):
        frame = pd.DataFrame()
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise UserError(
            "The review file cannot be read.",
            where=relative(file),
            found=f"no column {', '.join(missing)}",
            expected=f"a CSV file in UTF-8 with the columns {', '.join(COLUMNS)}",
            mend="Save it as CSV UTF-8, or delete it: `rareaccess names` writes it again.",
        )
    return frame


def _read_answer(row: Mapping[Hashable, Any], pair: Pair, where: str) -> tuple[str, dict[str, str]]:
    """Return the key of an answer and the answer; no key where the decision is blank."""
    decision, reason, member, text = (
        row[name].strip() for name in ("decision", "reason", "member", "text")
    )
    members = [one.name for one in pair.drug.members]
    decision = decision.casefold()
    if not decision:
        return "", {}

    def refuse(found: str, expected: str) -> UserError:
        return UserError(
            f"An answer on a typed name of pair {pair.pair} cannot be taken.",
            where=where,
            found=found,
            expected=expected,
            mend="Correct the row, or leave its decision blank.",
        )

    if decision not in ANSWERS:
        raise refuse("another decision", "accept, reject, or nothing")
    if not reason:
        raise refuse("no reason", "a reason in a few words")
    if not text or len(text) > LONGEST or text != normalise_drug_name(text):
        raise refuse(
            "a text that was altered, or that is too long for the settings",
            f"the text as it was written, of at most {LONGEST} characters",
        )
    answer = {"name": text, "reason": reason}
    if decision == "accept" and members:
        if member not in members:
            raise refuse("no drug of the group", "member: one of " + ", ".join(members))
        answer["member"] = member
    return ANSWERS[decision], answer
