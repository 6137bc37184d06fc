"""Words to make up families with: common surnames and syllables put together by chance, places that do not exist."""

from __future__ import annotations

from random import Random

SURNAMES = tuple("赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜段尹")
MEN = tuple("军勇强斌文海涛平林生永春福祥保明建成国庆")
WOMEN = tuple("英玉兰芳丽秀珍梅桂凤香莲燕红娟萍琼芬小")
TOWNS = ("青石镇", "柳塘乡", "白沙镇", "松岭乡", "清溪镇", "云台乡")
FAR = ("外省某县", "邻州某县", "外地某市")
CAUSES = ("路过时遭遇交通事故", "租住的房屋失火", "务工途中突发急病", "工地受伤，老板联系不上")


def surname(rng: Random) -> str:
    return rng.choice(SURNAMES)


def given(rng: Random, woman: bool) -> str:
    return "".join(rng.sample(WOMEN if woman else MEN, rng.choice((1, 2, 2))))


class Namer:
    """Names of one case, none twice."""

    def __init__(self, rng: Random) -> None:
        self._rng, self._used = rng, set[str]()

    def name(self, family: str, woman: bool) -> str:
        """A name nobody else of the case has."""
        while (name := family + given(self._rng, woman)) in self._used:
            pass
        self._used.add(name)
        return name
