"""Which weight do the ranks hang on? Sobol indices, through SALib."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from crunch import checks
from crunch.errors import InputError
from crunch.scoring import Group
from crunch.scoring.reweighted import branches, reweighted


def ranking_indices(score, inputs, spread, samples=256, rng=None):
    """How much of the movement of ranks goes back to each weight.

    Parameters
    ----------
    score : Score
    inputs : dict of array
        From `Score.inputs`.
    spread : float
        Largest change of a weight, as part of it.
    samples : int
        A power of 2; the score is computed (weights + 2) times as often.
    rng : None, int or numpy.random.Generator

    Returns
    -------
    DataFrame
        weight, first, first_low, first_high (part of the variance of the mean shift of ranks that
        the weight brings alone), total, total_low, total_high (that it has a hand in), at 95 %; the
        largest total first.

    Raises
    ------
    InputError
        When SALib is not installed or `samples` is no power of 2.

    References
    ----------
    Sobol (2001), Mathematics and Computers in Simulation 55; Saltelli et al. (2010), Computer
    Physics Communications 181; Iwanaga, Usher & Herman (2022), SALib 2.0, Socio-Environmental
    Systems Modelling 4.
    """
    try:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample
    except ImportError as error:
        raise InputError("Sobol indices need SALib, which is not installed. Read from .without which part matters "
                         'most, or type: python -m pip install "crunch-score[sensitivity]"') from error
    samples, rng = checks.whole(samples, "samples", 2), checks.generator(rng)
    if samples & (samples - 1):
        raise InputError(f"samples must be a power of 2, but {samples} was given. For example samples="
                         f"{2 ** round(np.log2(samples))}.")
    members = [(place, " / ".join(path)) for place, path in _weighed(score.root)]
    problem = {"num_vars": len(members), "names": [str(i) for i in range(len(members))],
               "bounds": [[1 - spread, 1 + spread]] * len(members)}
    seeds = rng.integers(0, 2**31, 2).tolist()
    drawn = sample.sample(problem, samples, calc_second_order=False, seed=seeds[0])
    places = [place for place, _ in members]
    now = rankdata(score.root.worth(inputs))
    shifts = np.array([np.abs(rankdata(reweighted(score.root, dict(zip(places, row, strict=True))).worth(inputs))
                              - now).mean() for row in drawn])
    if np.ptp(shifts) == 0:
        found = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), np.zeros(len(members)))
    else:
        found = analyze.analyze(problem, shifts, calc_second_order=False, seed=seeds[1])
    return pd.DataFrame({
        "weight": [name for _, name in members],
        "first": found["S1"], "first_low": found["S1"] - found["S1_conf"], "first_high": found["S1"] + found["S1_conf"],
        "total": found["ST"], "total_low": found["ST"] - found["ST_conf"], "total_high": found["ST"] + found["ST_conf"],
    }).sort_values("total", ascending=False, kind="stable", ignore_index=True)


def _weighed(root):
    """Place and name of every member that has neighbours: a single one's weight is always 1."""
    groups = {(): root, **{place: member for place, member, _ in branches(root) if isinstance(member, Group)}}
    return [(place, path) for place, _, path in branches(root) if len(groups[place[:-1]].members) > 1]
