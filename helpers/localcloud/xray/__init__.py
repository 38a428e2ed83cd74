"""X-Ray: traces sent as segments or as OpenTelemetry's spans, searched, summed up and drawn as graphs."""

from .service import XRay

__all__ = ["XRay"]
