"""The Chromium that browser tests drive: found where there is one, else installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from web.tools import BuildError

VARIABLE = "INKMOJI_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-color-emoji")


def provide() -> str:
    """Return the path of a Chromium, after installing one where none is found."""
    path = find()
    apt = _apt_get()
    if apt and (path is None or not _colour_emoji_font()):
        print("installing " + " and ".join(DEBIAN_PACKAGES), flush=True)
        _install_debian(apt, required=path is None)
    elif path is None:
        print("installing Playwright's Chromium", flush=True)
        _call([sys.executable, "-m", "playwright", "install", "chromium"])
    path = path or find()
    if path is None:
        raise BuildError(
            "expected a Chromium for the browser tests, found none and could not install one: "
            f"install Chromium or Google Chrome, or name its executable in {VARIABLE}"
        )
    return path


def find() -> str | None:
    """Return the Chromium that the environment names, else Playwright's own, else the system's."""
    named = os.environ.get(VARIABLE)
    if named:
        if shutil.which(named) is None:
            raise BuildError(f"expected an executable, {VARIABLE} names {named}, which is none")
        return named
    playwright = _playwrights_own()
    return playwright or next(filter(None, map(shutil.which, NAMES)), None)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _apt_get() -> list[str] | None:
    """Return the command that runs apt-get with the rights to install, or None."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and _call(["sudo", "-n", "true"]) == "":
        return ["sudo", "-n", "apt-get"]
    return None


def _install_debian(apt: list[str], *, required: bool) -> None:
    install = [*apt, "install", "--yes", *DEBIAN_PACKAGES]
    said = _call([*apt, "update"]) or _call(install)
    if said and required:
        raise BuildError(f"apt-get could not install Chromium:\n{said}")


def _colour_emoji_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    command = ["fc-list", ":color=true", "family"]
    fonts = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "emoji" in fonts.lower()


def _call(command: list[str]) -> str:
    """Run `command`; return "" when it went well, else what it said."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode == 0:
        return ""
    return (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
