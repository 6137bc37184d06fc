"""The `doudi policy` commands: they need no database and no settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[[argparse._SubParsersAction, str, str, str], argparse.ArgumentParser]


def add_policy(commands: argparse._SubParsersAction, add: Add) -> None:
    """decide, screen, simulate, questions, coverage, parameters."""
    policy = commands.add_parser("policy", help="the rulebook").add_subparsers(required=True, metavar="WHAT")
    _decide(add(policy, "decide", "decide one household, with every reason", "policy:decide"))
    _screen(add(policy, "screen", "evaluate every household of a population", "policy:screen"))
    _simulate(add(policy, "simulate", "compare a population under other parameters", "policy:simulate"))
    asked = add(policy, "questions", "which missing facts to ask first", "policy:questions")
    asked.add_argument("file", nargs="?", metavar="FILE.json")
    _common(asked)
    _curve(add(policy, "curve", "what a family has in hand for every income of a member", "curve:curve"))
    told = add(policy, "coverage", "which article is implemented by which rule", "policy:coverage")
    told.add_argument("--json", action="store_true")
    told.add_argument("--open", action="store_true", help="only articles that nobody has explained")
    told.add_argument("--planned", action="store_true", help="only articles of which something is still to be built")
    quantities = add(policy, "parameters", "all parameters with their sources", "policy:parameters")
    quantities.add_argument("--unconfirmed", action="store_true", help="only those that the county has to confirm")
    quantities.add_argument("--json", action="store_true")


def _decide(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("file", nargs="?", metavar="FILE.json")
    sub.add_argument("--explain", action="store_true", help="clauses, arithmetic and every condition, for staff")
    sub.add_argument("--citizen", action="store_true", help="plain words, for the family")
    _common(sub)


def _population(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--households", required=True, metavar="H.parquet")
    order = "in the order of the households it is read piece by piece, in another order whole into memory"
    sub.add_argument("--persons", required=True, metavar="P.parquet", help=order)
    sub.add_argument("--obligors", metavar="O.parquet", help="likewise, in the order of the persons")


def _screen(sub: argparse.ArgumentParser) -> None:
    _population(sub)
    sub.add_argument("--out", required=True, metavar="R.parquet", help="a row per household")
    sub.add_argument("--persons-out", metavar="PR.parquet", help="a row per person")
    sub.add_argument("--engine", choices=["polars", "spark"], default="polars")
    master = "of the cluster, spark://host:7077 or yarn (default: $SPARK_MASTER, or local[*]: this machine)"
    sub.add_argument("--spark-master", metavar="URL", help=master)
    sub.add_argument("--spark-conf", action="append", default=[], metavar="NAME=VALUE", help="spark.executor.memory=8g")
    _common(sub)


def _simulate(sub: argparse.ArgumentParser) -> None:
    _population(sub)
    sub.add_argument("--by", action="append", choices=["township", "residence_class", "size", "category"], default=[])
    sub.add_argument("--out", metavar="R.parquet", help="a row per household, before and after")
    _common(sub)


def _curve(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("file", nargs="?", metavar="FILE.json")
    sub.add_argument("--person", metavar="ID", help="whose income (default: the first person)")
    sub.add_argument("--fact", default="wage_income_fen", metavar="NAME", help="which income (default: wages)")
    sub.add_argument("--from", dest="low", type=int, default=0, metavar="FEN", help="income of a year, in fen")
    sub.add_argument("--to", dest="high", type=int, metavar="FEN", help="default: far enough to see every help end")
    sub.add_argument("--step", type=int, metavar="FEN", help="how closely to look before places are halved")
    _common(sub)


def _common(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--on", metavar="YYYY-MM-DD", help="the day of the decision (default: today)")
    settings = "other parameter values, money in fen: dibao_standard.urban=78000"
    sub.add_argument("--set", action="extend", nargs="+", default=[], metavar="NAME=VALUE", help=settings)
    sub.add_argument("--index-month", metavar="YYYY-MM")
    sub.add_argument("--cpi", type=int, help="tenths of a percent")
    sub.add_argument("--food-cpi", type=int, help="tenths of a percent")
    sub.add_argument("--json", action="store_true")
