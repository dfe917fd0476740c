"""How `prepare` grows with its tables: passes, shuffles and memory, on Spark and on DuckDB.

`python -m benchmarks.growth --full DIR` measures parts of the full synthetic England, each run in
a process of its own: a sixteenth, a quarter and all of its people. `--page` writes docs/spark.md
from the results. `--only` measures one engine at one size, and adds its row.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks import event_log
from benchmarks.inputs import PROJECT
from rareaccess.core.paths import project_root
from rareaccess.sources.engine.quoting import quote_text

__all__ = ["ENGINES", "HEAP", "PAIRS", "PARTS", "RESULTS", "measure_growth", "thin_world"]

PARTS = (16, 4, 1)  # one in so many of the people
PAIRS = ("sle-belimumab", "severe-asthma-biologics")  # a rare condition, and the commonest
ENGINES = ("duckdb", "spark")
SOURCE = "world"
RESULTS = "growth.csv"
HEAP = "4g"
BY_PERSON = ("apc", "op", "linkage")
BY_NUMBER = ("pds_trace", "blueteq_applications", "sact_v2", "sact_v3")
COLUMNS = ["engine", "part", "records", "people", "seconds", "driver_mb", "java_mb",
           "scans_apc", "scans_op", "read_mb", "shuffled_mb", "spilled_mb"]  # fmt: skip


def thin_world(full: Path, folder: Path, part: int) -> None:
    """Write one in so many of the people of a world, with all their records; the rest as it is.

    Whoever has no link is chosen by NHS number, whoever has none is kept.
    """
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        linkage = f"read_parquet({quote_text(full / 'linkage.parquet')})"
        connection.execute(
            f"CREATE TABLE numbers AS SELECT nhs_number, bool_or({_chosen('PSEUDO_HESID', part)}) "
            f"AS chosen FROM {linkage} GROUP BY nhs_number"
        )
        known = "(SELECT nhs_number FROM numbers)"
        chosen = "(SELECT nhs_number FROM numbers WHERE chosen)"
        number = f"(nhs_number IS NULL OR nhs_number IN {chosen} OR (nhs_number NOT IN {known} "
        number += f"AND {_chosen('nhs_number', part)}))"
        asked = dict.fromkeys(BY_PERSON, _chosen("PSEUDO_HESID", part))
        asked |= dict.fromkeys(BY_NUMBER, number)
        forms = f"read_parquet({quote_text(full / 'blueteq_applications.parquet')})"
        kept = f"(SELECT application_id FROM {forms} WHERE {number})"
        asked["blueteq_answers"] = f"application_id IN {kept}"
        for file in sorted(full.rglob("*.parquet")):
            place = file.relative_to(full)
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            condition = asked.get(place.parts[0].removesuffix(".parquet"))
            if not condition:
                shutil.copy(file, target)
                continue
            rows = f"SELECT * FROM read_parquet({quote_text(file)}) WHERE {condition}"
            connection.execute(f"COPY ({rows}) TO {quote_text(target)} (FORMAT parquet)")


def _chosen(name: str, part: int) -> str:
    """Return the condition that a person is among one in so many, the same in every run."""
    return f"(('0x' || substr(md5({name}), 1, 6))::INTEGER % {part} = 0)"


def measure_growth(full: Path, scratch: Path, runs: Sequence[tuple[str, int]]) -> pd.DataFrame:
    """Measure runs one after another.

    Parameters
    ----------
    full
        The folder of the full world.
    scratch
        For the parts, which are kept, and what is built of them.
    runs
        Engine, and one in how many of the people.
    """
    rows = []
    for engine, part in runs:
        world, build = scratch / f"part-{part}", scratch / f"build-{engine}"
        thin_world(full, world, part)
        home = _make_home(scratch / "home", world)
        shutil.rmtree(build, ignore_errors=True)
        found = _run_child(["--child", engine, "--build", str(build)], home)
        rows.append({"engine": engine, "part": part, "records": _count_records(world), **found})
        sys.stdout.write(f"{rows[-1]}\n")
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


def _make_home(home: Path, world: Path) -> Path:
    """Return a project whose source is a world."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(PROJECT / "params", home / "params")
    (home / "report").mkdir()
    shutil.copy(PROJECT / "report" / "references.bib", home / "report")
    (home / "_quarto.yml").touch()
    text = f"label: a part of the synthetic England\nkind: parquet\nroot: {world}\n"
    text += "synthetic: true\ntables: {sact_v2: {}, sact_v3: {}}\n"
    (home / "params" / "sources" / f"{SOURCE}.yml").write_text(text, encoding="utf-8")
    return home


def _run_child(asked: list[str], home: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", *asked],
        cwd=PROJECT,
        env={**os.environ, "RAREACCESS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(asked)} failed:\n{done.stderr[-3000:]}")
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _count_records(world: Path) -> int:
    files = [str(file) for kind in ("apc", "op") for file in (world / kind).glob("*.parquet")]
    return int(duckdb.sql(f"SELECT count(*) FROM read_parquet({files})").fetchall()[0][0])


def run_once(engine: str, build: Path) -> dict[str, object]:
    """Prepare the marts, the check first, and return what this process and its Java needed."""
    from rareaccess.flow import Ledger, declare_boxes
    from rareaccess.marts import read_mart
    from rareaccess.params import load_pair, load_source
    from rareaccess.pipeline.prepare import prepare

    build.mkdir(parents=True)
    session = _start(build) if engine == "spark" else None
    began = time.perf_counter()
    prepare(SOURCE, PAIRS, build=build, session=session)
    seconds = time.perf_counter() - began
    driver = _read_peak()
    told: dict[str, object] = {}
    if session is not None:
        from rareaccess.sources.engine.start_spark import stop_session

        stop_session(session)
        events, root = event_log.read_events(build / "events"), load_source(SOURCE).root_path()
        told = {f"scans_{t}": event_log.count_scans(events, root / t) for t in ("apc", "op")}
        told |= {f"{n}_mb": round(b / 1e6, 1) for n, b in event_log.sum_metrics(events).items()}
        told["java_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    people = 0
    for name in PAIRS:
        flow = read_mart("flow", build / "marts" / SOURCE / name)
        ledger = Ledger.from_frame(flow, declare_boxes(load_pair(name)))
        people = max(people, ledger.count("coded"))
    return {"seconds": round(seconds, 1), "driver_mb": round(driver), "people": people, **told}


def _read_peak() -> float:
    """Return the most memory that this process has had, in MB.

    On Linux `getrusage` tells that of the process which started it, where that was larger.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _start(build: Path) -> object:
    """Start a session on two cores that keeps a log of its events."""
    from pyspark.sql import SparkSession

    (build / "events").mkdir()
    settings = {
        **event_log.SETTINGS,
        "spark.eventLog.dir": (build / "events").as_uri(),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": HEAP,
        "spark.ui.enabled": "false",
        "spark.sql.adaptive.enabled": "false",  # the plan at the start is then the plan that ran
        "spark.sql.shuffle.partitions": "8",
        "spark.local.dir": str(build / "spill"),
        "spark.sql.warehouse.dir": str(build / "warehouse"),
    }
    builder = SparkSession.builder.master("local[2]").config(map=settings)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def main() -> int:
    """Measure, or write the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=__doc__)
    parser.add_argument("--full", help="folder of the full world, as `synth --scale full` makes it")
    parser.add_argument("--scratch", default=str(PROJECT / "build" / "growth"))
    parser.add_argument("--out", default=str(PROJECT / "benchmarks" / "results"))
    parser.add_argument("--page", action="store_true", help="write docs/spark.md from the results")
    parser.add_argument("--only", help="one run, such as spark-4: engine, and one in how many")
    for name in ("--child", "--build"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        found = run_once(chosen.child, Path(chosen.build))
        sys.stdout.write("\n" + json.dumps(found) + "\n")
        return 0
    if chosen.page:
        from benchmarks.growth_page import write_page

        write_page(PROJECT / "docs" / "spark.md", Path(chosen.out) / RESULTS)
        return 0
    full = Path(chosen.full or project_root() / "data-synthetic" / "full")
    runs = [(engine, part) for part in PARTS for engine in ENGINES]
    file, before = Path(chosen.out) / RESULTS, pd.DataFrame()
    if chosen.only:
        engine, part = chosen.only.split("-")
        runs, before = [(engine, int(part))], pd.read_csv(file)
    measured = pd.concat([before, measure_growth(full, Path(chosen.scratch), runs)])
    measured = measured.drop_duplicates(["engine", "part"], keep="last")
    measured = measured.sort_values(["engine", "records"])
    measured.to_csv(file, index=False, lineterminator="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
