"""The accounts of the demonstration: seeded by `seed_demo`, listed on its sign-in page, never elsewhere."""

from dataclasses import dataclass

from accounts.models import Role

DEMO_PASSWORD = "contrechamp-demo"  # noqa: S105 - public on purpose


@dataclass(frozen=True)
class DemoAccount:
    name: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@verrebrume.example"

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in self.roles]


DEMO_ACCOUNTS = [
    DemoAccount("Claire", (Role.LEAD,)),
    DemoAccount("Marc", (Role.EDITOR,)),
    DemoAccount("Sophie", (Role.RECRUITER,)),
    DemoAccount("Thomas", (Role.READER,)),
    DemoAccount("Omar", (Role.ADMINISTRATOR, Role.READER)),
]
