"""Outcomes in percent, as far as numbers go."""

import numpy as np

from crunch.effects.outcomes import Outcome
from crunch.study.scales import Scale


def percents():
    return Outcome("hours", Scale("log", "", "+10 %", 0.1, False), "less", 0.1, 1.0, 0.0, np.inf)


def test_what_goes_beyond_all_numbers_is_said_without_a_warning_and_can_be_subtracted():
    outcome = percents()
    assert outcome.stated(np.array([np.log(1.5), 800.0, -800.0])).round(9).tolist() == [50, np.inf, -100]
    drawn = outcome.natural(np.array([0.0, 700.0, 800.0, 5000.0]))
    np.testing.assert_allclose(drawn[:1], 1)
    assert np.isfinite(np.quantile(drawn, [0.5, 0.9]) - drawn[0]).all()
