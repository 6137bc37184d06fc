"""Addresses of casework."""

from django.urls import path, register_converter

from .views import (
    case,
    conferences,
    county,
    gaps,
    intake,
    letters,
    notices,
    papers,
    queue,
    relatives,
    relief,
    reviews,
    steps,
    timing,
    transfers,
    visits,
)

app_name = "casework"


class CaseNumber:
    """Letters, digits and dashes only, so that nothing else reaches the database."""

    regex = "[A-Z]{1,4}-[0-9]{4}-[0-9]{4}-[0-9]{4,6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CaseNumber, "case")

urlpatterns = [
    path("", queue.case_list, name="cases"),
    path("views/", queue.keep_view, name="keep_view"),
    path("confirm/", queue.confirm_batch, name="confirm_batch"),
    path("notices/", notices.notice_list, name="notices"),
    path("relief/", relief.relief, name="relief"),
    path("notices/print/", notices.notices_print, name="notices_print"),
    path("notices/<slug:code>.pdf", notices.notice_sheet, name="notice_sheet"),
    path("publications/", notices.publications, name="publications"),
    path("publications/<slug:code>.pdf", notices.publication_pdf, name="publication_pdf"),
    path("letters/", letters.letter_list, name="letters"),
    path("letters/print/", letters.letters_print, name="letters_print"),
    path("checks/", county.checks, name="checks"),
    path("checks/<int:pk>/", county.check_draw, name="check_draw"),
    path("switches/", county.switches, name="switches"),
    path("switches/<int:pk>/end/", county.end_switch, name="end_switch"),
    path("relatives/", relatives.relatives, name="relatives"),
    path("relatives/<int:pk>/end/", relatives.end_relative, name="end_relative"),
    path("new/", intake.choose, name="choose"),
    path("new/<household:number>/", intake.new, name="new"),
    path("new/<household:number>/draft/", intake.draft, name="draft"),
    path("clocks/", timing.clock_report, name="clock_report"),
    path("clocks/clocks.xlsx", timing.clock_report_xlsx, name="clock_report_xlsx"),
    path("reviews/", reviews.review_list, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/letter.pdf", reviews.letter, name="review_letter"),
    path("reviews/<int:pk>/conference/", conferences.of_review, name="review_conference"),
    path("reviews/<int:pk>/<slug:name>/", reviews.deed, name="review_deed"),
    path("reviews/household/<household:number>/report/", reviews.report, name="report"),
    path("reviews/person/<int:pk>/jobs/", reviews.jobs, name="jobs"),
    path("transfers/", transfers.transfer_list, name="transfers"),
    path("transfers/<int:pk>/", transfers.transfer, name="transfer"),
    path("transfers/<int:pk>/complete/", transfers.complete, name="transfer_complete"),
    path("transfers/<int:pk>/cancel/", transfers.cancel, name="transfer_cancel"),
    path("transfers/<int:pk>/package.json", transfers.package_json, name="transfer_json"),
    path("transfers/<int:pk>/package.pdf", transfers.package_pdf, name="transfer_pdf"),
    path("transfers/household/<household:number>/<slug:way>/", transfers.hand_over, name="hand_over"),
    path("<case:number>/", case.case, name="case"),
    path("<case:number>/conference/", conferences.of_case, name="conference"),
    path("<case:number>/transfer/within/", transfers.case_within, name="case_within"),
    path("<case:number>/transfer/out/", transfers.case_out, name="case_out"),
    path("<case:number>/clocks/", timing.clock_list, name="clocks"),
    path("<case:number>/clocks/answers/<int:pk>/", timing.answer_escalation, name="answer_escalation"),
    path("<case:number>/gaps/", gaps.gaps, name="gaps"),
    path("<case:number>/authorisation/", gaps.authorisation, name="authorisation"),
    path("<case:number>/visit/", visits.visit, name="visit"),
    path("<case:number>/visit/county/", visits.county_visit, name="county_visit"),
    path("<case:number>/visit/blank.pdf", visits.visit_pdf, name="visit_blank"),
    path("<case:number>/visit/<int:pk>.pdf", visits.visit_pdf, name="visit_pdf"),
    path("<case:number>/enquiry/", visits.enquiry, name="enquiry"),
    path("<case:number>/papers/<slug:form>.pdf", papers.paper, name="paper"),
    path("<case:number>/decision.pdf", letters.decision, name="decision_pdf"),
    path("<case:number>/steps/<slug:move>/", steps.step, name="step"),
]
