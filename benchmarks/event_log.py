"""What a log of Spark's events says: how often a table was read, what was shuffled and spilled."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = ["SETTINGS", "count_scans", "read_events", "sum_metrics"]

SETTINGS = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
}  # with spark.eventLog.dir: of a log in one plain file
METRICS = {
    "shuffled": ("Shuffle Write Metrics", "Shuffle Bytes Written"),
    "read": ("Input Metrics", "Bytes Read"),
    "spilled": ("Disk Bytes Spilled",),
}
Event = dict[str, Any]


def read_events(folder: Path) -> list[Event]:
    """Return the events of the one log in a folder; its last line may be half-written."""
    (log,) = folder.iterdir()
    lines = log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def count_scans(events: Sequence[Event], place: Path, since: float = 0) -> int:
    """Return how often the files of a table were read, by the rows that each scan gave.

    Parameters
    ----------
    place
        The folder of the table's files.
    since
        Seconds of the clock: what began before is not counted.

    Examples
    --------
    >>> scan = {"metadata": {"Location": "[file:/d/apc]"}, "children": [],
    ...     "metrics": [{"name": "number of output rows", "accumulatorId": 7}]}
    >>> count_scans([{"Event": "x.SQLExecutionStart", "time": 1, "sparkPlanInfo": scan},
    ...     {"Event": "y", "Task Info": {"Accumulables": [{"ID": 7, "Update": "9"}]}}],
    ...     Path("/d/apc"))
    1
    """
    rows: Counter[int] = Counter()
    for event in events:
        for value in event.get("Task Info", {}).get("Accumulables", []):
            rows[value["ID"]] += int(str(value.get("Update", 0)).isdecimal() and value["Update"])
    scans = set()
    for event in events:
        if event["Event"].endswith("SQLExecutionStart") and event["time"] >= since * 1000:
            for node in _walk(event["sparkPlanInfo"]):
                if str(place) in node.get("metadata", {}).get("Location", ""):
                    scans |= {metric["accumulatorId"] for metric in node["metrics"]
                              if metric["name"] == "number of output rows"}  # fmt: skip
    return sum(rows[scan] > 0 for scan in scans)


def sum_metrics(events: Sequence[Event]) -> dict[str, int]:
    """Return the bytes that all tasks wrote to shuffles, read from tables and spilled to disk.

    Examples
    --------
    >>> sum_metrics([{"Task Metrics": {"Disk Bytes Spilled": 5}}, {}])
    {'shuffled': 0, 'read': 0, 'spilled': 5}
    """
    totals = dict.fromkeys(METRICS, 0)
    for event in events:
        for name, path in METRICS.items():
            found: Any = event.get("Task Metrics") or {}
            for step in path[:-1]:
                found = found.get(step, {})
            totals[name] += int(found.get(path[-1], 0))
    return totals


def _walk(node: Event) -> Iterator[Event]:
    yield node
    for child in node["children"]:
        yield from _walk(child)
