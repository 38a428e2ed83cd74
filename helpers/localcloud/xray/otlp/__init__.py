"""X-Ray's OTLP/HTTP endpoint: spans of OpenTelemetry become segments and subsegments."""

from .endpoint import OtlpEndpoint

__all__ = ["OtlpEndpoint"]
