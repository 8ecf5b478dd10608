"""Wutong (梧桐): how a development zone decides and works.

The root holds no logic: import from the file that has what you need, for example
``from wutong.zone.load import open_zone``.
"""

__version__ = "0.1.0"
