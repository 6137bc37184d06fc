"""Every branch of the rulebook is taken by a test: the run of all tests fails otherwise."""

import os
import subprocess
import sys

import pytest

from doudi.config.testing import GATE

PACKAGE = "def sign(number):\n    if number < 0:\n        return -1\n    return 1\n"


def run_of(folder, test):
    """The run of a package of one branch, with the gate that the rulebook has."""
    (folder / "planted.py").write_text(PACKAGE)
    (folder / "test_planted.py").write_text(f"from planted import sign\n\n\ndef test_sign():\n    {test}\n")
    gate = [option.replace("doudi.policy", "planted") for option in GATE]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider", *gate]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.planted
def test_a_branch_that_no_test_takes_fails_the_run(tmp_path):
    done = run_of(tmp_path, "assert sign(5) == 1")
    assert done.returncode != 0
    assert "coverage of 100% not reached" in done.stdout


def test_a_package_of_which_every_branch_is_taken_passes(tmp_path):
    assert run_of(tmp_path, "assert (sign(-5), sign(5)) == (-1, 1)").returncode == 0
