"""The log of runs: what each command said, and when, kept in one file."""

import logging
import time
from logging.handlers import RotatingFileHandler

from rareaccess.core.paths import build_root, relative

__all__ = ["LOG", "log", "open_log"]

LOG = "log.txt"
LARGEST = 1_000_000  # bytes; then the file is put aside as log.txt.1, of which two are kept
_logger = logging.getLogger("rareaccess.runs")


def open_log() -> str:
    """Open the log in the build folder for what follows, and return where it is.

    Lines are added at its end, each with the time in UTC. Nothing is said in them that was not said
    on the screen, so no record of a person is in it.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    place = build_root() / LOG
    place.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(place, maxBytes=LARGEST, backupCount=2, encoding="utf-8")
    formatter = logging.Formatter("%(asctime)s  %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    for old in list(_logger.handlers):
        _logger.removeHandler(old)
        old.close()
    _logger.addHandler(handler)
    return relative(place)


def log(text: str) -> None:
    """Add what was said to the log, where one is open; each line of it gets the time."""
    if _logger.handlers:
        for line in text.splitlines():
            _logger.info("%s", line)
