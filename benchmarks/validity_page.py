"""What the committed results say of whether the measures find the truth, for docs and book."""

from pathlib import Path

import pandas as pd

from benchmarks.contrasts import CONTRASTS
from benchmarks.validity import DENOMINATORS, LEAST, PLANTED, limit_count
from rareaccess.disclosure import Plain, fmt

__all__ = ["build_extract", "build_section"]

INTRODUCTION = """## Whether the measures find the truth

`python -m benchmarks --worlds` draws {seeds} seeds of each of five worlds in which the truth is
known, counts the starts of the first pair against three denominators, and estimates each contrast
with the measures of the package and their 95% intervals. The truth is counted in person-time of
the truly eligible: the starts that the declared rates give to those at risk in each month, over
their person-years, group by group. It is not the declared coefficient: where one group lives in
more deprived areas than another, a gradient by deprivation is a true difference between them too.
No hospital record is drawn; tests show that the people are those of the records.

The three denominators:

- eligible: person-years from the day on which a person is eligible and has been known long
  enough, to the start, death or the end. Only a synthetic England knows it.
- population: the general population, as declared for its tables.
- cohort: people with the condition in HES and alive at the approval, as in the report."""
NULL = """### No inequity: how often a difference is found that is not there

In `null`, everybody who is eligible starts at the same rate. The numbers say in how many per
cent of the seeds the interval does not hold the value of no inequity. For a right test of
{seeds} seeds that is {low} to {high} per cent in 99 of 100 such runs."""
EFFECTS = """### A planted effect: how often the interval holds it

Value is the mean estimate over the seeds, covers the per cent of seeds in which the interval
holds the truth. The goal is {least} per cent or more, with the eligible as the denominator."""
LOOK = """### The published world

The planted effects of the default world are smaller. These are no goals. After the starts are
drawn, its treated get homes with the published travel times; only the counts of the cohort see
that, in the contrast by distance."""
ALONE = """### One group by itself

How many starts there are in a month is declared, so the starts of all groups together do not
vary as a Poisson count does. A contrast between two groups does not see that: given the starts of
both, those of one are as good as binomial. The rate of one group by itself does, and the more
so the larger the group: its interval is wider than it need be. The table says in how many
per cent of the seeds it holds the truth, in `null`."""
MEANING = """### What this means

- Against the truly eligible, each measure does what its interval says.
- Against the general population and the cohort of HES, intervals are as narrow and stand in the
  wrong place wherever the share of the eligible differs between groups: here among ethnic groups,
  in whom active disease is declared to be more or less common. More people or more years would
  make them narrower, about the same wrong value.
- So a rate per population or per person with a code describes who was treated. By itself it is
  evidence neither of equal nor of unequal access.
- By deprivation the cohort is nearly right and the population is not, and by distance both nearly
  are, because so few things that decide need differ by either in this England. Records do not say
  whether that is so in reality.
- Ethnic groups and homes are the true ones here: errors of recording come on top."""

EXTRACT = Path(__file__).with_name("worlds.md")
"""The words of the part in the book, with places for the results."""
IN_BOOK = {
    "null": ("No inequity", ("Black against White", "most against least deprived fifth")),
    "ethnic": ("By ethnic group", ("Black against White",)),
    "gradient": ("By deprivation", ("most against least deprived fifth",)),
    "distance": ("By distance", ("an hour or more from a centre against nearer",)),
}
"""The worlds that the book shows, with their words and contrasts."""


def build_extract(found: pd.DataFrame) -> str:
    """Return what the book says of the worlds, as markdown for one of its chapters.

    Parameters
    ----------
    found
        The content of validity.csv.
    """
    cells = found.set_index(["world", "contrast", "denominator"])
    judged = found[(found["denominator"] == "eligible") & found["met"].notna()]
    share = {name: 100 * judged[name] / judged["seeds"] for name in ("rejects", "covers")}
    null, planted = judged["world"] == "null", judged["world"] != "null"
    apart = {name: cells.loc[("null", "Black against White", name)] for name in DENOMINATORS}
    hidden = cells.loc[("ethnic", "Black against White", "cohort")]
    lines = [["World", "Contrast", "Truth", *(name.capitalize() for name in DENOMINATORS)],
             [":--", ":--", "--:", *["--:"] * len(DENOMINATORS)]]  # fmt: skip
    for world, (words, contrasts) in IN_BOOK.items():
        for contrast in contrasts:
            rows = [cells.loc[(world, contrast, name)] for name in DENOMINATORS]
            told = [f"{_show(row, 'value')} ({_show(row, 'covers')})" for row in rows]
            lines.append([words, f"{contrast[:1].upper()}{contrast[1:]}",
                          _print(rows[0]["truth"], 2), *told])  # fmt: skip
    return EXTRACT.read_text(encoding="utf-8").format(
        seeds=fmt.whole(int(found["seeds"].min())),
        rejects_low=_print(share["rejects"][null].min(), 1),
        rejects_high=_print(share["rejects"][null].max(), 1),
        covers_low=_print(share["covers"][planted].min(), 1),
        cohort=_print(apart["cohort"]["value"], 2),
        population=_print(apart["population"]["value"], 2),
        cohort_rejects=_print(100 * apart["cohort"]["rejects"] / apart["cohort"]["seeds"], 1),
        population_rejects=_print(
            100 * apart["population"]["rejects"] / apart["population"]["seeds"], 1
        ),
        truth=_print(hidden["truth"], 2),
        hidden=_print(hidden["value"], 2),
        table="\n".join(f"| {' | '.join(line)} |" for line in lines),
    )


def build_section(found: pd.DataFrame) -> str:
    """Return the section.

    Parameters
    ----------
    found
        The content of validity.csv.
    """
    seeds = int(found["seeds"].min())
    low, high = (_print(100 * n / seeds, 1) for n in limit_count(seeds))
    judged = found[found["met"].notna()]
    missed = judged[judged["met"] == "no"]
    names = [f"{row.contrast} in {row.world}" for row in missed.itertuples()]
    parts = [
        INTRODUCTION.format(seeds=fmt.whole(seeds)),
        f"{len(judged) - len(missed)} of {len(judged)} goals are met."
        + (f" Not met: {'; '.join(names)}." if names else ""),
        NULL.format(seeds=fmt.whole(seeds), low=low, high=high),
        _tabulate(found, [("null", name) for name in CONTRASTS], ("rejects",)),
        EFFECTS.format(least=fmt.whole(round(100 * LEAST))),
        _tabulate(found, [(w, name) for w, of in PLANTED.items() for name in of],
                  ("value", "covers")),
        LOOK,
        _tabulate(found, [("published", name) for name in CONTRASTS], ("value", "covers")),
        ALONE,
        _tabulate_alone(found),
        MEANING,
    ]  # fmt: skip
    return "\n\n".join(parts)


def _tabulate(found: pd.DataFrame, rows: list[tuple[str, str]], columns: tuple[str, ...]) -> str:
    """Return a table of contrasts, with columns for each denominator."""
    cells = found.set_index(["world", "contrast", "denominator"])
    heads = [f"{name}, {column}" for name in DENOMINATORS for column in columns]
    lines = [["World", "Contrast", "Truth", *heads], [":--", ":--", *["--:"] * (len(heads) + 1)]]
    for world, contrast in rows:
        whole = [cells.loc[(world, contrast, name)] for name in DENOMINATORS]
        told = [_show(one, column) for one in whole for column in columns]
        lines.append([world, contrast, _print(whole[0]["truth"], 2), *told])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tabulate_alone(found: pd.DataFrame) -> str:
    rows = found[(found["world"] == "null") & ~found["contrast"].isin(CONTRASTS)]
    lines = [["Measure", "Covers"], [":--", "--:"]]
    lines += [[row["contrast"], _show(row, "covers")] for _, row in rows.iterrows()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _show(row: pd.Series, column: str) -> str:
    if column == "value":
        return _print(row["value"], 2)
    return f"{_print(100 * row[column] / row['seeds'], 1)}%"


def _print(value: float, decimals: int) -> str:
    return fmt.num(Plain(float(value)), decimals)
