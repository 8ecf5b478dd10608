"""The products of the three chains, what goes into what, and which firm makes which.

Products, industry codes (GB/T 4754-2017) and headings of the Harmonised System are real words; that anybody of the
invented zone makes them is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wutong.demo.economy import CHAINS, Economy, stream


@dataclass(frozen=True, slots=True)
class Product:
    """One node of a chain: id, names, place in the chain, GB/T 4754-2017 class, heading of the HS, other names."""

    id: str
    zh: str
    en: str
    chain: str
    segment: str
    industry: str
    hs: str | None
    aliases: str | None = None


PRODUCTS: Final = (
    Product("optical-glass", "光学玻璃毛坯", "Optical glass blanks", "vision", "up", "3052", "7014", "光学玻璃"),
    Product("optical-resin", "光学树脂", "Optical resin", "vision", "up", "2651", "3907"),
    Product("image-sensor", "图像传感器芯片", "Image sensor chips", "vision", "up", "3973", "8542", "感光芯片;CIS"),
    Product("mould", "精密模具", "Precision moulds", "vision", "up", "3525", "8480", "注塑模具"),
    Product("lens", "光学镜片", "Lens elements", "vision", "mid", "4040", "9001", "镜片;透镜"),
    Product("barrel", "镜筒", "Lens barrels", "vision", "mid", "2929", "3926"),
    Product("voice-coil-motor", "音圈马达", "Voice coil motors", "vision", "mid", "3813", "8501", "VCM"),
    Product("filter", "滤光片", "Optical filters", "vision", "mid", "4040", "9002"),
    Product("circuit-board", "印制电路板", "Printed circuit boards", "vision", "mid", "3982", "8534", "PCB"),
    Product("camera-module", "摄像模组", "Camera modules", "vision", "down", "3976", "8525", "模组"),
    Product("phone-part", "手机结构件", "Structural parts of phones", "vision", "down", "3922", "8517"),
    Product("inspection-machine", "视觉检测设备", "Vision inspection machines", "vision", "down", "4011", "9031"),
    Product("carbide-powder", "碳化硅粉体", "Silicon carbide powder", "materials", "up", "3099", "2849"),
    Product("alloy-strip", "精密合金带", "Precision alloy strip", "materials", "up", "3240", "7409"),
    Product("paste", "电子浆料", "Electronic pastes", "materials", "up", "3985", "3207"),
    Product("crystal", "碳化硅晶体", "Silicon carbide crystals", "materials", "mid", "3985", "3818"),
    Product("substrate", "复合衬底", "Composite substrates", "materials", "mid", "3985", "3818", "衬底"),
    Product("ceramic-board", "陶瓷基板", "Ceramic boards", "materials", "mid", "3073", "8547"),
    Product("optical-film", "光学薄膜", "Optical film", "materials", "mid", "2921", "3920"),
    Product("wafer", "外延片", "Epitaxial wafers", "materials", "mid", "3985", "3818"),
    Product("led-chip", "LED芯片", "LED chips", "materials", "down", "3975", "8541"),
    Product("led-bead", "LED灯珠", "LED beads", "materials", "down", "3975", "8541", "灯珠"),
    Product("display-module", "显示模组", "Display modules", "materials", "down", "3974", "8524"),
    Product("cutting-tool", "切削刀具", "Cutting tools", "materials", "down", "3321", "8207"),
    Product("lidar", "激光雷达", "Lidar sensors", "ai", "up", "3983", "9015"),
    Product("servo", "伺服电机", "Servo motors", "ai", "up", "3813", "8501"),
    Product("reducer", "谐波减速器", "Harmonic reducers", "ai", "up", "3453", "8483"),
    Product("battery", "锂电池组", "Lithium battery packs", "ai", "up", "3841", "8507"),
    Product("optical-module", "光模块", "Optical modules", "ai", "mid", "3976", "8517"),
    Product("edge-computer", "边缘计算板", "Edge computing boards", "ai", "mid", "3914", "8471"),
    Product("motion-controller", "运动控制器", "Motion controllers", "ai", "mid", "4011", "8537"),
    Product("vision-software", "视觉算法软件", "Vision software", "ai", "mid", "6513", None),
    Product("robot-arm", "工业机器人", "Industrial robots", "ai", "down", "3491", "8428"),
    Product("carrier-robot", "移动搬运机器人", "Mobile carrier robots", "ai", "down", "3491", "8427"),
    Product("service-robot", "服务机器人", "Service robots", "ai", "down", "3964", "8479"),
    Product("printer", "增材制造装备", "Additive manufacturing machines", "ai", "down", "3493", "8485"),
)  # fmt: skip
AT: Final = {product.id: place for place, product in enumerate(PRODUCTS)}

LINKS: Final = (
    # product, input, nothing is made without it, something else would do, share of cost
    ("lens", "optical-glass", True, False, 0.35),
    ("lens", "optical-resin", False, True, 0.15),
    ("lens", "mould", False, False, 0.10),
    ("barrel", "optical-resin", True, True, 0.30),
    ("barrel", "mould", True, False, 0.15),
    ("filter", "optical-glass", True, False, 0.30),
    ("filter", "optical-film", False, True, 0.20),
    ("voice-coil-motor", "alloy-strip", True, False, 0.25),
    ("circuit-board", "paste", False, True, 0.12),
    ("camera-module", "lens", True, False, 0.24),
    ("camera-module", "barrel", True, True, 0.06),
    ("camera-module", "voice-coil-motor", True, False, 0.14),
    ("camera-module", "filter", True, False, 0.08),
    ("camera-module", "image-sensor", True, False, 0.30),
    ("camera-module", "circuit-board", True, True, 0.08),
    ("phone-part", "alloy-strip", True, False, 0.30),
    ("phone-part", "mould", False, False, 0.12),
    ("inspection-machine", "camera-module", True, False, 0.28),
    ("inspection-machine", "motion-controller", True, True, 0.16),
    ("inspection-machine", "vision-software", True, False, 0.12),
    ("crystal", "carbide-powder", True, False, 0.40),
    ("substrate", "crystal", True, False, 0.45),
    ("wafer", "substrate", True, False, 0.50),
    ("ceramic-board", "carbide-powder", False, True, 0.18),
    ("ceramic-board", "paste", True, False, 0.16),
    ("led-chip", "wafer", True, False, 0.42),
    ("led-bead", "led-chip", True, False, 0.38),
    ("led-bead", "ceramic-board", True, False, 0.16),
    ("display-module", "led-bead", True, False, 0.33),
    ("display-module", "optical-film", True, False, 0.14),
    ("display-module", "circuit-board", True, True, 0.10),
    ("cutting-tool", "carbide-powder", True, True, 0.25),
    ("lidar", "lens", True, False, 0.16),
    ("lidar", "image-sensor", False, True, 0.10),
    ("servo", "alloy-strip", True, False, 0.16),
    ("reducer", "alloy-strip", True, False, 0.20),
    ("optical-module", "wafer", True, False, 0.26),
    ("optical-module", "ceramic-board", False, True, 0.08),
    ("edge-computer", "circuit-board", True, False, 0.22),
    ("motion-controller", "circuit-board", True, False, 0.18),
    ("robot-arm", "servo", True, False, 0.26),
    ("robot-arm", "reducer", True, False, 0.24),
    ("robot-arm", "motion-controller", True, False, 0.12),
    ("carrier-robot", "servo", True, False, 0.18),
    ("carrier-robot", "lidar", True, False, 0.16),
    ("carrier-robot", "battery", True, False, 0.18),
    ("service-robot", "camera-module", True, False, 0.14),
    ("service-robot", "battery", True, False, 0.16),
    ("service-robot", "edge-computer", True, False, 0.18),
    ("printer", "motion-controller", True, False, 0.14),
    ("printer", "optical-module", False, True, 0.10),
)  # fmt: skip

LEADER_MAKES: Final = "camera-module"
SISTERS_MAKE: Final = "lens"
_GAPS: Final = ("image-sensor", "battery")
_SOLE: Final = {"vision": "filter", "materials": "substrate", "ai": "reducer"}


@dataclass(frozen=True, slots=True)
class Goods:
    """Who makes what.

    Parameters
    ----------
    first, second : int array, shape (firms,)
        Place of each firm's products in ``PRODUCTS``; ``second`` is −1 where it makes one alone.
    gap : int
        A product that others cannot do without and that nobody in the zone makes.
    sole : int
        A product that one firm of the zone makes; −1 in a zone that gives no parts.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    gap: int
    sole: int


def assign(economy: Economy) -> Goods:
    """Give each firm one or two products of its chain.

    The firms of a chain that are there now take its products in turn, so that from some hundred firms on every
    product but the gap and the sole maker's has at least two makers.
    """
    chance = stream(economy.seed, "goods")
    gap = AT[_GAPS[int(chance.integers(len(_GAPS)))]]
    sole_firm = economy.parts.get("sole_maker", -1)
    sole = AT[_SOLE[CHAINS[economy.chain[sole_firm]]]] if sole_firm >= 0 else -1
    first = np.empty(economy.firms, dtype=np.int64)
    second = np.full(economy.firms, -1, dtype=np.int64)
    for link, chain in enumerate(CHAINS):
        offered = np.array([AT[p.id] for p in PRODUCTS if p.chain == chain and AT[p.id] not in (gap, sole)])
        for there in (True, False):
            firms = np.flatnonzero((economy.chain == link) & (economy.here == there))
            first[firms] = chance.permutation(offered)[np.arange(len(firms)) % len(offered)]
            also = firms[chance.random(len(firms)) < 0.35]
            # a step of 1 … len − 1 along the offered products never lands on the first one
            step = chance.integers(1, len(offered), size=len(also))
            where = np.searchsorted(offered, first[also])
            second[also] = offered[(where + step) % len(offered)]
    first[0], second[0] = AT[LEADER_MAKES], AT["phone-part"]
    if economy.parts:
        sisters = [economy.parts["sister"], economy.parts["other_sister"]]
        first[sole_firm], first[sisters] = sole, AT[SISTERS_MAKE]
        second[[sole_firm, *sisters]] = -1
    return Goods(first, second, gap, sole)
