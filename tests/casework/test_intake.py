"""Taking down an application: nothing is asked that the registry knows, and what is declared becomes a statement."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.casework.actions import accepting, gaps, intake
from doudi.casework.actions.opening import Need
from doudi.casework.models import Application, Declaration, IntakeDraft, Origin, TownshipSwitch
from doudi.casework.programmes import Programme
from doudi.casework.queries.evaluation import evaluate
from doudi.casework.queries.sheet import sheet
from doudi.casework.queries.where import ground_of
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Residence
from tests.casework.known import a_poor_family
from tests.casework.world import TUESDAY, a_draft, a_household, at, sign_all

NOTHING = {"origin": "self", "programme": "household_dibao", "on": f"{TUESDAY}", "hukou_seen": "on"}


def filled(home, **said) -> dict[str, str]:
    """The form with "none" for every group."""
    groups = {f"g-{ask.group.key}": "none" for ask in sheet(home.pk, TUESDAY).asks}
    return {**NOTHING, "applicant": str(home.head_id), **groups, **said}


def lives(home, kind: str, place: str) -> None:
    Residence.objects.create(person=home.head, kind=kind, place_code=place, division_code=home.division_code,
                             starts_on=date(2020, 1, 1), recorded_at=at(TUESDAY))  # fmt: skip


def test_a_family_about_which_all_is_known_is_asked_nothing(clerk) -> None:
    home = a_poor_family(clerk)
    assert [ask.group.key for ask in sheet(home.pk, TUESDAY).asks] == []


def test_a_new_family_answers_ten_questions_at_most(clerk) -> None:
    assert 0 < sheet(a_household(clerk).pk, TUESDAY).asked <= 10


def test_none_to_everything_settles_what_the_rulebook_needs(clerk, signed_in) -> None:
    home = a_household(clerk)
    answer = signed_in(clerk).post(f"/cases/new/{home.number}/", filled(home))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    application = Application.objects.get(household=home)
    best = evaluate(application, today=TUESDAY).best()
    assert best is not None
    assert best.programme == Programme.HOUSEHOLD_DIBAO


def test_a_detail_typed_is_declared_and_the_rest_of_its_group_is_none(clerk, signed_in) -> None:
    home = a_household(clerk)
    who = home.head_id
    said = filled(home, **{"g-wages": "some", f"d-person-{who}-wage_income_fen": "12000",
                           f"d-person-{who}-employed": "yes"})  # fmt: skip
    signed_in(clerk).post(f"/cases/new/{home.number}/", said)
    wages = home.head.statements.get(kind="wage_income")
    assert (wages.amount, wages.source) == (1_200_000, "declared")
    assert home.head.statements.get(kind="business_net_income").amount == 0


def test_a_coordinators_declaration_is_entered_when_the_clerk_accepts(clerk, staff_with) -> None:
    home = a_household(clerk)
    coordinator = staff_with(Role.COORDINATOR)
    need = Need(household=home, origin=Origin.PROXY, proxy="瞿金凤", proxy_relation="村委会")
    key = f"person:{home.head_id}.wage_income_fen"
    application = intake.apply(need=need, said={key: 500_000}, by=coordinator, on=TUESDAY, at=at(TUESDAY))
    assert not home.head.statements.exists()
    accepting.submit(application=application, by=coordinator, on=TUESDAY, at=at(TUESDAY))
    Application.objects.filter(pk=application.pk).update(proxy_document=1)
    sign_all(application, clerk)
    accepting.accept(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert home.head.statements.get().amount == 500_000
    assert Declaration.objects.get().entered_by_id == clerk.pk


def test_a_half_filled_form_is_kept_for_its_writer_alone(clerk, staff_with, signed_in, as_web) -> None:
    home = a_household(clerk)
    signed_in(clerk).post(f"/cases/new/{home.number}/draft/", {"cause": "户主骨折"})
    assert "户主骨折" in signed_in(clerk).get(f"/cases/new/{home.number}/").content.decode()
    with as_web(staff_with(Role.TOWNSHIP_CLERK, username="another-clerk")):
        assert not IntakeDraft.objects.exists()


def test_where_hukou_is_here_the_township_takes_the_case(clerk) -> None:
    home = a_household(clerk)
    lives(home, "hukou", home.division_code)
    assert ground_of(home, TUESDAY).basis == "hukou"


def test_a_residence_permit_holder_applies_where_the_township_has_opened_it(clerk) -> None:
    home = a_household(clerk)
    lives(home, "hukou", "510000")
    lives(home, "permit", home.division_code)
    with pytest.raises(Refused, match="还没有开通"):
        intake.apply(need=Need(household=home), said={}, by=clerk, on=TUESDAY, at=at(TUESDAY))
    TownshipSwitch.objects.create(
        division_code=home.division_code[:9], kind="residence_permit", starts_on=TUESDAY, basis="市民政局通知"
    )
    assert ground_of(home, TUESDAY).basis == "residence_permit"


def test_somebody_from_elsewhere_is_told_where_to_apply_and_what_is_still_open(clerk) -> None:
    home = a_household(clerk)
    lives(home, "hukou", "510000")
    with pytest.raises(Refused, match="急难救助不受限制"):
        intake.apply(need=Need(household=home), said={}, by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_everything_missing_is_told_once_and_nothing_is_accepted_before(clerk) -> None:
    application = a_draft(clerk)
    accepting.submit(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    with pytest.raises(Refused) as caught:
        accepting.accept(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert len(caught.value.problems) == 2
    notice = gaps.list_gaps(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert [item["key"] for item in notice.items] == ["consent", "pledge"]
    gaps.supply(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    with pytest.raises(Refused, match="已经一次性告知过"):
        gaps.list_gaps(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_a_case_that_monitoring_opened_is_filled_and_no_second_one_begun(clerk, signed_in) -> None:
    home = a_household(clerk)
    found = a_draft(clerk, household=home, origin=Origin.FOUND, cause="透析自付多")
    page = signed_in(clerk).get(f"/cases/{found.number}/").content.decode()
    assert "填写申请表" in page
    form = signed_in(clerk).get(f"/cases/new/{home.number}/").content.decode()
    assert f"接着填写申请 {found.number}" in form
    assert "透析自付多" in form
    answer = signed_in(clerk).post(f"/cases/new/{home.number}/", filled(home))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    case = Application.objects.get(household=home)
    assert (case.number, case.origin, str(case.cause)) == (found.number, Origin.FOUND, "透析自付多")
    assert Declaration.objects.get().application_id == found.pk
    assert "填写申请表" not in signed_in(clerk).get(f"/cases/{found.number}/").content.decode()


def test_a_case_that_was_filled_already_is_not_filled_again(clerk, signed_in) -> None:
    home = a_household(clerk)
    signed_in(clerk).post(f"/cases/new/{home.number}/", filled(home))
    again = signed_in(clerk).post(f"/cases/new/{home.number}/", filled(home))
    assert again.status_code == 422
    assert "请在那件申请里继续办理" in again.content.decode()
    assert Declaration.objects.count() == 1
