from accounts.models.calendars import CalendarFeed
from accounts.models.invitations import Invitation, SetupCode
from accounts.models.settings import SiteSettings
from accounts.models.users import Language, Role, User

__all__ = ["CalendarFeed", "Invitation", "Language", "Role", "SetupCode", "SiteSettings", "User"]
