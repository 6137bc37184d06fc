"""The rules of 1 July 2025 for rural and urban households, written by hand in NumPy: the measure of what is possible.

One thread, ids already row numbers, texts already small numbers, nothing general. A truth is a pair of arrays (is true,
is false), a number a pair (value, is known).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Truth = tuple[Array, Array]
Number = tuple[Array, Array]
CARE = np.array([[0, 18700, 10900, 6200], [0, 103500, 51800, 31100]])


def both(*xs: Truth) -> Truth:
    true, false = xs[0]
    for t, f in xs[1:]:
        true, false = true & t, false | f
    return true, false


def either(*xs: Truth) -> Truth:
    true, false = xs[0]
    for t, f in xs[1:]:
        true, false = true | t, false & f
    return true, false


def no(x: Truth) -> Truth:
    return x[1], x[0]


def truth(value: Array, known: Array) -> Truth:
    return value & known, ~value & known


def is_known(x: Truth) -> Array:
    return x[0] | x[1]


def choose(c: Truth, a: Number, b: int = 0) -> Number:
    """a if c else b, where b is a known number."""
    value = np.where(c[1], b, a[0])
    return value, c[1] | (a[1] & (c[0] | (a[0] == b)))


def among(x: Number, *values: int) -> Truth:
    hit = x[0] == values[0]
    for value in values[1:]:
        hit |= x[0] == value
    return truth(hit, x[1])


def up(value: Array, divisor: int) -> Array:
    return -(-value // (divisor * 100)) * 100


class ByHand:
    """``h``, ``p``, ``o`` map fact names to pairs; ``home``, ``owed`` are rows, ``starts`` where families begin."""

    def __init__(
        self, h: Any, p: Any, o: Any, home: Array, owed: Array, starts: Any, run: tuple[int, int, int]
    ) -> None:
        self.h, self.p, self.o, self.home, self.owed, self.starts = h, p, o, home, owed, starts
        self.run = run
        self.out: dict[str, dict[str, Any]] = {"h": {}, "p": {}}

    def sums(self, x: Number, which: str = "p") -> Number:
        starts = self.starts[which]
        add = [np.append(0, np.cumsum(np.where(x[1], x[0], 0))), np.append(0, np.cumsum(~x[1]))]
        total, holes = (each[starts[1:]] - each[starts[:-1]] for each in add)
        return total, holes == 0

    def evaluate(self) -> dict[str, dict[str, Any]]:
        h, p, H, P = self.h, self.p, self.out["h"], self.out["p"]
        urban, sure = h["residence_class"][0] == 1, h["residence_class"][1]
        std = np.where(urban, 74400, 56000), sure
        average = np.where(urban, 4418700, 1578100), sure
        std_p = std[0][self.home], std[1][self.home]
        line_p = std_p[0] * 12
        self.people(std_p, line_p)
        self.households(std, average, sure)
        self.rights(std_p, line_p)
        total, known = self.sums(choose(P["counted"], P["top_up"]))
        H["dibao_amount"] = H["dibao_base"][0] + total, H["dibao_base"][1] & known
        H["refer_disaster"], H["refer_temporary"] = h["disaster_event"], h["emergency_event"]
        del p
        return self.out

    def people(self, std_p: Number, line_p: Array) -> None:
        p, P = self.p, self.out["p"]
        years = p["clergy_years_away"]
        out = either(p["in_prison"], p["in_compulsory_detox"], p["declared_missing"], truth(years[0] >= 3, years[1]))
        counted = P["counted"] = both(p["co_resident"], no(out), no(p["on_tekun"]))
        wage, business, rent, transfer = (
            p[f"{n}_fen"] for n in ("wage_income", "business_net_income", "property_net_income", "transfer_net_income")
        )
        four = wage[0] + business[0] + rent[0] + transfer[0], wage[1] & business[1] & rent[1] & transfer[1]
        allowance = p["old_age_allowance_fen"]
        income = P["countable_income"] = four[0] + allowance[0], four[1] & allowance[1]
        cost = np.maximum(0, np.minimum(wage[0] + business[0], 30 * line_p // 100)), wage[1] & business[1] & std_p[1]
        cost = P["employment_cost"] = choose(p["employed"], cost)
        grade, kind, ill = p["disability_grade"], p["disability_kind"], p["severe_illness"]
        medical, care, fee = p["medical_self_paid_fen"], p["rehabilitation_fee_fen"], p["education_fee_fen"]
        severe = among(grade, 1, 2)
        first = choose(either(ill, severe), (np.minimum(medical[0], 2_000_000), medical[1]))
        second = choose(truth(grade[0] >= 1, grade[1]), care)
        study = p["study_stage"]
        pupil = truth(study[0] != 0, study[1])
        third = choose(pupil, (np.minimum(fee[0], 800_000), fee[1]))
        cut = P["rigid_deduction"] = first[0] + second[0] + third[0], first[1] & second[1] & third[1]
        mental = among(kind, 5, 6)
        P["severe_disability"] = either(severe, both(mental, truth((grade[0] >= 1) & (grade[0] <= 4), grade[1])))
        age = self.age = p["age"]
        P["no_labour_capacity"] = either(
            truth((age[0] >= 60) | (age[0] < 18), age[1]), both(mental, among(grade, 1, 2, 3)),
            both(among(kind, 4), severe), both(among(kind, 1), among(grade, 1)),
        )  # fmt: skip
        failed = p["self_care_failed"]
        P["care_tier"] = np.where(failed[0] == 0, 3, np.where(failed[0] <= 3, 2, 1)), failed[1]
        self.four, self.severe, self.pupil = four, severe, pupil
        other = p["other_rigid_fen"]
        spent = medical[0] + fee[0] + care[0] + other[0], medical[1] & fee[1] & care[1] & other[1]
        able = among(p["labour_capacity"], 1, 2)
        self.able = able
        one = (np.ones_like(age[0]), np.ones_like(age[1]))
        rest = income[0] - cost[0] - cut[0], income[1] & cost[1] & cut[1]
        full = among(p["labour_capacity"], 2)
        self.sums_of = {
            name: self.sums(choose(counted, x)) for name, x in (
                ("size", one), ("rest", rest), ("gross", income), ("spent", spent),
                ("able", choose(able, one)), ("full", choose(full, one)),
            )
        }  # fmt: skip

    def households(self, std: Number, average: Number, sure: Array) -> None:
        h, H, s = self.h, self.out["h"], self.sums_of
        size = H["size"] = s["size"]
        income = H["income_year"] = np.maximum(0, s["rest"][0]), s["rest"][1]
        line, some = std[0] * 12 * size[0], truth(size[0] > 0, size[1])
        exact = sure & size[1]
        below = H["income_below_dibao"] = both(some, truth(income[0] < line, income[1] & exact))
        money, cars, worth, more = (
            h[n] for n in ("financial_assets_fen", "vehicle_count", "vehicle_value_fen", "extra_dwellings")
        )
        limits = {
            "dibao": (2, 0, 0, 0), "near_threshold": (3, 1, 3_000_000, 0),
            "rigid": (3, 1, 5_000_000, 1), "tekun": (2, 0, 0, 0),
        }  # fmt: skip
        for name, (times, car, value, houses) in limits.items():
            wide = times * (std[0] * 12 * np.maximum(size[0], 1) if name == "tekun" else line)
            H[f"assets_within_{name}"] = both(
                truth(money[0] <= wide, money[1] & exact), truth(cars[0] <= car, cars[1]),
                truth(worth[0] <= value, worth[1]), truth(more[0] <= houses, more[1]), no(h["business_over_rule"]),
            )  # fmt: skip
        dibao = H["dibao_eligible"] = both(below, H["assets_within_dibao"])
        close = truth(income[0] * 100 < 150 * line, income[1] & exact)
        near = H["near_threshold"] = both(no(dibao), some, close, H["assets_within_near_threshold"])
        spent, gross = s["spent"], s["gross"]
        H["rigid_spending"] = spent
        rigid = H["rigid_expenditure"] = both(
            no(dibao), no(near), some, truth(gross[0] < average[0] * size[0], gross[1] & exact),
            H["assets_within_rigid"], truth(spent[0] > 0, spent[1]),
            truth(spent[0] * 100 > 60 * gross[0], spent[1] & gross[1]),
        )  # fmt: skip
        watch = truth(h["relapse_watch"][0] != 0, h["relapse_watch"][1])
        code = np.where(dibao[0], 0, np.where(near[0], 1, np.where(rigid[0], 2, np.where(watch[0], 3, 4))))
        decided = dibao[0] | (dibao[1] & (near[0] | (near[1] & (rigid[0] | (rigid[1] & is_known(watch))))))
        H["category"] = code, decided
        H["determining_department"] = np.where(code < 3, 0, np.where(code == 3, 1, 2)), decided
        workers = s["able"][0] == 0, s["able"][1]
        tier = np.where(workers[0], 0, np.where(2 * s["full"][0] >= size[0], 2, 1))
        H["dibao_tier"] = tier, workers[1] & (workers[0] | (s["full"][1] & size[1]))
        H["dibao_base"] = choose(dibao, (up(line - income[0], 12), income[1] & exact))

    def rights(self, std_p: Number, line_p: Array) -> None:
        h, p, o, H, P, home = self.h, self.p, self.o, self.out["h"], self.out["p"], self.home
        down = {n: (H[n][0][home], H[n][1][home]) for n in (
            "dibao_eligible", "near_threshold", "rigid_expenditure", "assets_within_near_threshold",
            "assets_within_tekun",
        )}  # fmt: skip
        dibao, near, ill, age = down["dibao_eligible"], down["near_threshold"], p["severe_illness"], self.age
        family = P["individual_by_family"] = both(near, either(P["severe_disability"], ill))
        poor = truth(P["countable_income"][0] < line_p, P["countable_income"][1] & std_p[1])
        own = P["individual_by_own_means"] = both(
            no(dibao),
            truth(age[0] >= 18, age[1]),
            no(p["employed"]),
            self.severe,
            poor,
            down["assets_within_near_threshold"],
        )
        whole = (h["on_dibao"][0][home], h["on_dibao"][1][home])
        alone = P["individual_dibao_eligible"] = both(P["counted"], no(whole), either(family, own))
        average = np.where(std_p[0] == 74400, 45000, 30000)
        P["individual_dibao_amount"] = choose(alone, (np.minimum(std_p[0], up(110 * average, 100)), std_p[1]))
        P["no_income_source"] = both(truth(self.four[0] < line_p, self.four[1] & std_p[1]), down["assets_within_tekun"])
        P["no_capable_obligor"] = self.supporters(o)
        school = among(p["study_stage"], 2, 3, 4)
        stays = both(p["on_tekun"], either(truth(age[0] < 18, age[1]), school))
        tekun = P["tekun_eligible"] = both(
            either(P["no_labour_capacity"], stays), P["no_income_source"], P["no_capable_obligor"],
            no(p["child_support_scheme"]), no(p["in_prison"]), no(p["declared_missing"]),
        )  # fmt: skip
        setting, tier = p["support_setting"], P["care_tier"]
        P["tekun_amount"] = choose(tekun, (96800 + CARE[setting[0], tier[0]], setting[1] & tier[1]))
        group = either(tekun, both(P["counted"], either(dibao, near, down["rigid_expenditure"])))
        medical = p["medical_self_paid_fen"]
        P["refer_medical"] = both(group, either(ill, truth(medical[0] > 0, medical[1])))
        P["refer_education"] = both(group, self.pupil)
        P["refer_employment"] = both(group, truth((age[0] >= 16) & (age[0] < 60), age[1]), self.able, no(p["employed"]))
        P["refer_housing"] = both(group, (h["dwelling_unsafe"][0][home], h["dwelling_unsafe"][1][home]))
        twenty = either(self.severe, ill)
        ten = truth((age[0] >= 70) | (age[0] < 18), age[1])
        percent = np.where(twenty[0], 20, np.where(ten[0], 10, 0)), twenty[0] | (twenty[1] & is_known(ten))
        P["top_up"] = choose(both(dibao, P["counted"]), (percent[0] * std_p[0] // 100, percent[1] & std_p[1]))
        self.subsidy(std_p, whole)

    def supporters(self, o: Any) -> Truth:
        h = self.h["residence_class"]
        rows = self.home[self.owed]
        average = np.where(h[0][rows] == 1, 4418700, 1578100)
        age, grade, kind, fits = o["age"], o["disability_grade"], o["disability_kind"], o["assets_within_rule"]
        income = o["income_fen_year"]
        poor = both(truth(income[0] < average, income[1] & h[1][rows]), fits)
        disabled = either(among(grade, 1, 2), both(among(kind, 5, 6), among(grade, 3)))
        gone = either(o["lacks_civil_capacity"], o["declared_missing"], o["in_prison"])
        cannot = either(
            o["on_tekun"], both(truth(age[0] >= 60, age[1]), o["on_dibao"]), both(truth(age[0] >= 70, age[1]), poor),
            both(disabled, poor), both(gone, fits),
        )  # fmt: skip
        false = self.sums((cannot[1].astype(np.int64), np.ones_like(cannot[0])), "o")[0]
        open_ = self.sums(((~is_known(cannot)).astype(np.int64), np.ones_like(cannot[0])), "o")[0]
        sure = self.p["obligors_known"][0]
        return (false == 0) & (open_ == 0) & sure, false > 0

    def subsidy(self, std_p: Number, whole: Truth) -> None:
        p, P = self.p, self.out["p"]
        received = either(both(P["counted"], whole), p["on_individual_dibao"], p["on_tekun"], p["child_support_scheme"])
        _, cpi, food = self.run
        index = max([0, *(value for value, trigger in ((cpi, 35), (food, 60)) if value >= trigger)])
        floor = np.where(std_p[0] == 74400, 1500, 1000)
        amount = np.maximum(floor, up(std_p[0] * index, 1000)) if index else np.zeros_like(std_p[0])
        P["price_subsidy"] = choose(received, (amount, std_p[1] if index else np.ones_like(std_p[1])))
