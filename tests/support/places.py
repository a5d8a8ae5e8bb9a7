"""Where the project keeps what tests read."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
REFERENCE = ROOT / "tests" / "reference"
BENCHMARKS = ROOT / "benchmarks"
