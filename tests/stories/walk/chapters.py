"""The chapters of the walk in their order."""

from __future__ import annotations

from collections.abc import Sequence

from .ch01_a_bill import a_bill_becomes_a_warning
from .ch02_on_the_mountain import a_phone_without_a_signal
from .ch03_the_application import an_application_that_knows
from .ch04_the_survey import the_answers_of_the_sources, two_people_at_the_door
from .ch05_two_more_families import a_permit_instead_of_a_register, refused_as_a_family_helped_as_one
from .ch06_a_lorry_at_the_bridge import his_papers_and_a_second_look, money_within_the_hour
from .ch07_the_county_decides import cards_for_the_money, the_county_confirms, the_notice_has_stood
from .ch08_a_table_for_next_year import the_holidays_of_next_year
from .ch09_a_death import a_death_before_the_list
from .ch10_money import the_bank_sends_two_back, three_people_sign_a_list, what_the_family_reads
from .ch11_more_for_everybody import a_standard_rises_from_the_month_before, prices_pass_the_line, the_subsidy_arrives
from .ch12_the_end_of_a_phase_out import the_last_month_of_a_phase_out
from .ch13_a_new_year import a_budget_for_the_year, january_with_its_back_pay, the_statement_of_the_quarter
from .ch14_the_proof import every_chain, every_clock, the_books_and_the_log, what_was_really_so
from .story import Chapter

CHAPTERS: Sequence[Chapter] = (
    a_bill_becomes_a_warning,
    a_phone_without_a_signal,
    an_application_that_knows,
    the_answers_of_the_sources,
    refused_as_a_family_helped_as_one,
    a_permit_instead_of_a_register,
    money_within_the_hour,
    two_people_at_the_door,
    his_papers_and_a_second_look,
    the_notice_has_stood,
    the_county_confirms,
    cards_for_the_money,
    the_holidays_of_next_year,
    a_death_before_the_list,
    three_people_sign_a_list,
    the_bank_sends_two_back,
    what_the_family_reads,
    a_standard_rises_from_the_month_before,
    prices_pass_the_line,
    the_subsidy_arrives,
    the_last_month_of_a_phase_out,
    a_budget_for_the_year,
    january_with_its_back_pay,
    the_statement_of_the_quarter,
    the_books_and_the_log,
    every_clock,
    every_chain,
    what_was_really_so,
)
