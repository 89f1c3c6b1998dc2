from accounts.forms.seen import SeenMixin


class CalendarMakeForm(SeenMixin):
    """Nothing to fill in; what its reader saw is told by `accounts.domain.calendars.state_of`."""
