"""Words that more than one table chooses from."""

from __future__ import annotations

from typing import Final

SENSES: Final = {
    "eq": ("等于", "="),
    "gt": ("超过", ">"),
    "ge": ("不少于", "≥"),
    "lt": ("不足", "<"),
    "le": ("不超过", "≤"),
    "about": ("约", "≈"),
}
"""How a published number is meant: the word, and in Chinese and as a sign."""

LEVELS: Final = {
    "national": ("国家级", "National"),
    "provincial": ("省级", "Provincial"),
    "city": ("市级", "City"),
    "zone": ("区级", "Zone"),
}
"""The level of government that names or certifies."""
