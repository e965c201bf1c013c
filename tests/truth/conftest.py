"""The kernel's account for the tests of this folder; where there is none, nobody can overlook that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.truth.kernel_account import KernelAccount, why_not

WHY_NOT = why_not()
_USAGE = ""
if WHY_NOT is None:
    with KernelAccount() as _account:
        _USAGE = "" if _account.knows_usage else "; CPU TIME AND MEMORY ARE NOT COMPARED: taskstats is for root only"
_HELD_AGAINST = (
    f"procviz's reports were held against the kernel's account{_USAGE}"
    if WHY_NOT is None
    else f"THE KERNEL'S ACCOUNT IS NOT AVAILABLE ({WHY_NOT}): procviz's reports were compared with nothing"
)


@pytest.fixture(scope="session")
def truth() -> None:
    """Asks for the kernel's account: skips, loudly, where it is not to be had."""
    if WHY_NOT is not None:
        pytest.skip(f"NOT PROVED: THE KERNEL'S ACCOUNT OF PROCESSES IS NOT AVAILABLE HERE ({WHY_NOT})")


@pytest.fixture(autouse=True)
def _held_against(record_property: Callable[[str, object], None]) -> None:
    """One line at the end that says what the reports were held against."""
    record_property("closing line", _HELD_AGAINST)
