"""Published totals and codes, typed by hand from where they were read on 2026-11-23.

Codes and totals are facts. No code of a sole trader is kept here, since it would point to a person.
"""

# Sections, divisions and groups of GB/T 4754-2017: Jiangsu Bureau of Statistics, 2025-01-20,
# http://tj.jiangsu.gov.cn/art/2025/1/20/art_85775_11475179.html
INDUSTRIES_2017 = {1: 20, 2: 97, 3: 473}

# Classes: three totals are published. 1,380: http://www.fudaoke.com/exam/2683684.html; 1,381:
# https://by56.com/news/15660.html; 1,382: Jiangsu, as above.
# Counted in the standard's own comparison table: 1,381.
CLASSES_2017 = 1381
CLASSES_2017_PUBLISHED = {1380, 1381, 1382}

# GB/T 4754-2011: divisions, groups, classes, as that edition is generally described (no page was read for it)
INDUSTRIES_2011 = {2: 96, 3: 432, 4: 1094}

# Provinces, cities and counties: http://www.woyoushebao.com/content/23/0924/17/46996736_1097731809.shtml
DIVISIONS = {1: 34, 2: 333, 3: 2844}

# Shanxi has 11 cities; Jincheng's six counties with their codes (GB/T 2260)
JINCHENG = {
    "140502": "城区",
    "140521": "沁水县",
    "140522": "阳城县",
    "140524": "陵川县",
    "140525": "泽州县",
    "140581": "高平市",
}

# Rows of the comparison table in the appendix of GB/T 4754-2017, typed from a copy of its text: a class of
# 2011, what it became in 2017, and how.
COMPARISON = {
    "3963": (["3973"], "moved"),
    "3962": (["3972"], "moved"),
    "3972": (["3982"], "moved"),
    "3969": (["3974", "3975", "3976", "3979"], "split"),
    "3971": (["3981", "3983", "3984", "3985", "3989"], "split"),
    "3990": (["3961", "3962", "3963", "3969", "3990"], "split"),
    "3599": (["3491", "3492", "3599", "3964"], "split"),
    "4041": (["4040"], "moved"),
    "3467": (["4050"], "moved"),
    "3525": (["3525"], "same"),
    "3425": (["3425"], "renamed"),
    "5173": (["5172"], "merged"),
}

# Unified social credit codes of firms and bodies, found online by the authors of python-stdnum and printed in
# its tests (tests/test_cn_uscc.doctest)
USCC_STDNUM = [
    "91110000600037341L",
    "121200004013590816",
    "91310115MA1K3BTP2B",
    "91310116052958608G",
    "913101203509708598",
    "91340600MA2PBM9HXD",
    "91371082775260043P",
    "914112810713741814",
    "9144030071526726XG",
    "91620100719023721L",
    "9162010567592034XQ",
    "91620105L015101280",
]

# Printed with the name of the firm in public source code (address books and tests of validators)
USCC_NAMED = {
    "914403001922038216": "华为技术有限公司",
    "91110108551385082Q": "小米科技有限责任公司",
}

# The example that most validators print; and a code of a government body (kind 11)
USCC_EXAMPLES = ["91350100M000100Y43", "112302070019030687", "91440300708461136T"]

# Printed as examples, but wrong: the check characters do not agree
USCC_WRONG = {
    "91350200M000000510": "check_digit",
    "91350128M00000019A": "check_digit",
    "91110000800088421P": "check_digit",
    "91110000600037341N": "check_digit",
    "A1110000600037341L": "check_digit",
    "9111000060003IOZSV": "character",
}
