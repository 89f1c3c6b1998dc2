from accounts.models.invitations import Invitation, SetupCode
from accounts.models.settings import SiteSettings
from accounts.models.users import Language, Role, User

__all__ = ["Invitation", "Language", "Role", "SetupCode", "SiteSettings", "User"]
