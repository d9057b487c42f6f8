"""A report as data: JSON whose shape is written down in docs/report-data.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from remit.diagnostics import Diagnostic
from remit.model.approvals import Approval
from remit.model.report import Report
from remit.render.comparison_json import comparison_data

SHAPE = 1
"""Raised when a field is taken away or means something else, not when one is added."""


def as_data(report: Report) -> str:
    """`changes` has the shape of `remit diff --format json`; null when a state cannot be read."""
    found = report.comparison
    data = {
        "version": SHAPE,
        "what": "report",
        "old": report.old,
        "new": report.new,
        "passes": report.passes,
        "unread": {
            "old": [_finding(one) for one in report.unread_old],
            "new": [_finding(one) for one in report.unread_new],
        },
        "findings": {
            "new": [_finding(one) for one in report.findings.new],
            "mended": [_finding(one) for one in report.findings.mended],
            "staying": report.findings.staying,
        },
        "approvals": [_approval(one) for one in report.approvals],
        "translations": [asdict(one) for one in report.translations],
        "redlines": [asdict(one) for one in report.redlines],
        "changes": comparison_data(found, report.old, report.new) if found else None,
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {
        "path": found.location.path,
        "line": found.location.line,
        "column": found.location.column,
        "severity": found.severity.value,
        "code": found.code,
        "message": found.message,
        "help": found.help,
    }


def _approval(approval: Approval) -> dict[str, Any]:
    return {
        "owner": approval.owner,
        "records": [
            {
                "address": one.change.address,
                "change": one.change.fate,
                "weight": "substantive" if one.is_substantive else "editorial",
                "because_of": list(one.substantive),
                "claim": one.claim.value if one.claim else None,
                "contradicted": one.is_contradicted,
            }
            for one in approval.changes
        ],
    }
