"""One cell is unusual: what it must be read as, or what its sender must be told."""

from datetime import date

from .case import MAN, SPOILT, WITH_X, WOMAN, Case, as_csv, reads, spoilt


def _reads(sentence: str, heading: str, cell: str, field: str, value: object, **also: str) -> Case:
    rows = spoilt(**{heading: cell, **also})
    return Case(sentence, lambda: as_csv(rows), reads(3, values={field: value}))


def _told(sentence: str, heading: str, cell: str, field: str, words: str, **also: str) -> Case:
    rows = spoilt(**{heading: cell, **also})
    return Case(sentence, lambda: as_csv(rows), reads(2, (SPOILT, field, words)))


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


OLD = WOMAN[:6] + WOMAN[8:17]
BORN = {"出生日期": "1990-03-04"}

NUMBERS = [
    _told(
        "a number saved as 5.33103E+17 is lost, and the sender learns how to export text",
        "身份证号",
        "5.33103E+17",
        "resident_id",
        "文本",
    ),
    _told(
        "a number rounded to fifteen digits and three zeros is lost too",
        "身份证号",
        MAN[:15] + "000",
        "resident_id",
        "取整",
    ),
    _reads("full-width digits are digits", "身份证号", _full_width(WOMAN), "resident_id", WOMAN),
    _reads(
        "blanks within a number do not matter",
        "身份证号",
        f" {WOMAN[:6]} {WOMAN[6:14]} {WOMAN[14:]} ",
        "resident_id",
        WOMAN,
    ),
    _reads("a small x is a large one", "身份证号", WITH_X.lower(), "resident_id", WITH_X, **BORN),
    _reads("an old number of fifteen digits becomes the new one", "身份证号", OLD, "resident_id", WOMAN),
    _reads("an apostrophe in front only forces text", "身份证号", f"'{WOMAN}", "resident_id", WOMAN),
    _reads("a formula that is nothing but a text is the text", "身份证号", f'="{WOMAN}"', "resident_id", WOMAN),
    _reads(
        "a tabulator behind a number, put there to force text, is no part of it",
        "身份证号",
        f"{WOMAN}\t",
        "resident_id",
        WOMAN,
    ),
    _reads("an invisible blank is no part of a number", "身份证号", f"\u200b{WOMAN}\ufeff", "resident_id", WOMAN),
    _reads("a person without a number is kept, to be found by name", "身份证号", "", "resident_id", None),
    _reads("无 where a number should be means that there is none", "身份证号", "无", "resident_id", None),
    _told("a covered number finds nobody", "身份证号", f"{WOMAN[:6]}********{WOMAN[14:]}", "resident_id", "遮盖"),
    _told(
        "a wrong check character is a typing error",
        "身份证号",
        WOMAN[:16] + str((int(WOMAN[16]) + 2) % 10) + WOMAN[17],
        "resident_id",
        "校验",
    ),
    _told("seventeen digits are one too few", "身份证号", WOMAN[:17], "resident_id", "18 位"),
    _told(
        "a number with a letter O for a zero is told which place is wrong",
        "身份证号",
        WOMAN[:10] + "O" + WOMAN[11:],
        "resident_id",
        "第 11 位",
    ),
    _told("a month 13 in a number is no day", "身份证号", WOMAN[:10] + "13" + WOMAN[12:], "resident_id", "校验"),
    _told("somebody else's birth date beside the number", "出生日期", "1986-06-07", "birth_date", "不一致"),
    _told("somebody else's sex beside the number", "性别", "男", "sex", "不一致"),
]

_DAY = date(2026, 3, 1)
_DAYS = {
    "2026-03-01": "with dashes",
    "20260301": "as eight digits",
    "2026/3/1": "with strokes",
    "2026.3.1": "with dots",
    "2026年3月1日": "in Chinese",
    "２０２６－０３－０１": "in full-width digits",
    "46082": "as a spreadsheet's day",
    "46082.5": "as a spreadsheet's day and hour",
    "2026-03-01 10:22:33": "with the time",
    "20260301102233": "as a moment",
    "2026-03-01T10:22:33": "as a machine writes it",
    "二〇二六年三月一日": "in Chinese digits",
    "2026-3-1 8:05": "with hours",
}
DAYS = [
    *(_reads(f"a date {how}", "结算日期", text, "settled_on", _DAY) for text, how in _DAYS.items()),
    _told("30 February is no day", "结算日期", "2026-02-30", "settled_on", "没有这一天"),
    _told("a day after today has not been settled", "结算日期", "2027-01-01", "settled_on", "晚于"),
    _told("a date without its day is no date", "结算日期", "2026-03", "settled_on", "完整"),
    _told("month and day without a clear order are not guessed", "结算日期", "03/01/2026", "settled_on", "年-月-日"),
    _told("a year of two digits is not guessed", "结算日期", "26.3.1", "settled_on", "年-月-日"),
    _told("a day of the year 0 is no day", "结算日期", "0000-00-00", "settled_on", "没有这一天"),
    _told("a date that may not be empty is", "结算日期", "", "settled_on", "不能为空"),
]

_AMOUNTS = {
    "1,234.50": 123_450,
    "￥1234.5": 123_450,
    "¥1,234.50元": 123_450,
    "1234.5": 123_450,
    "１２３４．５０": 123_450,
    "0.1234万元": 123_400,
    "1.5万": 1_500_000,
    "(12.30)": -1_230,
    "（12.30）": -1_230,
    "（负）12.3": -1_230,
    "-12.3": -1_230,
    "人民币壹": None,
    "0.30000000000000004": 30,
    "1.2E+3": 120_000,
    "80元整": 8_000,
    ".5": 50,
    "12,34": None,
    "1.234": None,
    "八十": None,
    "99999999999": None,
    "1e400": None,
    "1e99": None,
    WOMAN + "00": None,
    "#N/A": None,
    "12 元": 1_200,
}
AMOUNTS = [
    _reads(f"an amount written {text}", "个人自付", text, "self_paid", fen)
    if fen is not None
    else _told(f"{text} is no amount", "个人自付", text, "self_paid", "")
    for text, fen in _AMOUNTS.items()
]

WORDS = [
    _reads("男性 is a sex", "性别", "女性", "sex", 2),
    _reads("the standard's 2 is a sex", "性别", "2", "sex", 2),
    _reads("the standard's 9 is not known, not refused", "性别", "9", "sex", None),
    _told("a third word for the sex is not guessed", "性别", "妇女", "sex", "男"),
    _reads("an office's own word for a code", "医疗类别", "门诊慢特病", "visit_type", "special_outpatient"),
    _reads("a code is also written as itself", "医疗类别", "inpatient", "visit_type", "inpatient"),
    _told("an unknown word is told which words there are", "医疗类别", "体检", "visit_type", "住院"),
    _reads("√ is yes", "重大疾病", "√", "severe", True),
    _reads("an empty yes or no is not known, and not no", "重大疾病", "", "severe", None),
    _told("maybe is neither yes nor no", "重大疾病", "待定", "severe", "是"),
    _reads("NULL of a database is nothing", "病种", "NULL", "illness", None),
    _reads("a name with blanks between its characters", "姓名", "刀 玉 香", "name", "刀玉香"),
    _reads("the point within a long name has many shapes", "姓名", "木然•勒弄", "name", "木然·勒弄"),
    _told("a covered name finds nobody", "姓名", "刀**", "name", "遮盖"),
    _told("a name damaged by a wrong encoding", "姓名", "刀\ufffd香", "name", "乱码"),
    _told("a number in the column of names is a shifted column", "姓名", "13887650001", "name", "数字"),
    _told("a name may not be empty", "姓名", "", "name", "不能为空"),
    _told("a cell of a thousand characters is a lost quote", "病种", "病" * 1000, "illness", "过长"),
    _reads(
        "a formula in a text stays a text, and nothing computes it",
        "病种",
        '=HYPERLINK("http://x")',
        "illness",
        '=HYPERLINK("http://x")',
    ),
]
CASES = [*NUMBERS, *DAYS, *AMOUNTS, *WORDS]
