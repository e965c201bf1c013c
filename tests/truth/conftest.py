"""The kernel's account for the tests of this folder; where there is none, nobody can overlook that."""

from __future__ import annotations

import statistics

import pytest

from tests.truth.aborts import took_s
from tests.truth.kernel_account import KernelAccount, why_not

WHY_NOT = why_not()
_USAGE = ""
if WHY_NOT is None:
    with KernelAccount() as _account:
        _USAGE = "" if _account.knows_usage else "; CPU TIME AND MEMORY ARE NOT COMPARED: taskstats is for root only"


@pytest.fixture(scope="session")
def truth() -> None:
    """Asks for the kernel's account: skips, loudly, where it is not to be had."""
    if WHY_NOT is not None:
        pytest.skip(f"NOT PROVED: THE KERNEL'S ACCOUNT OF PROCESSES IS NOT AVAILABLE HERE ({WHY_NOT})")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says what the reports were held against."""
    if WHY_NOT is not None:
        terminalreporter.write_line(
            f"THE KERNEL'S ACCOUNT IS NOT AVAILABLE ({WHY_NOT}): procviz's reports were compared with nothing",
            red=True,
            bold=True,
        )
    else:
        terminalreporter.write_line(f"procviz's reports were held against the kernel's account{_USAGE}")
    if took_s:
        middle, most = statistics.median(took_s) * 1e3, max(took_s) * 1e3
        terminalreporter.write_line(
            f"{len(took_s)} aborts: the last process was gone after {middle:.0f} ms, at most {most:.0f}"
        )
