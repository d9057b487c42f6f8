"""What can be wrong with a register: one small function per check, all in one table."""

from remit.check.table import CHECKS, run_checks

__all__ = ["CHECKS", "run_checks"]
