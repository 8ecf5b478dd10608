"""Numbers of structure that others printed, retyped, with where they stand.

REAT: Wieland (2019), REAT: a regional economics analysis toolbox for R, REGION 6(3), and the examples in the manual of version 3.0.3.
PySAL: tests of the package ``inequality``. EconGeo: Balland (2017), examples in its manual.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

ELLISON_GLAESER: Final = MappingProxyType(
    {
        "plants": (200, 650, 12000, 100, 50, 16000, 13000, 1500, 1500, 25000),
        "places": (0, 0, 0, 0, 0, 1, 1, 1, 1, 2),
        "totals": (500_000, 400_000, 100_000),
        "gamma": 0.05990628,
        # what a peer gives that leaves the Herfindahl term out of the numerator
        "without_plants": 0.384,
    }
)
"""REAT, example of ``ellison.a``: plants in Vienna, Linz and Graz."""

GINI_OF_QUOTIENTS: Final = MappingProxyType(
    {
        "parts": (500, 500, 1000, 7000, 1000),
        "reference": (20000, 15000, 20000, 40000, 5000),
        "value": 0.4068966,
    }
)
"""REAT, example of ``gini.conc``."""

GOETTINGEN_2017: Final = MappingProxyType({"gini_spec": 0.359852, "krugman": 0.4508469})
"""REAT, examples of ``gini.spec`` and ``krugman.spec`` on its data set Goettingen."""

HERFINDAHL: Final = MappingProxyType(
    {"parts": (20, 50, 20, 10), "index": 0.34, "normalised": 0.12, "effective": 2.94}
)
"""REAT, example of ``herf``."""

CLUSTER_INDEX: Final = 21.87491
"""REAT, example of ``litzenberger``: workers 1743 of 5740, plants 35 of 53, area 50 of 576, people 488 of 4621."""

SHIFT_SHARE: Final = MappingProxyType(
    {
        "before": (90, 20, 10, 60),
        "after": (100, 40, 10, 55),
        "all_before": (400, 150, 150, 400),
        "all_after": (440, 210, 135, 480),
    }
)
SHIFT_SHARE_PARTS: Final = MappingProxyType({"national": 27, "mix": 1, "regional": -3})
"""REAT, example of ``shift``: region A of a textbook."""

COAGGLOMERATION: Final = 0.089
"""Four industries of Farhauer & Kröll (2014), 42 plants in three regions; a peer that leaves the weights squared wrong gives 12.07."""

ATKINSON: Final = MappingProxyType({0.5: 0.06315, 1.0: 0.1316096})
"""REAT, example of ``atkinson``: 10, 20, 30, 40, 50."""

GINI_WITH_N: Final = (((0, 0, 0, 0, 1), 0.8), ((0, 10, 10, 30, 50), 0.48))
"""EconGeo, examples of ``Gini``."""

MEXICO_GINI_1940: Final = 0.3537237117345285
MEXICO_THEIL: Final = (0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832)
MEXICO_THEIL_BETWEEN: Final = (
    0.0345889,
    0.02816853,
    0.05260921,
    0.05931219,
    0.03205257,
    0.02963731,
    0.03635872,
)
"""PySAL, tests of ``inequality``: income a head of 32 Mexican states, 1940 to 2000, by the regimes ``hanson98``."""
