"""Panels: sliders over every question, in the notebook."""

from crunch.widgets.controls import choice, slider, switch
from crunch.widgets.drivers import drivers
from crunch.widgets.explore import explore
from crunch.widgets.frontier import frontier
from crunch.widgets.page import to_html
from crunch.widgets.side_effects import side_effects
from crunch.widgets.stuck import stuck
from crunch.widgets.weights import weights
from crunch.widgets.what_if import what_if

__all__ = ["choice", "drivers", "explore", "frontier", "side_effects", "slider", "stuck", "switch", "to_html",
           "weights", "what_if"]
