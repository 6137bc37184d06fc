"""Where the headings are and what they are called; what stands below the rows; what a file says about itself."""

from __future__ import annotations

from datetime import date

from .case import BILLS, ELDER, HEADINGS, MAN, WOMAN, Case, Expected, as_csv, as_xlsx, reads, refused

ALL = [HEADINGS, *BILLS]
GOOD = reads(3)
PLACES = ["弄恩村", "遮放社区", "勐戛村"]


def _named(**others: str) -> list[list[str]]:
    """The bills with other headings."""
    return [[others.get(heading, heading) for heading in HEADINGS], *BILLS]


def _without(heading: str) -> list[list[str]]:
    place = HEADINGS.index(heading)
    return [[*row[:place], *row[place + 1 :]] for row in ALL]


def _wide(*cells: str) -> list[str]:
    return [*cells, *[""] * (len(HEADINGS) - len(cells))]


def _below(*lines: list[str]) -> list[list[str]]:
    return [*ALL, *lines]


def _total(**cells: str) -> list[str]:
    return ["合计", *(cells.get(heading, "") for heading in HEADINGS[1:])]


def _from_places(places: list[str]) -> list[list[str]]:
    rows = [[f"C{n}", *BILLS[n % 3][1:], place] for n, place in enumerate(places)]
    return [[*HEADINGS, "村（社区）"], *rows]


def _numbered() -> list[list[str]]:
    return [["序号", *HEADINGS], *([str(n), *row] for n, row in enumerate(BILLS, 1))]


def _ten_thousands() -> list[list[str]]:
    return [
        HEADINGS,
        *([*row[:7], amount, *row[8:]] for row, amount in zip(BILLS, ("0.1234", "0.008", "1"), strict=True)),
    ]


MERGED = [
    ["结算编号", "参保人", "", "", "", "结算", "", "费用", "重大疾病", "病种"],
    ["", "姓名", "身份证号", "性别", "出生日期", "结算日期", "医疗类别", "个人自付", "", ""],
    *BILLS,
]
COUPLE = [
    ["登记证号", "男方", "", "女方", "", "登记类型", "登记日期"],
    ["", "姓名", "身份证号", "姓名", "身份证号", "", ""],
    ["J533103-2026-001", "岩温", MAN, "刀玉香", WOMAN, "结婚", "2026-10-02"],
]
HEADED = [
    Case("a title and a unit above the headings", lambda: as_csv([["医保结算明细表"], ["单位：元"], *ALL]), GOOD),
    Case(
        "the unit above says ten thousand yuan",
        lambda: as_csv([["单位：万元"], *_ten_thousands()]),
        reads(3, values={"self_paid": 123_400}),
    ),
    Case(
        "the unit in the heading says ten thousand yuan",
        lambda: as_csv([[*HEADINGS[:7], "个人自付（万元）", *HEADINGS[8:]], *_ten_thousands()[1:]]),
        reads(3, values={"self_paid": 123_400}, at=2),
    ),
    Case("headings over two rows, merged", lambda: as_csv(MERGED), GOOD),
    Case(
        "headings over two rows of a workbook, merged",
        lambda: as_xlsx(MERGED, merged=[(0, 1, 0, 4, "参保人"), (0, 5, 0, 6, "结算")]),
        GOOD,
        "结算.xlsx",
    ),
    Case("two people under the same two headings", lambda: as_csv(COUPLE), reads(1), "婚姻.csv", "marriage"),
    Case("headings in another order", lambda: as_csv([row[::-1] for row in ALL]), GOOD),
    Case(
        "headings as another office writes them",
        lambda: as_csv(
            _named(
                结算编号="结算流水号",
                姓名="患者姓名",
                身份证号="公民身份号码",
                结算日期="费用结算日期",
                个人自付="自付金额",
            )
        ),
        GOOD,
    ),
    Case(
        "headings with blanks, stars and remarks",
        lambda: as_csv(_named(姓名="* 姓 名", 身份证号="身份证号（必填）", 个人自付="个人自付(元)")),
        GOOD,
    ),
    Case("headings with a line break in them", lambda: as_csv(_named(个人自付="个人\n自付")), GOOD),
    Case(
        "a heading like those we know, but not one of them",
        lambda: as_csv(_named(个人自付="本次个人自付金额合计")),
        GOOD,
    ),
    Case(
        "headings with names that are ours",
        lambda: as_csv([["#row", *ALL[0], "#torn"], *(["1", *row, "x"] for row in BILLS)]),
        GOOD,
    ),
    Case("a column of running numbers in front", lambda: as_csv(_numbered()), GOOD),
    Case("the headings again on every page", lambda: as_csv([*ALL, HEADINGS, ["A9", *BILLS[0][1:]]]), reads(4)),
    Case("no headings at all", lambda: as_csv(BILLS), refused("表头")),
    Case(
        "another source's file",
        lambda: as_csv([["号牌号码", "所有人", "车辆类型"], ["云N12345", "岩温", "轿车"]]),
        refused("医保结算"),
    ),
    Case("headings and nothing below them", lambda: as_csv([HEADINGS]), refused("没有数据")),
    Case(
        "a required column is missing, and named", lambda: as_csv(_without("个人自付")), Expected(missing=("个人自付",))
    ),
    Case("a column that is not required is missing", lambda: as_csv(_without("病种")), GOOD),
    Case(
        "a column nobody asked for",
        lambda: as_csv([[*row, "机密" if n else "密级"] for n, row in enumerate(ALL)]),
        GOOD,
    ),
]
FOOTED = [
    Case("a row of totals is no person", lambda: as_csv(_below(_total(个人自付="13721"))), GOOD),
    Case("a row of totals in a column nobody asked for", lambda: as_csv([*_numbered(), ["合 计", *_wide()]]), GOOD),
    Case(
        "totals that are not the sum", lambda: as_csv(_below(_total(个人自付="99999"))), reads(3, findings=("total",))
    ),
    Case(
        "signatures below",
        lambda: as_csv(_below(_wide("制表人：李某", "审核：王某"), _wide("打印日期：2026-11-01"))),
        GOOD,
    ),
    Case("the number of rows is right", lambda: as_csv(_below(_wide("共 3 条"))), GOOD),
    Case(
        "half a file: it says it has more rows",
        lambda: as_csv(_below(_wide("共计 1,204 条记录"))),
        reads(3, findings=("half",)),
    ),
    Case("more rows than it says", lambda: as_csv(_below(_wide("共2条"))), reads(3, findings=("more",))),
    Case("the same row twice is one row", lambda: as_csv(_below(list(BILLS[2]))), reads(3, (5, "", "完全相同"))),
    Case(
        "one number with two amounts: nobody knows which is right",
        lambda: as_csv(_below([*BILLS[2][:7], "77", *BILLS[2][8:]])),
        reads(2, (4, "settlement_no", "分不清"), (5, "settlement_no", "分不清")),
    ),
    Case(
        "twins share birth date, village and half a name, and are two people",
        lambda: as_csv([HEADINGS, ["A1", "赵大双", "", *BILLS[2][3:]], ["A2", "赵小双", "", *BILLS[2][3:]]]),
        reads(2),
    ),
    Case(
        "another county's file",
        lambda: as_csv(_from_places(["旧城镇大村"] * 25 + PLACES)),
        reads(28, findings=("foreign",)),
    ),
    Case(
        "another county's codes", lambda: as_csv(_from_places(["530521100201"] * 25)), reads(25, findings=("foreign",))
    ),
    Case(
        "our county's file with some people from elsewhere",
        lambda: as_csv(_from_places([*PLACES * 10, "外县某村", ""])),
        reads(32),
    ),
    Case(
        "most rows wrong: the columns are shifted",
        lambda: as_csv([HEADINGS, *([f"D{n}", *BILLS[n % 3][1:5], "x", *BILLS[n % 3][6:]] for n in range(25))]),
        Expected(good=0, findings=("wrong",)),
    ),
    Case(
        "hardly any numbers",
        lambda: as_csv([HEADINGS, *([f"E{n}", "岩温", "", *BILLS[0][3:]] for n in range(30))]),
        reads(30, findings=("nameless",)),
    ),
    Case(
        "an end before its beginning",
        lambda: as_csv(
            [
                ["身份证号", "姓名", "类别", "入监日期", "释放日期", "统计日期"],
                [ELDER, "赵德贵", "服刑", "2026-05-01", "2025-05-01", "2026-11-01"],
                [MAN, "岩温", "服刑", "2026-05-01", "2031-05-01", "2026-11-01"],
            ]
        ),
        reads(1, (2, "released_on", "早于")),
        "服刑.csv",
        "prison",
    ),
    Case(
        "a certificate without end is valid for good",
        lambda: as_csv(
            [
                ["残疾人证号", "姓名", "身份证号", "残疾类别", "残疾等级", "发证日期", "有效期至"],
                [f"{MAN}43", "岩温", MAN, "肢体残疾", "三级", "2020-01-01", "2030-01-01"],
                [f"{WOMAN}11", "刀玉香", WOMAN, "视力", "壹级", "2020.1.1", "长期"],
            ]
        ),
        reads(2, values={"valid_until": None, "grade": "1"}),
        "残疾.csv",
        "disability",
    ),
]
TITLED = [
    ["芒市机动车登记情况（截至2026年9月30日）"],
    ["号牌号码", "所有人", "身份证号", "车辆类型", "注册日期"],
    ["云N12345", "岩温", MAN, "小型轿车", "2020-05-06"],
    ["云N23456", "刀玉香", WOMAN, "三轮汽车", "2021-07-08"],
]
POWER = [["用户编号", "用户名称", "身份证号", "抄表日期", "用电量"], ["0531", "岩温", MAN, "2026-10-31", "1,035.5"]]
MEASURED = [
    Case(
        "the day that only the title states is the day of every row",
        lambda: as_csv(TITLED),
        reads(2, values={"as_of": date(2026, 9, 30), "vehicle_type": "car"}),
        "机动车.csv",
        "vehicles",
    ),
    Case(
        "a measure with decimals is rounded",
        lambda: as_csv(POWER),
        reads(1, values={"kwh": 1036}, at=2),
        "用电.csv",
        "power",
    ),
]
MONTHS = [["姓名", "身份证号", "养老保险类型", "发放月份", "发放金额", "基础养老金"]]


def _pension(month: str) -> bytes:
    people = [("岩温", MAN, "2026-09"), ("刀玉香", WOMAN, month), ("赵德贵", ELDER, "202610")]
    return as_csv([*MONTHS, *([name, number, "城乡居民", at, "163.5", "128"] for name, number, at in people)])


def _month(text: str, month: object = None, words: str = "") -> Case:
    told = f"a month written {text}" if month else f"{text} could be two months, or none"
    expected = reads(3, values={"month": month}) if month else reads(2, (3, "month", words))
    return Case(told, lambda: _pension(text), expected, "养老金.csv", "pension")


CASES = [*HEADED, *FOOTED, *MEASURED]
