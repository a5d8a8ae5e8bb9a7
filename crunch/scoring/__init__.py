"""Scores as formulas: curves, weights, means, rounding; presets from what was published."""

from crunch.rounding import Rounding
from crunch.scoring.composed import Capped, Chain, Piecewise, goalposts, percentile
from crunch.scoring.curves import Linear, Log, Logistic, LogNormal, Power, ZScore
from crunch.scoring.presets import hdi, klout_like, lighthouse
from crunch.scoring.score import Score
from crunch.scoring.tree import Group, Part

__all__ = ["Capped", "Chain", "Group", "Linear", "Log", "LogNormal", "Logistic", "Part", "Piecewise", "Power",
           "Rounding", "Score", "ZScore", "goalposts", "hdi", "klout_like", "lighthouse", "percentile"]
