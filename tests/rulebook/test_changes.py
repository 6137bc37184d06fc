"""Setting parameters: draft, trial on the register, publication by a second person."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from doudi.accounts.errors import Refused
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.jobs.runner import run
from doudi.policy import rulebook
from doudi.rulebook import actions
from doudi.rulebook.models import ParameterBlock, ParameterDraft, TrialChange
from doudi.rulebook.queries.book import county_book
from tests.conftest import NOON, VILLAGE
from tests.registry.world import a_household
from tests.rulebook.known import make_known

pytestmark = pytest.mark.django_db
COUNTY, DAY = "533103", date(2027, 1, 1)


@pytest.fixture
def drafter(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def publisher(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def propose(drafter):
    """Propose a rural standard, or something else."""

    def act(**changes):
        said = {
            "name": "dibao_standard", "area": COUNTY, "residence": "rural", "starts_on": DAY, "value": "600",
            "source": "芒政发〔2026〕9号", "is_assumed": False, "draft": None, "title": "农村低保标准", "by": drafter,
            "at": NOON,
        }  # fmt: skip
        return actions.propose(**said | changes)

    return act


@pytest.fixture
def tried(drafter):
    """A proposal after its trial."""

    def act(block: ParameterBlock) -> ParameterDraft:
        job = actions.try_out(draft=block.draft, by=drafter, at=NOON)
        run(job.pk, clock=lambda: NOON)
        job.refresh_from_db()
        assert job.state == "done", job.message
        return ParameterDraft.objects.get(pk=block.draft_id)

    return act


def publish(draft, by, **changes) -> None:
    actions.publish(**{"draft": draft, "note": "同意发布", "sign_off": False, "by": by, "at": NOON} | changes)


def standard(on: date) -> object:
    return county_book().parameters.find("dibao_standard", VILLAGE, "rural", on).value


def test_a_published_value_holds_from_its_day_and_not_before(propose, tried, publisher) -> None:
    publish(tried(propose()), publisher)
    assert (standard(date(2026, 12, 31)), standard(DAY)) == (56000, 60000)


def test_a_proposal_changes_nothing(propose) -> None:
    propose()
    assert standard(DAY) == 56000
    assert county_book() is rulebook()


def test_the_rulebook_of_an_earlier_moment_can_be_had_again(propose, tried, publisher) -> None:
    publish(tried(propose()), publisher)
    assert county_book(known_at=NOON.replace(year=2026, month=1)).version == rulebook().version
    assert county_book().version != rulebook().version


def test_the_proposer_does_not_publish(propose, tried, drafter) -> None:
    with pytest.raises(NotPermitted):
        publish(tried(propose()), drafter)


def test_one_person_with_both_roles_does_not_publish_alone(propose, tried, publisher) -> None:
    draft = tried(propose())
    ParameterDraft.objects.filter(pk=draft.pk).update(proposer=publisher)
    with pytest.raises(Refused, match="两个人"):
        publish(draft, publisher)


def test_the_database_knows_that_two_people_are_needed(propose, drafter) -> None:
    draft = propose().draft
    with pytest.raises(IntegrityError, match="draft_published_by_somebody_else"), transaction.atomic():
        ParameterDraft.objects.filter(pk=draft.pk).update(state="published", decided_by=drafter, decided_at=NOON)


def test_without_a_trial_nothing_is_published(propose, publisher) -> None:
    with pytest.raises(Refused, match="试算"):
        publish(propose().draft, publisher)


def test_a_trial_of_other_values_is_no_trial(propose, tried, publisher) -> None:
    draft = tried(propose())
    propose(draft=draft, residence="urban", value="800")
    with pytest.raises(Refused, match="试算"):
        publish(draft, publisher)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": ""}, "依据"),
        ({"value": "很多"}, "金额格式不正确"),
        ({"value": "-1"}, "允许的范围"),
        ({"starts_on": date(2020, 1, 1)}, "起始日"),
        ({"residence": ""}, "不分城乡"),
        ({"name": "nothing"}, "没有名为"),
        ({"title": ""}, "方案名称"),
    ],
)
def test_what_nobody_could_rely_on_is_refused(propose, changes, words) -> None:
    with pytest.raises(Refused, match=words), transaction.atomic():
        propose(**changes)
    assert not ParameterBlock.objects.exists()


def test_a_value_without_clause_may_be_marked_as_assumed(propose) -> None:
    assert propose(source="", is_assumed=True).is_assumed


def test_two_values_of_one_day_in_a_proposal_are_refused(propose) -> None:
    draft = propose().draft
    with pytest.raises(Refused, match="重叠"):
        propose(draft=draft, value="610")


def test_a_value_of_the_same_day_as_a_published_one_is_refused(propose, tried, publisher) -> None:
    publish(tried(propose()), publisher)
    with pytest.raises(Refused, match="重叠"):
        propose(value="610")


def test_two_proposals_for_one_day_cannot_both_be_published(propose, tried, publisher) -> None:
    first, second = tried(propose()), tried(propose(value="610"))
    publish(first, publisher)
    with pytest.raises(Refused, match="重叠"):
        publish(second, publisher)


def test_an_assumed_value_of_the_package_is_confirmed_by_one_with_a_clause(propose, tried, publisher) -> None:
    draft = tried(propose(starts_on=date(2025, 7, 1), value="560"))
    publish(draft, publisher)
    found = county_book().parameters.find("dibao_standard", VILLAGE, "rural", DAY)
    assert found.block.source == "芒政发〔2026〕9号"
    assert not found.block.unconfirmed


def test_a_change_that_flips_a_law_case_needs_a_signature(propose, tried, publisher) -> None:
    draft = tried(propose(starts_on=date(2025, 7, 1), value="570"))
    assert draft.trial["flips"]
    with pytest.raises(Refused, match="法定案例"):
        publish(draft, publisher)
    publish(draft, publisher, sign_off=True)
    assert ParameterDraft.objects.get(pk=draft.pk).state == "published"


def test_the_flipped_cases_are_on_record(propose, tried, publisher) -> None:
    draft = tried(propose(starts_on=date(2025, 7, 1), value="570"))
    publish(draft, publisher, sign_off=True)
    event = AuditEvent.objects.get(action="policy.publish")
    assert event.detail["flips"] == draft.trial["flips"]


def a_poor_household(clerk, wage: int):
    """A single man about whom everything is known that his category hangs on."""
    home = a_household(clerk, on=date(2026, 1, 1))
    make_known(home, wage)
    return home


def test_the_trial_counts_by_township_and_names_who_changes_class(propose, tried, clerk) -> None:
    home = a_poor_household(clerk, 7_000_00)  # over 12 × 560, under 12 × 600
    trial = tried(propose(starts_on=date(2026, 11, 1))).trial["townships"]
    assert trial["533103102"]["moves"] == {"near_threshold>dibao": 1}
    assert trial["533103103"]["households"] == 0
    assert TrialChange.objects.get().household == home


def test_only_who_may_see_the_file_sees_the_household_of_a_trial(propose, tried, clerk, staff_with, as_web) -> None:
    a_poor_household(clerk, 7_000_00)
    tried(propose(starts_on=date(2026, 11, 1)))
    with as_web(staff_with(Role.LEADER)):
        assert not TrialChange.objects.exists()
    with as_web(clerk):
        assert TrialChange.objects.exists()


def test_a_refused_proposal_stays_with_its_reason(propose, publisher) -> None:
    draft = propose().draft
    actions.refuse(draft=draft, note="依据不足", by=publisher, at=NOON)
    draft.refresh_from_db()
    assert (draft.state, draft.decided_note) == ("refused", "依据不足")
    with pytest.raises(Refused, match="办结"):
        propose(draft=draft, residence="urban", value="800")


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.COUNTY_REVIEWER, Role.LEADER])
def test_the_wall_keeps_everybody_else_from_writing_proposals(role, propose, staff_with, as_web) -> None:
    draft, staff = propose().draft, staff_with(role, username="somebody")
    with as_web(staff), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        ParameterBlock.objects.create(draft=draft, name="elder_age", area=COUNTY, starts_on=DAY, value=65, source="无")


def test_the_wall_keeps_published_values_as_they_are(propose, tried, publisher, drafter, as_web) -> None:
    publish(tried(propose()), publisher)
    with as_web(drafter):
        assert ParameterBlock.objects.all().delete()[0] == 0
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE rulebook_parameterblock SET value = '1'")


def test_the_whole_way_through_the_pages(drafter, publisher, client, as_web) -> None:
    def go(staff, path, **data):
        client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
        with as_web(staff):
            answer = client.post(path, data) if data else client.get(path)
        return answer

    said = {
        "area": COUNTY,
        "residence": "rural",
        "starts_on": "2027-01-01",
        "value": "600",
        "source": "芒政发〔2026〕9号",
    }
    answer = go(drafter, "/policy/parameters/dibao_standard/propose/", **said, title="农村低保标准")
    page = answer["Location"]
    assert go(drafter, f"{page}trial/", go="1").status_code == 302
    run(ParameterDraft.objects.get().job_id, clock=lambda: NOON)
    assert "没有一个法定案例的结果会改变" in go(publisher, page).content.decode()
    assert go(publisher, f"{page}publish/", note="同意发布").status_code == 302
    assert "已发布" in go(drafter, page).content.decode()
    assert "农村低保标准" in go(drafter, "/policy/parameters/dibao_standard/").content.decode()


def test_a_refused_publication_says_why_on_the_page(propose, publisher, signed_in) -> None:
    answer = signed_in(publisher).post(f"/policy/drafts/{propose().draft_id}/publish/", {"note": "同意发布"})
    assert answer.status_code == 422
    assert "试算" in answer.content.decode()


def test_the_page_says_of_which_day_the_rules_are_and_of_which_the_facts(propose, tried, publisher, signed_in) -> None:
    draft = tried(propose())
    text = " ".join(signed_in(publisher).get(f"/policy/drafts/{draft.pk}/").content.decode().split())
    plain = re.sub(r"<[^>]+>", "", text)
    assert "规则按 2027年1月1日，家庭情况按 2026年11月23日 登记的" in plain
    assert "试算日还没有到" in plain


def test_a_drafter_cannot_publish_at_the_wall_either(propose, tried, staff_with, as_web) -> None:
    draft = tried(propose())
    other = staff_with(Role.COUNTY_CLERK, username="another")
    with as_web(other), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        ParameterDraft.objects.filter(pk=draft.pk).update(state="published", decided_by=other, decided_at=NOON)
    with as_web(other), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        ParameterBlock.objects.filter(draft=draft).update(published_at=NOON)
