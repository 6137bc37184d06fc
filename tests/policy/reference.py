"""An independent, naive reading of the rulebook: plain Python, row by row, None for unknown, reasons beside values.

Written from the rules page and from nothing else; it shares no code with the engine and reads its numbers from its own
table. A value is a pair (value, reasons); value None means not known.
"""

from __future__ import annotations

from datetime import date

KNOWN = frozenset()
STEPS = ["2019-07-01", "2020-06-01", "2021-07-01", "2022-07-01", "2023-07-01", "2024-07-01", "2025-07-01"]
URBAN = dict(zip(STEPS, [61000, 64000, 66000, 70000, 72800, 73500, 74400], strict=True))
RURAL = dict(zip(STEPS, [35000, 37500, 39800, 44600, 50400, 53400, 56000], strict=True))
BASIC = dict(zip(STEPS, [73200, 83200, 85800, 91000, 94700, 95600, 96800], strict=True))
YEARS = [f"{year}-01-01" for year in range(2021, 2027)]
AVERAGE = {
    "urban": dict(zip(YEARS, [3500000, 3710000, 3932600, 4168600, 4418700, 4683800], strict=True)),
    "rural": dict(zip(YEARS, [1250000, 1325000, 1404500, 1488800, 1578100, 1672800], strict=True)),
}
CARE = {
    "2020-06-01": {"institution": (83500, 41800, 25100), "home": (15100, 8800, 5000)},
    "2023-01-01": {"institution": (95000, 47500, 28500), "home": (17100, 10000, 5700)},
    "2024-07-01": {"institution": (99500, 49800, 29900), "home": (17900, 10500, 6000)},
    "2025-07-01": {"institution": (103500, 51800, 31100), "home": (18700, 10900, 6200)},
}
LIMITS = {  # multiple, vehicles, vehicle value, dwellings
    "dibao": (2, 0, 0, 0),
    "near_threshold": (3, 1, 3000000, 0),
    "rigid": (3, 1, 5000000, 1),
    "tekun": (2, 0, 0, 0),
}


def at(table, day):
    return table[max(start for start in table if start <= str(day))]


def known(value):
    return (value, KNOWN)


def because(*pairs):
    return (None, frozenset().union(*(reasons for value, reasons in pairs if value is None)))


def calc(function, *pairs):
    return because(*pairs) if any(value is None for value, _ in pairs) else known(function(*(v for v, _ in pairs)))


def both(*pairs):
    if any(value is False for value, _ in pairs):
        return known(False)
    return because(*pairs) if any(value is None for value, _ in pairs) else known(True)


def either(*pairs):
    if any(value is True for value, _ in pairs):
        return known(True)
    return because(*pairs) if any(value is None for value, _ in pairs) else known(False)


def no(pair):
    return calc(lambda value: not value, pair)


def choose(condition, a, b):
    if condition[0] is True:
        return a
    if condition[0] is False:
        return b
    if a[0] is not None and a[0] == b[0]:
        return a
    return because(condition, a, b)


def is_in(pair, *values):
    return calc(lambda value: value in values, pair)


def lt(a, b):
    return calc(lambda x, y: x < y, a, b)


def ge(a, number):
    return calc(lambda x: x >= number, a)


def add(*pairs):
    return calc(lambda *values: sum(values), *pairs)


def up_to_yuan(value, divisor):
    whole, rest = divmod(value, divisor * 100)
    return (whole + (rest > 0)) * 100


def age(born, on):
    years = on.year - born.year
    return years - 1 if (on.month, on.day) < (born.month, born.day) else years


class Reference:
    """All variables of one household on one day."""

    def __init__(self, case, on, index_month=None, cpi=None, food_cpi=None):
        self.on, self.home, self.people, self.obligors = on, case["household"], case["persons"], case["obligors"]
        self.run = {"index_month": index_month, "cpi": cpi, "food_cpi": food_cpi}
        self.day = str(on)
        self.household, self.persons = {}, {p["person_id"]: {} for p in self.people}
        self.evaluate()

    # -- facts and parameters
    def h(self, name):
        value = self.home.get(name)
        return (None, frozenset({f"household.{name}"})) if value is None else known(value)

    def p(self, person, name):
        value = person.get(name)
        return (None, frozenset({f"person:{person['person_id']}.{name}"})) if value is None else known(value)

    def o(self, obligor, name):
        value = obligor.get(name)
        return (None, frozenset({f"obligor:{obligor['obligor_id']}.{name}"})) if value is None else known(value)

    def r(self, name):
        return (None, frozenset({f"run.{name}"})) if self.run[name] is None else known(self.run[name])

    def by_class(self, urban, rural):
        return calc(lambda cls: urban if cls == "urban" else rural, self.h("residence_class"))

    def standard(self):
        return self.by_class(at(URBAN, self.day), at(RURAL, self.day))

    def year_line(self):
        return calc(lambda standard: standard * 12, self.standard())

    def average(self):
        return self.by_class(at(AVERAGE["urban"], self.day), at(AVERAGE["rural"], self.day))

    def sum_counted(self, f):
        return add(*(choose(self.persons[p["person_id"]]["counted"], f(p), known(0)) for p in self.people), known(0))

    def of(self, person):
        return self.persons[person["person_id"]]

    # -- the variables, in the order of the page
    def evaluate(self):
        hh = self.household
        for p in self.people:
            self.means(p, self.of(p))
        hh["size"] = self.sum_counted(lambda p: known(1))
        net = lambda p: calc(  # noqa: E731
            lambda a, b, c: a - b - c,
            self.of(p)["countable_income"],
            self.of(p)["employment_cost"],
            self.of(p)["rigid_deduction"],
        )
        hh["income_year"] = calc(lambda x: max(0, x), self.sum_counted(net))
        some = ge(hh["size"], 1)
        line = calc(lambda a, b: a * b, self.year_line(), hh["size"])
        hh["income_below_dibao"] = both(some, lt(hh["income_year"], line))
        for name in LIMITS:
            hh[f"assets_within_{name}"] = self.assets(name)
        hh["dibao_eligible"] = both(hh["income_below_dibao"], hh["assets_within_dibao"])
        near = calc(lambda income, x: income * 100 < 150 * x, hh["income_year"], line)
        hh["near_threshold"] = both(no(hh["dibao_eligible"]), some, near, hh["assets_within_near_threshold"])
        self.rigid(some)
        self.categories()
        for p in self.people:
            self.person_rights(p, self.of(p))
        self.amounts()
        hh["refer_disaster"], hh["refer_temporary"] = self.h("disaster_event"), self.h("emergency_event")
        hh["phase_out_min_months"] = known(6)
        hh["phase_out_max_months"] = known(12 if self.day < "2022-10-20" else 6)

    def means(self, p, out):
        f = lambda name: self.p(p, name)  # noqa: E731
        out_of_it = either(
            f("in_prison"), f("in_compulsory_detox"), f("declared_missing"), ge(f("clergy_years_away"), 3)
        )
        out["counted"] = both(f("co_resident"), no(out_of_it), no(f("on_tekun")))
        four = [f(n) for n in ("wage_income_fen", "business_net_income_fen")]
        four += [f(n) for n in ("property_net_income_fen", "transfer_net_income_fen")]
        counts = known(False) if self.day < "2026-01-01" else (None, frozenset({"parameter.basic_pension_counted"}))
        pension = choose(counts, f("basic_pension_fen"), known(0))
        out["four"] = add(*four)
        out["countable_income"] = add(*four, f("old_age_allowance_fen"), pension)
        earned = add(four[0], four[1])
        cost = calc(lambda e, line: max(0, min(e, 30 * line // 100)), earned, self.year_line())
        out["employment_cost"] = choose(f("employed"), cost, known(0))
        grade = f("disability_grade")
        medical = choose(
            either(f("severe_illness"), is_in(grade, 1, 2)),
            calc(lambda x: min(x, 2000000), f("medical_self_paid_fen")),
            known(0),
        )
        care = choose(ge(grade, 1), f("rehabilitation_fee_fen"), known(0))
        school = choose(
            no(is_in(f("study_stage"), "none")), calc(lambda x: min(x, 800000), f("education_fee_fen")), known(0)
        )
        out["rigid_deduction"] = add(medical, care, school)

    def assets(self, measure):
        multiple, vehicles, value, dwellings = LIMITS[measure]
        size = self.household["size"]
        if measure == "tekun":
            size = calc(lambda n: max(n, 1), size)
        limit = calc(lambda line, n: multiple * line * n, self.year_line(), size)
        return both(
            calc(lambda a, b: a <= b, self.h("financial_assets_fen"), limit),
            calc(lambda n: n <= vehicles, self.h("vehicle_count")),
            calc(lambda n: n <= value, self.h("vehicle_value_fen")),
            calc(lambda n: n <= dwellings, self.h("extra_dwellings")),
            no(self.h("business_over_rule")),
        )

    def rigid(self, some):
        hh = self.household
        costs = ("medical_self_paid_fen", "education_fee_fen", "rehabilitation_fee_fen", "other_rigid_fen")
        spent = hh["rigid_spending"] = self.sum_counted(lambda p: add(*(self.p(p, name) for name in costs)))
        gross = self.sum_counted(lambda p: self.of(p)["countable_income"])
        hh["rigid_expenditure"] = both(
            no(hh["dibao_eligible"]),
            no(hh["near_threshold"]),
            some,
            calc(lambda g, a, n: g < a * n, gross, self.average(), hh["size"]),
            hh["assets_within_rigid"],
            calc(lambda s: s > 0, spent),
            calc(lambda s, g: s * 100 > 60 * g, spent, gross),
        )

    def categories(self):
        hh = self.household
        watch = choose(is_in(self.h("relapse_watch"), "none"), known("none"), known("relapse_watch"))
        third = choose(hh["rigid_expenditure"], known("rigid_expenditure"), watch)
        second = choose(hh["near_threshold"], known("near_threshold"), third)
        hh["category"] = choose(hh["dibao_eligible"], known("dibao"), second)
        late = self.day >= "2025-01-01"
        offices = {
            "dibao": "civil_affairs",
            "near_threshold": "civil_affairs",
            "rigid_expenditure": "civil_affairs" if late else "rural_revitalisation",
            "relapse_watch": "agriculture_rural_affairs" if late else "rural_revitalisation",
            "none": "none",
        }
        hh["determining_department"] = calc(lambda c: offices[c], hh["category"])

    def person_rights(self, p, out):
        f = lambda name: self.p(p, name)  # noqa: E731
        hh, kind, grade = self.household, f("disability_kind"), f("disability_grade")
        years = calc(lambda born: age(born, self.on), f("birth_date"))
        top = 3 if self.day < "2021-07-01" else 4
        out["severe_disability"] = either(
            is_in(grade, 1, 2), both(is_in(kind, 5, 6), calc(lambda g: 1 <= g <= top, grade))
        )
        out["individual_by_family"] = both(hh["near_threshold"], either(out["severe_disability"], f("severe_illness")))
        out["individual_by_own_means"] = both(
            known(self.day >= "2022-10-20"),
            no(hh["dibao_eligible"]),
            ge(years, 18),
            no(f("employed")),
            is_in(grade, 1, 2),
            lt(out["countable_income"], self.year_line()),
            hh["assets_within_near_threshold"],
        )
        out["individual_dibao_eligible"] = both(
            out["counted"], no(self.h("on_dibao")), either(out["individual_by_family"], out["individual_by_own_means"])
        )
        self.tekun(p, out, years)
        group = either(
            out["tekun_eligible"],
            both(out["counted"], either(hh["dibao_eligible"], hh["near_threshold"], hh["rigid_expenditure"])),
        )
        out["refer_medical"] = both(
            group, either(f("severe_illness"), calc(lambda x: x > 0, f("medical_self_paid_fen")))
        )
        out["refer_education"] = both(group, no(is_in(f("study_stage"), "none")))
        able = is_in(f("labour_capacity"), "full", "partial")
        out["refer_employment"] = both(group, calc(lambda y: 16 <= y < 60, years), able, no(f("employed")))
        out["refer_housing"] = both(group, self.h("dwelling_unsafe"))

    def tekun(self, p, out, years):
        f = lambda name: self.p(p, name)  # noqa: E731
        kind, grade = f("disability_kind"), f("disability_grade")
        minor = 16 if self.day < "2021-07-01" else 18
        out["no_labour_capacity"] = either(
            ge(years, 60),
            calc(lambda y: y < minor, years),
            both(is_in(kind, 5, 6), is_in(grade, 1, 2, 3)),
            both(is_in(kind, 4), is_in(grade, 1, 2)),
            both(is_in(kind, 1), is_in(grade, 1)),
        )
        out["no_income_source"] = both(lt(out["four"], self.year_line()), self.household["assets_within_tekun"])
        complete = p.get("obligors_known")
        k = known(True) if complete is True else (None, frozenset({f"person:{p['person_id']}.obligors_known"}))
        mine = [o for o in self.obligors if o["person_id"] == p["person_id"]]
        out["no_capable_obligor"] = both(*(self.incapable(o) for o in mine), k)
        school = is_in(f("study_stage"), "compulsory", "senior_secondary", "vocational_secondary")
        stays = both(f("on_tekun"), either(calc(lambda y: y < 18, years), school))
        out["tekun_eligible"] = both(
            either(out["no_labour_capacity"], stays),
            out["no_income_source"],
            out["no_capable_obligor"],
            no(f("child_support_scheme")),
            no(f("in_prison")),
            no(f("declared_missing")),
        )
        out["care_tier"] = calc(lambda n: 3 if n == 0 else 2 if n <= 3 else 1, f("self_care_failed"))

    def incapable(self, o):
        f = lambda name: self.o(o, name)  # noqa: E731
        years = calc(lambda born: age(born, self.on), f("birth_date"))
        kind, grade = f("disability_kind"), f("disability_grade")
        poor, fits = lt(f("income_fen_year"), self.average()), f("assets_within_rule")
        disabled = either(is_in(grade, 1, 2), both(is_in(kind, 5, 6), is_in(grade, 3)))
        gone = either(f("lacks_civil_capacity"), f("declared_missing"), f("in_prison"))
        return either(
            f("on_tekun"),
            both(ge(years, 60), f("on_dibao")),
            both(ge(years, 70), poor, fits),
            both(disabled, poor, fits),
            both(gone, fits),
        )

    def amounts(self):
        hh = self.household
        able = self.sum_counted(lambda p: calc(int, is_in(self.p(p, "labour_capacity"), "full", "partial")))
        full = self.sum_counted(lambda p: calc(int, is_in(self.p(p, "labour_capacity"), "full")))
        c = calc(lambda n, size: 2 * n >= size, full, hh["size"])
        hh["dibao_tier"] = choose(is_in(able, 0), known("A"), choose(c, known("C"), known("B")))
        gap = calc(lambda y, n, i: up_to_yuan(y * n - i, 12), self.year_line(), hh["size"], hh["income_year"])
        hh["dibao_base"] = choose(hh["dibao_eligible"], gap, known(0))
        for p in self.people:
            self.person_amounts(p, self.of(p))
        hh["dibao_amount"] = add(hh["dibao_base"], self.sum_counted(lambda p: self.of(p)["top_up"]))

    def person_amounts(self, p, out):
        f = lambda name: self.p(p, name)  # noqa: E731
        hh, years = self.household, calc(lambda born: age(born, self.on), f("birth_date"))
        twenty = either(is_in(f("disability_grade"), 1, 2), f("severe_illness"))
        ten = either(ge(years, 70), calc(lambda y: y < 18, years))
        percent = choose(twenty, known(20), choose(ten, known(10), known(0)))
        extra = calc(lambda x, standard: x * standard // 100, percent, self.standard())
        out["top_up"] = choose(both(hh["dibao_eligible"], out["counted"]), extra, known(0))
        alone = calc(
            lambda standard, average: min(standard, up_to_yuan(110 * average, 100)),
            self.standard(),
            self.by_class(45000, 30000),
        )
        out["individual_dibao_amount"] = choose(out["individual_dibao_eligible"], alone, known(0))
        table = at(CARE, self.day)
        nursing = calc(lambda s, tier: table[s][tier - 1], f("support_setting"), out["care_tier"])
        whole = add(known(at(BASIC, self.day)), nursing)
        out["tekun_amount"] = choose(out["tekun_eligible"], whole, known(0))
        out["price_subsidy"] = self.subsidy(p, out)
        del out["four"]

    def subsidy(self, p, out):
        month = self.r("index_month")
        trigger = calc(lambda m: 30 if "2022-08" <= m <= "2023-02" else 35, month)
        cpi, food = self.r("cpi"), self.r("food_cpi")
        food_trigger = calc(lambda m: 60, month)
        general, dear = calc(lambda a, b: a >= b, cpi, trigger), calc(lambda a, b: a >= b, food, food_trigger)
        index = choose(both(general, dear), calc(max, cpi, food), choose(general, cpi, food))
        amount = calc(
            lambda s, i, floor: max(floor, up_to_yuan(s * i, 1000)), self.standard(), index, self.by_class(1500, 1000)
        )
        received = either(
            both(out["counted"], self.h("on_dibao")),
            self.p(p, "on_individual_dibao"),
            self.p(p, "on_tekun"),
            both(calc(lambda m: m >= "2021-10", month), self.p(p, "child_support_scheme")),
            both(calc(lambda m: "2022-08" <= m <= "2023-02", month), out["counted"], self.household["near_threshold"]),
        )
        return choose(received, choose(either(general, dear), amount, known(0)), known(0))


def reference(case, on: date, **run):
    """`{"household": {name: (value, reasons)}, "persons": {id: {...}}}`."""
    done = Reference(case, on, **run)
    return {"household": done.household, "persons": done.persons}
