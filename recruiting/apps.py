from django.apps import AppConfig
from django.core.checks import Tags
from django.core.checks import register as register_check


class RecruitingConfig(AppConfig):
    name = "recruiting"

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready.
        from accounts.domain.departures import register_departure  # noqa: PLC0415
        from recruiting.checks import check_personal_data  # noqa: PLC0415
        from recruiting.domain.follow_ups import pass_on_follow_ups_of  # noqa: PLC0415
        from recruiting.domain.leaving_mails import tell_leads_of_departure  # noqa: PLC0415
        from recruiting.domain.recall_notices import notice_of_recalls  # noqa: PLC0415
        from recruiting.jobs import register_jobs  # noqa: PLC0415
        from recruiting.mail_kinds import register_mail_kinds  # noqa: PLC0415
        from wiki.domain.publication_notices import register_publication_notice  # noqa: PLC0415

        register_check(check_personal_data, Tags.models)
        register_jobs()
        register_mail_kinds()
        register_departure(tell_leads_of_departure)
        register_departure(pass_on_follow_ups_of)
        register_publication_notice(notice_of_recalls)
