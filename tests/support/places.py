"""Where the checkout is, whatever project a test has made its home."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
SYNTHETIC = ROOT / "data-synthetic"
