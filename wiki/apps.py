from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ledger.domain.schedule import Daily, Weekdays, register_job


class WikiConfig(AppConfig):
    name = "wiki"

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready.
        from accounts.domain.departures import register_departure  # noqa: PLC0415
        from ledger.domain.mail_kinds import register_mail_kind  # noqa: PLC0415
        from wiki.domain.digest_contents import OWNER_DIGEST  # noqa: PLC0415
        from wiki.domain.digests import OWNER_DIGESTS, run_owner_digests  # noqa: PLC0415
        from wiki.domain.mails import ASSIGNMENT, still_concerns  # noqa: PLC0415
        from wiki.domain.open_requests import (  # noqa: PLC0415
            REQUESTS_HANDED_OVER,
            hand_over_requests_of,
        )
        from wiki.domain.pauses import end_pauses_of  # noqa: PLC0415
        from wiki.domain.verification_request_mails import (  # noqa: PLC0415
            VERIFICATION_REQUEST,
            VERIFICATION_REQUEST_DONE,
            still_asked,
            still_asks,
        )
        from wiki.domain.verification_requests import REQUESTS_CLOSED, run_closing  # noqa: PLC0415

        register_departure(end_pauses_of)
        register_departure(hand_over_requests_of)
        register_job(
            name=OWNER_DIGESTS,
            label=_("Owners’ digests"),
            schedule=Weekdays(at=time(8, 0)),
            work=run_owner_digests,
        )
        # Before the digests, which tell of what is still asked.
        register_job(
            name=REQUESTS_CLOSED,
            label=_("End of verification requests that are confirmed"),
            schedule=Daily(at=time(3, 15)),
            work=run_closing,
        )
        register_mail_kind(kind=ASSIGNMENT, label=_("Assignment"), still_concerns=still_concerns)
        register_mail_kind(kind=OWNER_DIGEST, label=_("Owner’s digest"), still_concerns=still_concerns)
        register_mail_kind(
            kind=VERIFICATION_REQUEST, label=_("Verification request"), still_concerns=still_asked
        )
        register_mail_kind(
            kind=VERIFICATION_REQUEST_DONE,
            label=_("End of a verification request"),
            still_concerns=still_asks,
        )
        register_mail_kind(
            kind=REQUESTS_HANDED_OVER,
            label=_("Verification requests handed over"),
            still_concerns=still_asks,
        )
