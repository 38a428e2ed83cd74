"""CloudWatch, computed: metrics by column, alarms by AWS's own algorithm, dashboards."""

from .service import CloudWatch

__all__ = ["CloudWatch"]
