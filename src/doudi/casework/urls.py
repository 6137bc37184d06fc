"""Addresses of casework."""

from django.urls import path, register_converter

from .views import case, intake, letters, notices, queue, relief, steps, timing

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
    path("confirm/", queue.confirm_batch, name="confirm_batch"),
    path("notices/", notices.notice_list, name="notices"),
    path("relief/", relief.relief, name="relief"),
    path("new/", intake.choose, name="choose"),
    path("new/<household:number>/", intake.new, name="new"),
    path("new/<household:number>/draft/", intake.draft, name="draft"),
    path("clocks/", timing.clock_report, name="clock_report"),
    path("clocks/clocks.xlsx", timing.clock_report_xlsx, name="clock_report_xlsx"),
    path("<case:number>/", case.case, name="case"),
    path("<case:number>/clocks/", timing.clock_list, name="clocks"),
    path("<case:number>/clocks/answers/<int:pk>/", timing.answer_escalation, name="answer_escalation"),
    path("<case:number>/decision.pdf", letters.decision, name="decision_pdf"),
    path("<case:number>/steps/<slug:move>/", steps.step, name="step"),
]
