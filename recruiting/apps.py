from datetime import time

from django.apps import AppConfig

from ledger.domain.schedule import Weekly, register_job


class RecruitingConfig(AppConfig):
    name = "recruiting"

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready.
        from recruiting.domain.weekly_reports import JOB, send_report_of_period  # noqa: PLC0415

        register_job(name=JOB, schedule=Weekly(at=time(8, 0)), work=send_report_of_period)
