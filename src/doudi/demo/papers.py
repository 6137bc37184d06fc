"""Numbers and addresses: identity numbers and telephones that cannot exist, household numbers, hamlets and streets."""

from __future__ import annotations

import numpy as np

from doudi.kernel.resident_id import CHECK_CHARACTERS, SYNTHETIC_REGION, WEIGHTS

from .draws import Bools, Ints, chance, skewed, stream
from .families import Households, People
from .terrain import Terrain

PHONE_PREFIX = "129"
"""Mobile numbers begin with 13 to 19; no eleven-digit number begins with 129."""

NUMBER_LENGTH = 18
STREETS = ("团结大街", "胞波路", "青年路", "勇罕街", "斑色路", "阔时路", "目瑙路", "为民路", "南秀路", "仙池路",
           "金孔雀大街", "建国路", "福祥路", "友谊路", "丙午路", "人民路",
           "文蚌街", "东风路", "环城路", "新华路")  # fmt: skip
ESTATES = ("一小区", "二小区", "幸福小区", "锦绣小区", "安居小区", "阳光花园", "孔雀花园", "滨河小区", "老糖厂宿舍",
           "供销社宿舍", "教师新村", "振兴小区")  # fmt: skip
HAMLETS = ("上寨", "下寨", "新寨", "老寨", "大寨", "小寨", "中寨", "街子", "河边", "田心", "坝头", "坡头", "大坪",
           "水井", "弯子", "弄么", "芒棒", "芒黑", "弄相", "广卡", "拱母", "贺焕", "遮怀", "户育", "帕当", "芒蚌",
           "邦瓦", "广令", "拱别", "芒缓", "那蚌", "弄转", "芒究", "允茂", "回龙", "丙盖", "芒满", "弄养", "勐卡",
           "翁比")  # fmt: skip


def identity_numbers(seed: int, people: People) -> tuple[np.ndarray, Bools]:
    """A valid number of the impossible region for everybody, and who has none on file (newborns, undocumented)."""
    rng = stream(seed, "identity")
    nth = _rank(people.birth * 4 + people.sex)
    if nth.max(initial=0) >= 500:
        raise ValueError("more than 500 people of one birth date and sex: ask for fewer people")
    # 181 has no factor in common with 500, so the order runs through all serial numbers without showing.
    serial = 2 * ((nth * 181 + people.birth * 7) % 500) + people.sex % 2
    missing = chance(rng, np.where(people.age < 0.5, 0.25, np.where(people.age < 1.2, 0.06, 0.003)), len(people))
    return number_matrix(people.birth, serial), missing


def number_matrix(birth: Ints, serial: Ints) -> np.ndarray:
    """The 18 characters of each number, as an array of `S18`."""
    day = birth.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = month.astype("datetime64[Y]").astype(np.int64) + 1970
    fields = (
        (int(SYNTHETIC_REGION), 6),
        (year, 4),
        (month.astype(np.int64) % 12 + 1, 2),
        ((day - month).astype(np.int64) + 1, 2),
        (serial, 3),
    )
    digits = np.zeros((len(birth), NUMBER_LENGTH), np.uint8)
    column = 0
    for value, width in fields:
        for place in range(width):
            digits[:, column] = value // 10 ** (width - 1 - place) % 10
            column += 1
    check = (digits[:, :17].astype(np.int64) * np.array(WEIGHTS)).sum(axis=1) % 11
    digits += ord("0")
    digits[:, 17] = np.frombuffer(CHECK_CHARACTERS.encode(), np.uint8)[check]
    return digits.view(f"S{NUMBER_LENGTH}").ravel()


def _rank(key: Ints) -> Ints:
    """For each entry how many entries before it have the same key."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    begins = np.maximum.accumulate(np.where(first, np.arange(len(key)), 0))
    rank = np.empty(len(key), np.int64)
    rank[order] = np.arange(len(key)) - begins
    return rank


def telephones(seed: int, people: People) -> np.ndarray:
    """Eleven digits, or -1: most heads have a telephone on file, some other adults."""
    rng = stream(seed, "telephones")
    has = people.alive & (people.age > 14) & chance(rng, np.where(people.head, 0.88, 0.16), len(people))
    numbers = int(PHONE_PREFIX) * 10**8 + rng.permutation(len(people)) * 173 % 10**8
    return np.where(has, numbers, -1)


def household_serials(terrain: Terrain, homes: Households) -> Ints:
    """The running number of each household within its township."""
    return _rank(terrain.township[homes.village]) + 1


def addresses(seed: int, terrain: Terrain, homes: Households) -> list[str]:
    """Hamlet and house number in the country, street and building in town."""
    rng = stream(seed, "addresses")
    n = len(homes)
    hamlets = [rng.permutation(len(HAMLETS))[: rng.integers(4, 11)] for _ in terrain.villages]
    which = np.array([len(h) for h in hamlets])[homes.village]
    group, house = skewed(rng, which, n, 1.2), rng.integers(1, 140, n)
    block, unit, floor, door = (rng.integers(1, high, n) for high in (16, 4, 8, 4))
    street, estate = skewed(rng, len(STREETS), n, 1.2), skewed(rng, len(ESTATES), n, 1.1)
    flat, town = chance(rng, 0.55, n), terrain.urban[homes.village]
    names = [v.name for v in terrain.villages]
    columns = (homes.village, town, flat, group, house, block, unit, floor, door, street, estate)
    return [
        (f"{names[v]}{ESTATES[e]}{b}栋{u}单元{f}0{d}室" if is_flat else f"{names[v]}{STREETS[s]}{h}号")
        if is_town
        else f"{names[v]}{HAMLETS[hamlets[v][g]]}组{h}号"
        for v, is_town, is_flat, g, h, b, u, f, d, s, e in zip(*(c.tolist() for c in columns), strict=True)
    ]
