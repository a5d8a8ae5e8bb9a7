"""crunch: which inputs actually move a score, and what it costs elsewhere.

Names resolve on first use, so that ``import crunch`` stays instant.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Study": "crunch.study.study",
    "read": "crunch.reading.files",
    "load": "crunch.datasets",
    "catalogue": "crunch.datasets",
    "stuck": "crunch.questions.stuck.stuck",
    "bounds": "crunch.questions.stuck.bounds",
    "drivers": "crunch.questions.drivers.drivers",
    "rounded": "crunch.questions.drivers.rounded",
    "false_alarms": "crunch.questions.drivers.false_alarms",
    "importance": "crunch.questions.importance.importance",
    "overlaps": "crunch.questions.importance.overlaps",
    "side_effects": "crunch.questions.side_effects.side_effects",
    "what_if": "crunch.questions.what_if.what_if",
    "plan": "crunch.questions.plan.plan",
    "frontier": "crunch.questions.plan.frontier",
    "weights": "crunch.questions.weights.weights",
    "rankings": "crunch.questions.weights.rankings",
    "export": "crunch.publish.export",
    "Moments": "crunch.moments",
    "InputError": "crunch.errors",
}
_MODULES = ("charts", "datasets", "scoring", "widgets")

__all__ = ["InputError", "Moments", "Study", "bounds", "catalogue", "charts", "datasets", "drivers", "export",
           "false_alarms", "frontier", "importance", "load", "overlaps", "plan", "rankings", "read", "rounded",
           "scoring", "side_effects", "stuck", "weights", "what_if", "widgets"]


def __getattr__(name):
    if name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    elif name in _MODULES:
        value = import_module(f"crunch.{name}")
    else:
        raise AttributeError(f"crunch has no {name!r}; it has {', '.join(sorted(__all__))}")
    globals()[name] = value
    return value


def __dir__():
    return sorted([*__all__, "__version__"])
