"""Random walk with drift by another program: statsforecast 2.1.1, RandomWalkWithDrift.

Made by::

    y = np.array([100, 112, 121, 140, 149, 170, 181, 205], dtype=float)
    RandomWalkWithDrift().forecast(y, h=4, level=[80, 95])

It divides the squared residuals of the n - 1 steps by n - 1. The R function ``forecast::rwf(drift=TRUE)``, and we,
divide by n - 2, since the drift was estimated from the same steps: our limits are wider by sqrt((n - 1) / (n - 2)).
"""

SERIES = [100, 112, 121, 140, 149, 170, 181, 205]
MEAN = [220.0, 235.0, 250.0, 265.0]
LOW_80 = [212.146795, 223.220192, 234.792333, 246.582601]
LOW_95 = [207.989559, 216.984338, 226.741881, 236.833019]
