"""The weekly reports: their list, one of them, and its lists as a spreadsheet."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to, may_hand_over
from accounts.views.paging import keyset_page
from ledger.domain.hours import next_run
from recruiting.access import may_read_reports, may_recruit
from recruiting.domain.report_chart import WEEKS, chart_of_weeks
from recruiting.domain.report_csv import report_as_csv
from recruiting.domain.report_page import read_page
from recruiting.domain.report_reading import read_report
from recruiting.domain.report_workbook import report_as_workbook
from recruiting.domain.weekly_reports import KIND
from recruiting.domain.workbooks import XLSX, can_write_workbooks
from recruiting.models import FollowUp, WeeklyReport

WEEKS_A_PAGE = 13  # a quarter
LATEST_FIRST = ("-iso_year", "-iso_week")


@require_safe
@allowed_to(may_read_reports)
def reports(request: SignedInRequest) -> HttpResponse:
    weeks = WeeklyReport.objects.counted()
    page = keyset_page(weeks, request.GET, order=LATEST_FIRST, size=WEEKS_A_PAGE)
    context = {"page": page, "first_at": None if page.rows else next_run(KIND, now=now())}
    return render(request, "recruiting/reports.html", context)


@require_safe
@allowed_to(may_read_reports)
def report(request: SignedInRequest, iso_year: int, iso_week: int) -> HttpResponse:
    found = get_object_or_404(WeeklyReport, iso_year=iso_year, iso_week=iso_week)
    read = read_report(found, language=request.user.language)
    before = list(WeeklyReport.objects.before(found).counted()[: WEEKS - 1])
    context = {
        "report": found,
        "read": read,
        "page": read_page(found, reader=request.user),
        "chart": chart_of_weeks(read, before),
        "offers_xlsx": can_write_workbooks(),
        "may_hand_over": may_hand_over(request.user),
    }
    if may_recruit(request.user):
        context["overdue_count"] = FollowUp.objects.overdue(on=localdate()).count()
    return render(request, "recruiting/report.html", context)


@require_safe
@allowed_to(may_read_reports)
def report_csv(request: SignedInRequest, iso_year: int, iso_week: int) -> HttpResponse:
    found = get_object_or_404(WeeklyReport, iso_year=iso_year, iso_week=iso_week)
    content = report_as_csv(found, language=request.user.language)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contrechamp-{found.period}.csv"'
    return response


@require_safe
@allowed_to(may_read_reports)
def report_xlsx(request: SignedInRequest, iso_year: int, iso_week: int) -> HttpResponse:
    """The spreadsheet, where the library that writes it is installed; nothing is here without it."""
    found = get_object_or_404(WeeklyReport, iso_year=iso_year, iso_week=iso_week)
    if not can_write_workbooks():
        raise Http404
    response = HttpResponse(report_as_workbook(found, reader=request.user), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="contrechamp-{found.period}.xlsx"'
    return response
