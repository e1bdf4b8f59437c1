"""Finding or installing a Chromium; no command is really run here, and nothing is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from web.tools import ROOT, BuildError, chromium


class Machine:
    """A stand-in for the machine: what is there, what `apt-get` and Playwright bring, what was run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs: dict[str, str] = {}
        self.playwrights_own: str | None = None
        self.fonts = True
        self.root = True
        self.brings: dict[str, dict[str, str]] = {}
        self.ran: list[list[str]] = []
        monkeypatch.delenv(chromium.VARIABLE, raising=False)
        monkeypatch.setattr(chromium.shutil, "which", self.programs.get)
        monkeypatch.setattr(chromium, "_playwrights_own", lambda: self.playwrights_own)
        monkeypatch.setattr(chromium, "_colour_emoji_font", lambda: self.fonts)
        monkeypatch.setattr(chromium, "_call", self.call)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if self.root else 1000, raising=False)

    def call(self, command: list[str]) -> str:
        self.ran.append(command)
        self.programs.update(self.brings.get(" ".join(command), {}))
        return "" if " ".join(command) in self.brings else "no network"


APT = "apt-get install --yes chromium fonts-noto-color-emoji"
PLAYWRIGHT = f"{sys.executable} -m playwright install chromium"
DEBIAN = {"apt-get": "/usr/bin/apt-get"}
INSTALLED = {"chromium": "/usr/bin/chromium"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_the_one_that_the_environment_names_comes_first(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.programs |= {"/my/chromium": "/my/chromium", **INSTALLED}
    machine.playwrights_own = "/cache/chromium"
    monkeypatch.setenv(chromium.VARIABLE, "/my/chromium")
    assert chromium.provide() == "/my/chromium"


def test_a_name_that_is_no_executable_is_refused(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, "/my/chromium")
    with pytest.raises(BuildError, match="INKMOJI_CHROMIUM names /my/chromium, which is none"):
        chromium.provide()


def test_playwrights_own_comes_before_the_systems(machine: Machine) -> None:
    machine.programs |= INSTALLED
    machine.playwrights_own = "/cache/chromium"
    assert chromium.provide() == "/cache/chromium"
    assert machine.ran == []


def test_the_systems_is_used_and_nothing_installed(machine: Machine) -> None:
    machine.programs |= DEBIAN | INSTALLED
    assert chromium.provide() == "/usr/bin/chromium"
    assert machine.ran == []


def test_on_debian_the_systems_package_is_installed(machine: Machine) -> None:
    machine.programs |= DEBIAN
    machine.brings = {"apt-get update": {}, APT: INSTALLED}
    assert chromium.provide() == "/usr/bin/chromium"


def test_on_debian_a_missing_font_is_installed_too_but_is_not_fatal(machine: Machine) -> None:
    machine.programs |= DEBIAN | INSTALLED
    machine.fonts = False
    assert chromium.provide() == "/usr/bin/chromium"
    assert machine.ran == [["apt-get", "update"]]


def test_on_debian_a_failed_installation_says_why(machine: Machine) -> None:
    machine.programs |= DEBIAN
    with pytest.raises(BuildError, match="apt-get could not install Chromium:\nno network"):
        chromium.provide()


@pytest.mark.parametrize("sudo", [True, False])
def test_without_root_apt_get_needs_a_sudo_that_does_not_ask(machine: Machine, sudo: bool) -> None:
    machine.root = False
    machine.programs |= DEBIAN | {"sudo": "/usr/bin/sudo"}
    machine.brings = {
        "sudo -n apt-get update": {},
        f"sudo -n {APT}": INSTALLED,
        PLAYWRIGHT: {"chromium": "/from/playwright"},
    }
    if sudo:
        machine.brings["sudo -n true"] = {}
    assert chromium.provide() == ("/usr/bin/chromium" if sudo else "/from/playwright")


def test_where_nothing_helps_the_message_says_what_to_do(machine: Machine) -> None:
    with pytest.raises(
        BuildError, match="install Chromium or Google Chrome, or name its executable in INKMOJI_CHROMIUM"
    ):
        chromium.provide()
    assert machine.ran == [PLAYWRIGHT.split()]


def test_playwright_tells_where_its_own_is_or_that_it_has_none() -> None:
    script = "from web.tools import chromium; print(chromium._playwrights_own())"  # the session's Playwright is at work
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said == "None\n" or Path(said.strip()).is_file()
