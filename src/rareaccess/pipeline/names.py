"""Typed names that were not read, in a file for review."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rareaccess.core.files import write_atomic
from rareaccess.core.paths import build_root, relative
from rareaccess.derive.applications.classify import COUNTS, DECISIONS, classify_applications
from rareaccess.params import Pair, list_pairs, load_pair
from rareaccess.params.drug_names import normalise_drug_name
from rareaccess.params.drug_words import OTHER_DRUGS
from rareaccess.params.name_reader import NameReader
from rareaccess.pipeline.name_answers import COLUMNS, read_answers, write_settings
from rareaccess.sources import Source, open_source
from rareaccess.sources.engine import Engine, choose_engine, open_engine

__all__ = ["NamesReport", "list_unread", "review_names"]

TYPED = ("drug_name", "form_code", "indication")
FORMULA = ("=", "+", "-", "@")
CAUTION = (
    "The file holds what people typed, which may name a person: keep it where the tables are, "
    "and leave the decision blank for a text that names one."
)


@dataclass(frozen=True)
class NamesReport:
    """What waits for an answer for each pair, and how many answers were taken; counts only."""

    lines: tuple[str, ...]
    waiting: int

    def __str__(self) -> str:
        """Return a line a pair, and a caution where a file was written."""
        return "\n".join([*self.lines, *([CAUTION] if self.waiting else [])])


def review_names(
    source: str, pairs: Iterable[str], *, engine: str | None = None, session: Any | None = None
) -> NamesReport:
    """Take the answers from the review file of each pair, and write what still waits for one.

    The files are `build/names/SOURCE/PAIR.csv`; the answers go to the pair's settings.

    Raises
    ------
    UserError
        An answer cannot be taken; its row is named, and no text is shown. Nothing is written.
    """
    opened, lines, waiting = open_source(source), [], 0
    files = {slug: build_root() / "names" / source / f"{slug}.csv" for slug in pairs}
    answers = {slug: read_answers(file, load_pair(slug)) for slug, file in files.items()}
    taken = write_settings(answers)
    chosen = choose_engine(engine, session, opened.engine)
    with open_engine(chosen, session=session) as running:
        typed = _read_typed(opened, running)
    for slug, file in files.items():
        pair = load_pair(slug)
        unread = list_unread(typed, pair)
        _write(file, unread)
        waiting += len(unread)
        lines.append(_tell(pair, unread, taken[slug], file))
    return NamesReport(tuple(lines), waiting)


def list_unread(typed: pd.DataFrame, pair: Pair) -> pd.DataFrame:
    """Return the texts on which an application is left out because they were not read.

    An application is left out for its text alone if it would count with the drug's name. On a form
    of another drug, or of none, the text must hold an audited name; others are other drugs.

    Parameters
    ----------
    typed
        `drug_name`, `form_code`, `indication` and `n`, how many applications have the three.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, without answers: texts without strength and the like, the most frequent first.
    """
    reader, frame = NameReader(pair.drug), classify_applications(typed, pair.drug)
    would = [
        DECISIONS[(True, f, w)] == COUNTS for f, w in zip(frame.form, frame.wording, strict=True)
    ]
    waits = (frame["match"] == "unknown") & (frame["name"] != "") & pd.Series(would, frame.index)
    frame = frame[waits].sort_values(["n", "drug_name"], ascending=[False, True])
    readings = [reader.read(text) for text in frame["drug_name"]]
    held = [one.name != "" for one in readings]
    keep = (frame["form"] != "other") | pd.Series(held, frame.index)
    frame = frame[keep & ~pd.Series([one.rejected for one in readings], frame.index, dtype=bool)]
    counts = frame.groupby("name", sort=False).agg(
        typed=("drug_name", "first"), applications=("n", "sum")
    )
    drugs = OTHER_DRUGS | _list_names(pair)
    left = {text: reader.read(typed).left for text, typed in counts["typed"].items()}
    counts = counts.assign(
        not_listed=[" ".join(left[text]) for text in counts.index],
        other_drugs=[" ".join(w for w in left[text] if w in drugs) for text in counts.index],
        decision="",
        member="",
        reason="",
    )
    counts = counts.rename_axis("text").reset_index()
    return counts.sort_values(["applications", "text"], ascending=[False, True])[list(COLUMNS)]


def _list_names(pair: Pair) -> frozenset[str]:
    """Return the names of the drugs of all other pairs."""
    others = [load_pair(slug).drug for slug in list_pairs() if slug != pair.pair]
    own = {normalise_drug_name(name) for name in pair.drug.every_name}
    return frozenset(normalise_drug_name(n) for drug in others for n in drug.every_name) - own


def _read_typed(source: Source, engine: Engine) -> pd.DataFrame:
    """Return each name with each form and indication, and the number of applications."""
    frame = source.read(engine, "blueteq_applications", TYPED)
    return engine.collect(frame.groupBy(*TYPED).agg(engine.F.count("*").alias("n")))


def _write(file: Path, unread: pd.DataFrame) -> None:
    """Write what waits for an answer, for its owner alone; no file where nothing does."""
    if unread.empty:
        file.unlink(missing_ok=True)
        return
    safe = unread["typed"].str.startswith(FORMULA)
    frame = unread.assign(typed=unread["typed"].mask(safe, "'" + unread["typed"]))
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, frame.to_csv(index=False).encode("utf-8-sig"))
    file.chmod(0o600)


def _tell(pair: Pair, unread: pd.DataFrame, taken: int, file: Path) -> str:
    """Return in words what waits for an answer, in counts alone."""
    told = f"{pair.pair}: "
    if taken:
        answers = "answers" if taken > 1 else "answer"
        told += f"{taken:,} {answers} written to params/pairs/{pair.pair}.yml; "
    if unread.empty:
        return told + "no text waits for an answer"
    other = int((unread["other_drugs"] != "").sum())
    return (
        f"{told}{len(unread):,} texts on {int(unread['applications'].sum()):,} applications were "
        f"not read, {other:,} of them with the name of another drug: answer in {relative(file)}"
    )
