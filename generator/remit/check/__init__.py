"""What can be wrong with a register: one small function per check, all in one table."""

from remit.check.table import (
    CHECKS,
    Row,
    check_alone,
    check_named,
    run_checks,
    run_checks_of_changed,
    run_checks_of_words,
)

__all__ = [
    "CHECKS",
    "Row",
    "check_alone",
    "check_named",
    "run_checks",
    "run_checks_of_changed",
    "run_checks_of_words",
]
