"""The machine, as far as a reader needs it: cores, memory, versions; no name and no place."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

__all__ = ["describe_machine"]

PACKAGES = (
    "duckdb", "sqlframe", "pandas", "pyarrow", "numpy", "papermill", "ipykernel", "polars",
    "pycomorb",
)  # fmt: skip


def describe_machine() -> dict[str, object]:
    """Return cores, memory in GB, system, processor, and the versions that matter.

    Examples
    --------
    >>> machine = describe_machine()
    >>> machine["cores"] >= 1, "duckdb" in machine["versions"]
    (True, True)
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": platform.system(),
        "processor": platform.machine(),
        "versions": versions,
    }
