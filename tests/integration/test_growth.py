"""The estimate for the nation: its worlds are whole, and its page is of the committed results."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from benchmarks.growth import RESULTS, thin_world
from benchmarks.growth_page import build_page
from places import ROOT

SAMPLE = ROOT / "data-synthetic" / "sample"


def test_the_page_is_of_the_committed_results() -> None:
    runs = pd.read_csv(ROOT / "benchmarks" / "results" / RESULTS)
    assert (ROOT / "docs" / "spark.md").read_text(encoding="utf-8") == build_page(runs)
    spark = runs[runs["engine"] == "spark"]
    assert spark[["scans_apc", "scans_op"]].to_numpy().max() <= 5


@pytest.mark.slow
def test_a_part_of_a_world_holds_all_of_its_people(tmp_path: Path) -> None:
    part = 4
    thin_world(SAMPLE, tmp_path / "part", part)

    def ask(query: str) -> int:
        return duckdb.sql(query.format(part=tmp_path / "part", whole=SAMPLE)).fetchall()[0][0]

    people = "SELECT count(DISTINCT PSEUDO_HESID) FROM '{%s}/%s/*.parquet'"
    for table in ("apc", "op"):
        ours, all_of = ask(people % ("part", table)), ask(people % ("whole", table))
        assert ours == pytest.approx(all_of / part, rel=0.1)
        lost = f"SELECT count(*) FROM '{{whole}}/{table}/*.parquet' WHERE PSEUDO_HESID IN "
        lost += f"(SELECT PSEUDO_HESID FROM '{{part}}/{table}/*.parquet')"
        assert ask(lost) == ask(f"SELECT count(*) FROM '{{part}}/{table}/*.parquet'")
    forms = "SELECT count(*) FROM '{part}/blueteq_applications.parquet' WHERE nhs_number IN "
    linked = "(SELECT nhs_number FROM '{whole}/linkage.parquet')"
    kept = "(SELECT nhs_number FROM '{part}/linkage.parquet')"
    assert ask(forms + linked) == ask(forms + kept) > 0
    answers = "SELECT count(*) FROM '{part}/blueteq_answers.parquet' WHERE application_id NOT IN "
    assert ask(answers + "(SELECT application_id FROM '{part}/blueteq_applications.parquet')") == 0
