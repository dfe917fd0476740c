"""The section of the page on whether the measures find the truth, from the committed results."""

import pandas as pd

from benchmarks.contrasts import CONTRASTS
from benchmarks.validity import DENOMINATORS, LEAST, PLANTED, limit_count
from rareaccess.disclosure import Plain, fmt

__all__ = ["build_section"]

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
