"""Draw the README's chart afresh.

    .venv/bin/python scripts/make_readme_chart.py
"""

from pathlib import Path

import crunch
from crunch.datasets import study

if __name__ == "__main__":
    target = Path(__file__).resolve().parent.parent / "docs" / "what_moves_it.png"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(crunch.charts.drivers(crunch.drivers(study("stuck_at_55"))).figure.png())
    print(f"{target.name}: {target.stat().st_size / 1024:.0f} KB")
