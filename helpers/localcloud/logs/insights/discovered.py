"""Fields that are found in the lines which Lambda's runtime writes about each invocation.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

from .values import Kind, Value

_GROUPS = "/aws/lambda/"
# Sizes are in bytes, with a megabyte of 1,000,000, as AWS's own sample queries divide them.
_BYTES = 1_000_000
_PATTERNS = {
    "@type": r"^(START|END|REPORT) RequestId:",
    "@requestId": r"RequestId: (\S+)",
    "@duration": r"^REPORT RequestId: \S+\s+Duration: ([0-9.]+) ms",
    "@billedDuration": r"^REPORT.*Billed Duration: ([0-9.]+) ms",
    "@initDuration": r"^REPORT.*Init Duration: ([0-9.]+) ms",
    "@memorySize": r"^REPORT.*Memory Size: ([0-9.]+) MB",
    "@maxMemoryUsed": r"^REPORT.*Max Memory Used: ([0-9.]+) MB",
}


def of_lambda(name: str) -> Value | None:
    """Return the field `name` ("@duration") of a line in a log group of Lambda, or None if there is no such field."""
    pattern = _PATTERNS.get(name)
    if pattern is None:
        return None
    found = f"regexp_extract_all(message, '{pattern}', 1)[1]"
    if pattern.endswith("MB"):
        found = f"TRY_CAST({found} AS DOUBLE) * {_BYTES}"
    kind = Kind.NUMBER if pattern.endswith("MB") else Kind.TEXT
    return Value(f"(CASE WHEN starts_with(log_group, '{_GROUPS}') THEN {found} END)", kind)
