"""Figures of the output path, worked by hand from the published numbers.

293 亿元 at the end of 2022: 晋城市商务局, 2023-08-02. More than 700 亿元 in 2024: 中国新闻网, 2025-05-22. 42 % a year on
average since 2021: 荆楚网, 2025.
"""

# 700 / 1.42³ = 700 / 2.863288 = 244.47; from the other side 293 / 1.20 = 244.17
IMPLIED_2021 = 244_47 * 10**8

# (700 / 293) ** (1 / 2) - 1 = 1.545667 - 1
AT_LEAST_A_YEAR = 0.5457
