from datetime import datetime, time, tzinfo
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import in_words
from accounts.domain.settings import fingerprint_of_settings, site_settings
from accounts.forms.seen import SeenMixin
from accounts.models import User
from ledger.domain.hours import jobs_with_an_hour
from ledger.domain.schedule import Job

_HOUR = "hour-"  # before the name of a job, in the name of its field


class SettingsForm(SeenMixin, forms.Form):
    """Who keeps the wiki, and the hour of each job."""

    keeper = forms.ModelChoiceField(
        label=gettext_lazy("Keeper"),
        required=False,
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("A lead or an editor. Receives the replies to digests and reports."),
    )
    stand_in = forms.ModelChoiceField(
        label=gettext_lazy("Stand-in"),
        required=False,
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy(
            "Receives the replies when the keeper has left, or when the mail is addressed to the keeper."
        ),
    )

    def __init__(self, *args: Any, now: datetime, zone: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = site_settings()
        for name in ("keeper", "stand_in"):
            choice: Any = self.fields[name]
            choice.queryset = User.objects.who_may_keep_the_wiki()
            self.initial[name] = getattr(standing, f"{name}_id")
        for job in jobs_with_an_hour():
            self.fields[_HOUR + job.name] = _hour_field(job, now=now, zone=zone)
            self.initial[_HOUR + job.name] = job.schedule.at
        self.initial["seen"] = fingerprint_of_settings()

    def clean(self) -> None:
        super().clean()
        keeper = self.cleaned_data.get("keeper")
        if keeper and keeper == self.cleaned_data.get("stand_in"):
            self.add_error("stand_in", _("Choose someone other than the keeper."))

    @property
    def people_fields(self) -> list[BoundField]:
        return [self["keeper"], self["stand_in"]]

    @property
    def hour_fields(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(_HOUR)]

    def hours(self) -> dict[str, time]:
        """The hour of each job, by its name."""
        return {
            name.removeprefix(_HOUR): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_HOUR)
        }


def _hour_field(job: Job, *, now: datetime, zone: tzinfo) -> forms.TimeField:
    coming = job.schedule.next_moment(now=now, zone=zone).astimezone(zone)
    words = {
        "days": job.schedule.days,
        "weekday": in_words(coming, "l"),
        "when": in_words(coming, "DATETIME_FORMAT"),
    }
    return forms.TimeField(
        label=str(job.label),
        help_text=_("%(days)s. Next: %(weekday)s %(when)s.") % words,
        input_formats=["%H:%M", "%Hh%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter an hour such as 08:00.")},
    )
