"""One chart per question: ``f(answer, *, ax=None) -> ax``; `look` is the place for a font and colour of your own."""

from crunch.charts.bounds import bounds
from crunch.charts.compare import compare
from crunch.charts.drivers import drivers
from crunch.charts.false_alarms import false_alarms
from crunch.charts.frontier import frontier
from crunch.charts.hidden import hidden
from crunch.charts.history import history
from crunch.charts.importance import importance
from crunch.charts.looks import look
from crunch.charts.overlaps import overlaps
from crunch.charts.plan import plan
from crunch.charts.rankings import rankings
from crunch.charts.side_effects import side_effects
from crunch.charts.stuck import stuck
from crunch.charts.trades import trades
from crunch.charts.weights import weights
from crunch.charts.what_if import what_if

__all__ = ["bounds", "compare", "drivers", "false_alarms", "frontier", "hidden", "history", "importance", "look",
           "overlaps", "plan", "rankings", "side_effects", "stuck", "trades", "weights", "what_if"]
