"""The files of a production installation, read by the programs that they are for, where these are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from pipelines.defs import night
from pipelines.home import PROJECT
from tests.flow.production import DEPLOY, PROGRAM, unit

SERVICES = sorted(path.name for path in DEPLOY.glob("*.service"))
PAGE = (PROJECT / "pipelines" / "docs" / "production.md").read_text(encoding="utf-8")


def _program(name: str, package: str) -> str:
    found = shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed (Debian and Ubuntu: apt install {package}).")
    return found


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = _program("systemd-analyze", "systemd")
    shutil.copytree(DEPLOY, tmp_path, dirs_exist_ok=True)
    for name in SERVICES:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert PROGRAM in text
        (tmp_path / name).write_text(text.replace(PROGRAM, "/bin/true"), encoding="utf-8")
    names = sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".service", ".timer"))
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(f"./{name}" for name in names)],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_may_write_only_where_it_should(name: str) -> None:
    found = unit(name)
    assert (found["User"], found["ProtectSystem"], found["NoNewPrivileges"]) == ("yearbook", "strict", "yes")
    assert found.get("ReadWritePaths") == ("/var/backups/yearbook" if "backup" in name else None)


def test_the_timer_keeps_the_hour_of_the_schedule() -> None:
    zone = yaml.safe_load((PROJECT / "data_contracts" / "calendar.yaml").read_text(encoding="utf-8"))["time_zone"]
    timer = unit("yearbook-night.timer", "Timer")
    assert timer["OnCalendar"] == f"*-*-* {night.HOUR:02d}:{night.MINUTE:02d}:00 {zone}"
    assert f"{night.MINUTE} {night.HOUR} * * * root" in PAGE


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-readers.conf"])
def test_nginx_takes_the_site(name: str, tmp_path: Path) -> None:
    nginx, openssl = _program("nginx", "nginx-light"), _program("openssl", "openssl")
    (tmp_path / "tls").mkdir()
    keys = ["-keyout", "tls/privkey.pem", "-out", "tls/fullchain.pem"]
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test", *keys],
        cwd=tmp_path, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    site = (DEPLOY / name).read_text(encoding="utf-8").replace("/etc/yearbook", str(tmp_path))
    site = re.sub(r"\n *listen \[::\].*", "", site)  # not every machine of tests has IPv6, nor may all open low ports
    (tmp_path / "site").write_text(re.sub(r"listen (80|443)\b", r"listen 18\1", site), encoding="utf-8")
    (tmp_path / "nginx.conf").write_text("events {}\npid pid;\nhttp { access_log off; include site; }\n")
    done = subprocess.run(
        [nginx, "-t", "-p", f"{tmp_path}/", "-c", "nginx.conf", "-e", f"{tmp_path}/log"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
