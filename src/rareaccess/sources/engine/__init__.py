"""The engine that reads national tables: PySpark's DataFrame API, on DuckDB here, on Spark there.

Extraction is written with `engine.F` (the functions) and the frames that `read` returns; nothing
in it knows which engine runs it. Results come back through Arrow, small ones as pandas frames.
"""

from rareaccess.sources.engine.base import Engine, EngineFault
from rareaccess.sources.engine.choose import ENGINES, open_engine
from rareaccess.sources.engine.duck import DuckEngine

__all__ = [
    "ENGINES",
    "DuckEngine",
    "Engine",
    "EngineFault",
    "open_engine",
]
