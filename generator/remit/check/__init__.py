"""What can be wrong with a register: one small function per check, all in one table."""

from remit.check.table import CHECKS, Row, run_checks, run_checks_again

__all__ = ["CHECKS", "Row", "run_checks", "run_checks_again"]
