"""Benefit accounts and payees: what is refused and how it is said, who checks, what is superseded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.payments.actions import accounts, accounts_payees
from doudi.payments.holders import compared, difference, luhn, number_of
from doudi.payments.models import BenefitAccount, Payee
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Household

from .bank_world import good_number
from .runs_world import People, a_family, on_dibao
from .world import COUNTY, DAY, at

NOW: dict[str, Any] = {"on": DAY, "at": at(DAY)}
DECEMBER = date(2026, 12, 1)


def card(by: Staff, home: Household, **changes: Any) -> BenefitAccount:
    """The head's card."""
    said = {"number": good_number(), "holder": home.head.name, "bank": "农村信用社", "because": "首次登记", **NOW}
    return accounts.register_account(person=home.head, by=by, **said | changes)


@pytest.fixture
def home(people: People) -> Household:
    """A family without a card."""
    return a_family(people, card=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "请填写银行账号"),
        ("6217O01234567890", "只能是数字，这里有“O”"),
        ("62170012345l7890", "只能是数字，这里有“l”"),
        ("621700123456", "应为 16 至 19 位数字，这里是 12 位"),
        ("62170012345678901234", "这里是 20 位"),
        ("6217000000000000", "最后一位校验不符"),
    ],
)
def test_a_number_that_is_none_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        number_of(text)


def test_numbers_are_read_as_people_write_them() -> None:
    number = good_number(7)
    assert number_of(f" {number[:4]} {number[4:8]}-{number[8:]} ") == number
    assert number_of("１２３４５６７８９０１２３４５６") == "1234567890123456"  # a savings book: no check digit
    assert [luhn(number[:-1] + digit) for digit in "0123456789"].count(True) == 1


def test_names_are_compared_character_by_character() -> None:
    assert difference("岳勒旺", "岳勒旺") == difference(" 岳 勒旺", "岳勒旺") == ""
    assert difference("孔德望", "孔德旺") == "第 3 个字户名是“望”（U+671B），登记是“旺”（U+65FA）"
    assert "（U+24A7D）" in difference("刀𤩽芳", "刀玉芳")
    assert difference("岳勒", "岳勒旺") == "户名有 2 个字，登记的姓名有 3 个字"
    assert [sign.same for sign in compared("岳勒望", "岳勒旺")] == [True, True, False]


def test_an_account_is_entered_sealed_and_shows_four_digits(people: People, home: Household) -> None:
    one = card(people.clerk, home)
    one.refresh_from_db()
    assert (str(one), one.tail, one.must_be_checked) == (f"…{one.number[-4:]}", one.number[-4:], False)
    event = AuditEvent.objects.get(action="payment.register_account")
    assert one.number not in str(event.detail)


@pytest.mark.planted
def test_a_name_that_differs_is_refused_unless_it_is_said_why(people: People, home: Household) -> None:
    with pytest.raises(Refused, match="第 3 个字户名是“望”"):
        card(people.clerk, home, holder="岳勒望")
    one = card(people.clerk, home, holder="岳勒望", differs_because="银行卡用字如此，派出所有证明")
    assert (one.must_be_checked, one.checked_at) == (True, None)


def test_everything_that_is_wrong_is_said_at_once(people: People, home: Household) -> None:
    with pytest.raises(Refused) as refusal:
        card(people.clerk, home, number="1", holder="", bank=" ", because="")
    assert {p.field for p in refusal.value.problems} == {"number", "holder", "bank", "because"}


def test_a_change_supersedes_and_waits_for_somebody_elses_look(people: People, home: Household) -> None:
    first = card(people.clerk, home)
    second = card(people.clerk, home, because="旧卡注销", on=DECEMBER)
    known = BenefitAccount.objects.known().order_by("starts_on")
    assert [(one.tail, one.ends_on) for one in known] == [(first.tail, DECEMBER), (second.tail, None)]
    assert (second.follows, second.must_be_checked) == (first, True)


def test_who_entered_an_account_does_not_check_it(people: People, home: Household) -> None:
    one = card(people.clerk, home, holder="岳勒望", differs_because="银行卡用字如此")
    with pytest.raises(NotPermitted):
        accounts.check_account(account=one, because="看过卡", by=people.clerk, at=at(DAY))
    checked = accounts.check_account(account=one, because="看过卡和证件", by=people.checker, at=at(DAY))
    assert checked.checked_by_id == people.checker.pk
    with pytest.raises(Refused, match="刚有变化"):
        accounts.check_account(account=one, because="看过卡和证件", by=people.checker, at=at(DAY))


def test_the_same_account_again_is_no_change(people: People, home: Household) -> None:
    one = card(people.clerk, home)
    with pytest.raises(Refused, match="没有变化"):
        card(people.clerk, home, number=one.number)


def test_a_whole_number_is_shown_for_a_reason_on_record(people: People, home: Household) -> None:
    one = card(people.clerk, home)
    assert accounts.revealed_account(account=one, purpose="核对退汇", by=people.maker) == one.number
    assert AuditEvent.objects.get(action="payment.reveal_account").purpose == "核对退汇"
    with pytest.raises(NotPermitted):
        accounts.revealed_account(account=one, purpose="看看", by=people.finance)


def test_an_account_can_be_ended_with_a_reason(people: People, home: Household) -> None:
    one = card(people.clerk, home)
    with pytest.raises(Refused, match="至少 4 个字"):
        accounts.end_account(account=one, because="停", by=people.clerk, on=DECEMBER, at=at(DECEMBER))
    accounts.end_account(account=one, because="本人交回银行卡", by=people.clerk, on=DECEMBER, at=at(DECEMBER))
    assert not BenefitAccount.objects.known().on(DECEMBER).exists()


def test_an_institution_has_an_account_and_receives_care_money(people: People) -> None:
    award = on_dibao(people)
    place = open_home(people)
    accounts.register_account(
        institution=place, number=good_number(), holder=place.name, bank="农行", because="签约", by=people.maker, **NOW
    )
    said = {"award": award, "because": "集中供养", "by": people.clerk, **NOW}
    payee = accounts_payees.name_payee(portion="care", institution=place, **said)
    assert (payee.institution, payee.portion) == (place, "care")
    with pytest.raises(Refused, match="机构只能代收照料护理费"):
        accounts_payees.name_payee(portion="main", institution=place, **said)


def open_home(people: People) -> Any:
    """The county's home."""
    return accounts.open_institution(name="芒市中心敬老院", place=COUNTY, by=people.maker)


def test_a_carer_is_paid_under_an_agreement_only(people: People) -> None:
    award, carer = on_dibao(people), a_family(people).head
    said = {"award": award, "portion": "care", "person": carer, "because": "居家照料", "by": people.clerk, **NOW}
    with pytest.raises(Refused, match="协议编号"):
        accounts_payees.name_payee(**said)
    assert accounts_payees.name_payee(agreement="ZL-2026-003", **said).agreement == "ZL-2026-003"


def test_the_main_portion_goes_to_a_member_of_the_family_only(people: People) -> None:
    award, stranger = on_dibao(people), a_family(people).head
    said = {"award": award, "portion": "main", "because": "本人卧床，代领", "by": people.clerk, **NOW}
    with pytest.raises(Refused, match="同户家庭成员"):
        accounts_payees.name_payee(person=stranger, **said)
    wife = award.members.exclude(person=award.household.head).get().person
    first = accounts_payees.name_payee(person=wife, **said)
    accounts_payees.end_payee(payee=first, because="本人已能领取", by=people.clerk, on=DECEMBER, at=at(DECEMBER))
    assert [one.ends_on for one in Payee.objects.known()] == [DECEMBER]


def test_an_account_follows_its_person_to_another_village(people: People, home: Household) -> None:
    from doudi.registry.models import Person
    from tests.conftest import OTHER_VILLAGE

    one = card(people.clerk, home)
    Person.objects.filter(pk=home.head.pk).update(division_code=OTHER_VILLAGE)
    one.refresh_from_db()
    assert one.division_code == OTHER_VILLAGE
