"""A cluster of several processes: a master and two workers of one core each, as on one computer."""

import subprocess
import sys
from pathlib import Path

import pytest

import standalone_cluster
from rareaccess.marts import MARTS
from rareaccess.params import load_report

pytestmark = pytest.mark.long

STEP = """
import sys
from pathlib import Path
from pyspark.sql import SparkSession
from rareaccess.pipeline.prepare import prepare

master, build, *pairs = sys.argv[1:]
settings = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "640m",
    "spark.executor.cores": "1",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
    "spark.cores.max": "2",
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "3",
    "spark.sql.session.timeZone": "Europe/London",
    "spark.sql.warehouse.dir": f"{build}/warehouse",
}
session = SparkSession.builder.master(master).config(map=settings).getOrCreate()
print(prepare("sample", pairs, build=Path(build), session=session))
hosts = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()
print("executors", hosts - 1)
session.stop()
"""


def test_two_workers_write_the_bytes_of_duckdb(sample_marts: Path, tmp_path: Path) -> None:
    """Rows come from two processes, in any order; no mart may tell."""
    if lack := standalone_cluster.find_lack():
        pytest.skip(lack)
    (tmp_path / "cluster").mkdir()
    try:
        with standalone_cluster.serve(tmp_path / "cluster") as master:
            command = [sys.executable, "-c", STEP, master, str(tmp_path / "build")]
            done = subprocess.run(
                [*command, *load_report().pairs], capture_output=True, text=True, check=False
            )
    except standalone_cluster.NoCluster as lack:
        pytest.skip(str(lack))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "executors 2"
    for pair in load_report().pairs:
        ours = sample_marts / "build" / "marts" / "sample" / pair
        theirs = tmp_path / "build" / "marts" / "sample" / pair
        differ = [name for name in MARTS
                  if (ours / f"{name}.parquet").read_bytes()
                  != (theirs / f"{name}.parquet").read_bytes()]  # fmt: skip
        assert differ == [], pair
