VERSION = "0"


def render(text: str) -> str:
    return ""
