"""Names of invented firms: syllables that name no place, and always the mark 虚构 / Invented."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.economy import Economy, stream
from wutong.demo.frames import MARK_EN, MARK_ZH, pick

_FIRST: Final = {
    "青": "Qing", "云": "Yun", "松": "Song", "岚": "Lan", "澄": "Cheng", "砚": "Yan", "霁": "Ji", "棠": "Tang",
    "朴": "Pu", "榆": "Yu", "槐": "Huai", "柏": "Bai", "竹": "Zhu", "荷": "He", "芷": "Zhi", "丹": "Dan",
    "墨": "Mo", "星": "Xing", "月": "Yue", "夏": "Xia", "朝": "Zhao", "暮": "Mu", "静": "Jing", "素": "Su",
    "明": "Ming", "听": "Ting", "若": "Ruo", "初": "Chu", "微": "Wei", "望": "Wang",
}  # fmt: skip
_SECOND: Final = {
    "桐": "tong", "榛": "zhen", "杉": "shan", "羽": "yu", "帆": "fan", "舟": "zhou", "弦": "xian", "笛": "di",
    "磬": "qing", "砾": "li", "玑": "ji", "珩": "heng", "珀": "po", "珂": "ke", "翎": "ling", "霜": "shuang",
    "露": "lu", "葵": "kui", "蔓": "man", "苇": "wei", "楠": "nan", "梓": "zi", "檀": "tan", "茗": "ming",
    "笙": "sheng", "筝": "zheng", "箫": "xiao", "萤": "ying", "鸥": "ou", "鸢": "yuan",
}  # fmt: skip
_TRADES: Final = (
    (("光学", "Optics"), ("影像", "Imaging"), ("镜头", "Lenses"), ("视觉", "Vision")),
    (("材料", "Materials"), ("晶体", "Crystals"), ("半导体", "Semiconductors"), ("陶瓷", "Ceramics")),
    (("智能", "Intelligence"), ("机器人", "Robotics"), ("算法", "Algorithms"), ("传感", "Sensing")),
)
STEMS: Final = len(_FIRST) * len(_SECOND)


def firm_names(economy: Economy, rows: NDArray[np.int64]) -> tuple[pl.Series, pl.Series]:
    """Names of firms in Chinese and in English, no two alike in either language.

    Returns
    -------
    tuple of polars.Series
        「虚构·青桐光学厂」 and ``Invented Qingtong Optics Works``; from the 901st firm on a number follows.
    """
    stem_zh, stem_en, trade_zh, trade_en = _parts(economy, rows)
    serial = pl.Series(rows // STEMS + 1, dtype=pl.Int64)
    numbers = serial.cast(pl.String)
    plain = serial == 1
    zh = MARK_ZH + stem_zh + trade_zh + pl.Series(numbers.set(plain, "")) + "厂"
    en = MARK_EN + stem_en + " " + trade_en + " Works" + (" " + numbers).set(plain, "")
    return zh, en


def former_name(economy: Economy, row: int) -> str:
    """The name under which the renamed firm went before."""
    stem, _, trade, _ = _parts(economy, np.array([row]))
    return f"{MARK_ZH}旧{stem[0]}{trade[0]}制造厂"


def short_names(economy: Economy, rows: NDArray[np.int64]) -> pl.Series:
    """What people call a firm: the mark, its stem and its number."""
    stem, _, _, _ = _parts(economy, rows)
    return MARK_ZH + stem + pl.Series(rows // STEMS + 1, dtype=pl.Int64).cast(pl.String) + "厂"


def _parts(economy: Economy, rows: NDArray[np.int64]) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Stem and trade in both languages; pairs of Chinese syllables are unique, their pinyin need not be."""
    order = stream(economy.seed, "names").permutation(STEMS)
    stems = order[rows % STEMS]
    first, second = stems // len(_SECOND), stems % len(_SECOND)
    chain = economy.chain[rows]
    trade = chain * 4 + stems % 4
    words = [word for chain_words in _TRADES for word in chain_words]
    return (
        pick(list(_FIRST), first) + pick(list(_SECOND), second),
        pick(list(_FIRST.values()), first) + pick(list(_SECOND.values()), second),
        pick([zh for zh, _ in words], trade),
        pick([en for _, en in words], trade),
    )
