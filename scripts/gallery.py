"""Draw every chart of crunch for every table that comes with it, on contact sheets to look at.

    python scripts/gallery.py                    all of them, to build/gallery
    python scripts/gallery.py --only drivers     charts whose name holds that
    python scripts/gallery.py --docs             the few that the README shows, to docs/gallery

A sheet for each size (blog, card, square, dark) shows them side by side as they leave the house. A chart that
has no room, or in which words meet or leave the page, is named, and the exit code says so.
"""

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from PIL import Image, ImageDraw

import crunch
from crunch import charts, scoring
from crunch.charts import looks
from crunch.datasets import study
from crunch.publish.layouts import cramped, fits, laid_out

ROOT = Path(__file__).resolve().parent.parent
PAGE = {"first-contentful-paint": 6795.4, "speed-index": 8296, "largest-contentful-paint": 10884.7,
        "total-blocking-time": 1055.2, "cumulative-layout-shift": 0.0996}
SOURCE = "tables that come with crunch"
ACROSS = 3  # charts side by side on a sheet
FAVOURITES = ("drivers stuck_at_55", "side_effects shops", "stuck lighthouse", "plan stuck_at_55", "hidden stuck_at_55",
              "frontier shops", "trades order_desk", "what_if stuck_at_55", "importance order_desk")


def everything():
    """All charts by name: the chart and the table; each is drawn when it is called."""
    found = {}
    for name in ("schools", "stuck_at_55", "accounts", "shops", "order_desk"):
        found |= _of(name, study(name))
    found |= _of_formulas()
    found["false_alarms random walks"] = lambda: charts.false_alarms(crunch.false_alarms(60))
    found["false_alarms weekends"] = lambda: charts.false_alarms(crunch.false_alarms(60, weeks=30, world="weekends"))
    return found


def _of(name, table):
    """The charts that a study allows."""
    found = {f"drivers {name}": lambda: charts.drivers(crunch.drivers(table, draws=200))}
    levers = list(table.levers)
    found[f"importance {name}"] = lambda: charts.importance(crunch.importance(table, draws=200))
    four = study(name, levers=levers[:4])  # more do not overlap in a chart
    found[f"overlaps {name}"] = lambda: charts.overlaps(crunch.overlaps(crunch.importance(four)))
    if table.step is not None:
        found[f"stuck {name}"] = lambda: charts.stuck(crunch.stuck(table))
    if table.kind == "diary":
        found[f"history {name}"] = lambda: charts.history(table, levers[:2])
    if name == "stuck_at_55":
        found[f"hidden {name}"] = lambda: charts.hidden(crunch.stuck(table))
        found[f"bounds {name}"] = lambda: charts.bounds(crunch.stuck(table).bounds)
    if name == "schools":
        found[f"compare {name}"] = lambda: charts.compare(
            {"nothing": crunch.drivers(study(name, context=()), draws=0),
             "free lunch": crunch.drivers(study(name, context="free_lunch"), draws=0),
             "all context": crunch.drivers(table, draws=0)}, "students_per_teacher")
    if table.side_effects:
        answer = crunch.side_effects
        found[f"side_effects {name}"] = lambda: charts.side_effects(answer(table))
        found[f"trades {name}"] = lambda: charts.trades(answer(table))
    found |= _of_plans(name, table)
    return found


def _of_plans(name, table):
    change, target, side = {"stuck_at_55": ({"followers": "+15%"}, 56, "hours"),
                            "shops": ({"staff_hours": "+10%"}, None, "cash_tied_up"),
                            "order_desk": ({"stock_target": "+1"}, None, "stock_value"),
                            "accounts": ({"followers": "+50%"}, None, None),
                            "schools": ({"students_per_teacher": "-2"}, None, None)}[name]
    found = {f"what_if {name}": lambda: charts.what_if(crunch.what_if(table, change))}
    if target:
        found[f"plan {name}"] = lambda: charts.plan(crunch.plan(table, target=target))
        found[f"plan without a way {name}"] = lambda: charts.plan(
            crunch.plan(table, target=target, limits={"hours": "<= 8", "unanswered": "<= 40"}))
    if side:
        found[f"frontier {name}"] = lambda: charts.frontier(crunch.frontier(table, side, points=8))
    return found


def _of_formulas():
    return {"stuck lighthouse": lambda: charts.stuck(crunch.stuck(PAGE, score=scoring.lighthouse())),
            "weights of a score": lambda: charts.weights(crunch.weights(_score(), _accounts())),
            "rankings by a score": lambda: charts.rankings(crunch.rankings(_score(), _accounts(), label="who"))}


def _score():
    return scoring.Score([scoring.Part(name, weight=weight) for name, weight in
                          (("followers", 0.5), ("listed", 0.3), ("posts", 0.2))], name="reach")


def _accounts():
    table = crunch.load("accounts")
    part = table.assign(**{name: table[name].rank(pct=True) for name in ("followers", "listed", "posts")}).head(40)
    return part.assign(who=[f"account {number}" for number in range(1, len(part) + 1)])


def sheet_of(pictures, across=ACROSS):
    """Pictures side by side under their names."""
    wide = max(picture.width for _, picture in pictures)
    rows = [pictures[i:i + across] for i in range(0, len(pictures), across)]
    heights = [28 + max(picture.height for _, picture in row) for row in rows]
    sheet = Image.new("RGB", ((wide + 16) * across, sum(heights) + 16 * len(rows)), "#7a7a80")
    draw, y = ImageDraw.Draw(sheet), 4
    for row, height in zip(rows, heights, strict=True):
        for place, (name, picture) in enumerate(row):
            draw.text((8 + place * (wide + 16), y + 4), name, fill="white", font_size=16)
            sheet.paste(picture, (8 + place * (wide + 16), y + 28))
        y += height + 16
    return sheet


def contact_sheets(folder, only=""):
    """All charts on a sheet for each size; what is wrong with any, a sentence each."""
    folder.mkdir(parents=True, exist_ok=True)
    pages, problems, drawings = {"blog": [], "dark": [], "card": [], "square": []}, [], everything()
    for name in [name for name in drawings if only in name]:
        figure = drawings[name]().figure
        plt.close(figure)
        print(name, flush=True)
        for page in pages:
            with looks.dark(page == "dark"):
                drawn, dpi = laid_out(figure.again, "blog" if page == "dark" else page, source=SOURCE)
            if not fits(drawn) or cramped(drawn):
                problems.append(f"{name}, {page}: words meet, leave the page, or are too small.")
            pages[page].append((name, drawn.image(dpi / 1.5 if page in ("card", "square") else dpi)))
    for page, pictures in pages.items():
        if pictures:
            sheet_of(pictures).save(folder / f"{page}.png")
    return problems


def for_docs(folder):
    """The charts of the README, light and dark, with their alternative texts."""
    drawings = everything()
    for name in FAVOURITES:
        done = crunch.export(drawings[name](), name, folder=folder, sizes="blog", formats="png", dark=True,
                             overwrite=True)
        for path in done.files:
            if path.suffix != ".png" or "-2x" in path.stem:
                path.unlink()
        print(f"{name}: {done.alt}")


if __name__ == "__main__":
    mpl.use("agg")
    pd.set_option("display.width", 200)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="draw charts whose name holds this")
    parser.add_argument("--docs", action="store_true", help="draw those of the README")
    given = parser.parse_args()
    if given.docs:
        sys.exit(for_docs(ROOT / "docs" / "gallery"))
    found = contact_sheets(ROOT / "build" / "gallery", given.only)
    print("\n".join(found) or "All of them fit. Now look: build/gallery/*.png")
    sys.exit(bool(found))
