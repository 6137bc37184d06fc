"""What all values of the kernel have in common."""

import ast
from dataclasses import FrozenInstanceError, fields
from datetime import date
from importlib import resources

import pytest

from doudi.kernel.calendar import YearTable
from doudi.kernel.division import DivisionCode
from doudi.kernel.period import Period
from doudi.kernel.resident_id import impossible_id

VALUES = [
    Period(date(2024, 1, 1)),
    DivisionCode("533103"),
    impossible_id(date(1980, 1, 1), 1, 0),
    YearTable(2027),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_cannot_be_changed(value):
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, None)


@pytest.mark.parametrize("value", VALUES[:3], ids=lambda value: type(value).__name__)
def test_equal_values_are_one_key(value):
    twin = type(value)(*(getattr(value, field.name) for field in fields(value)))
    assert {value: 1}[twin] == 1


def test_nothing_in_the_kernel_reads_a_clock():
    sources = [path.read_text("utf-8") for path in resources.files("doudi.kernel").rglob("*.py")]
    names = {n.attr for source in sources for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)}
    assert "fromisoformat" in names
    assert names.isdisjoint({"today", "now", "utcnow", "time"})
