"""One chart per question: ``f(answer, *, ax=None) -> ax``."""

from crunch.charts.bounds import bounds
from crunch.charts.compare import compare
from crunch.charts.drivers import drivers
from crunch.charts.false_alarms import false_alarms
from crunch.charts.hidden import hidden
from crunch.charts.history import history
from crunch.charts.importance import importance
from crunch.charts.overlaps import overlaps
from crunch.charts.rankings import rankings
from crunch.charts.stuck import stuck
from crunch.charts.weights import weights

__all__ = ["bounds", "compare", "drivers", "false_alarms", "hidden", "history", "importance", "overlaps", "rankings",
           "stuck", "weights"]
