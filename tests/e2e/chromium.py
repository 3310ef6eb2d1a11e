"""Tests of pages in a real browser (tests/browser), run by Node against a daemon of ours."""
import os
import shutil
import subprocess

from daemon import ROOT

FOLDER = ROOT / "tests/browser"
CHROMIUM = os.environ.get("CHARTBELL_CHROMIUM", "/usr/bin/chromium")
RUN_SECONDS = 900


def install_browser_tests():
    assert shutil.which(CHROMIUM), "no browser: apt-get install chromium, or set CHARTBELL_CHROMIUM"
    installed = FOLDER / "node_modules/.package-lock.json"
    lock = FOLDER / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)
        installed.touch()


def browser_environment(url, **settings):
    """What tests/browser/world.mjs reads."""
    return {**os.environ, "CHARTBELL_URL": url, "CHARTBELL_CHROMIUM": CHROMIUM, **settings}


def run_browser_tests(url, *files, **settings):
    """Files of FOLDER, one after the other; fails with what they say."""
    install_browser_tests()
    run = subprocess.run(
        ["node", "--test", "--test-concurrency=1", "--test-reporter=spec",
         *(FOLDER / name for name in files)],
        env=browser_environment(url, **settings),
        capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
    print(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
