"""What an installation is made of says the same: image, compose file, settings, operations.md."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from config.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
SETTING = re.compile(r"""env(?:\.[a-z]+|\.ENVIRON\.get)?\(\s*"([A-Z_]+)\"""")
# The compose file makes these itself, or they are for the tests and the demonstration.
NOT_PASSED_ON = {"DATA_DIR", "DEBUG", "DEMO", "TEST_DATABASE"}


def settings() -> set[str]:
    found = set(SETTING.findall((ROOT / "config/settings.py").read_text()))
    assert {"SITE_URL", "SECRET_KEY", "EMAIL_HOST_PASSWORD", "TRUSTED_PROXY_COUNT"} <= found
    return found


def test_operations_names_every_setting():
    page = (ROOT / "docs/operations.md").read_text()
    assert {name for name in settings() - {"TEST_DATABASE"} if f"`{name}`" not in page} == set()


def test_compose_passes_every_setting_on():
    composed = (ROOT / "docker-compose.yml").read_text()
    passed = set(re.findall(r"^    ([A-Z_]+):", composed, re.MULTILINE))
    assert settings() - NOT_PASSED_ON - passed == set()


def test_image_has_its_catalogues_before_it_runs(tmp_path):
    steps = (ROOT / "Dockerfile").read_text().splitlines()
    copied = steps.index("COPY . .")
    assert copied < steps.index("RUN python -m config.catalogues") < steps.index("USER contrechamp")

    for folder in ("config", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.mo"))
    subprocess.run([sys.executable, "-m", "config.catalogues"], cwd=tmp_path, check=True)
    [compiled] = tmp_path.glob("locale/*/LC_MESSAGES/*.mo")
    assert compiled.stat().st_size > 1000

    # The start then writes nothing, as the image's user may not.
    written = compiled.stat().st_mtime_ns
    compile_catalogues(tmp_path / "locale")
    assert compiled.stat().st_mtime_ns == written


def test_a_newer_catalogue_is_compiled_again(tmp_path):
    shutil.copytree(ROOT / "locale", tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    compile_catalogues(tmp_path / "locale")
    [compiled] = tmp_path.glob("*/*/LC_MESSAGES/*.mo")
    os.utime(compiled, (0, 0))
    compile_catalogues(tmp_path / "locale")
    assert compiled.stat().st_mtime > 0
