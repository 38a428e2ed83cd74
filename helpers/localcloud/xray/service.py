"""X-Ray. https://docs.aws.amazon.com/xray/latest/api/"""

from __future__ import annotations

from typing import ClassVar

from .graph_operations import GraphOperations
from .otlp import OtlpEndpoint
from .setting_operations import SettingOperations
from .tag_operations import TagOperations


class XRay(GraphOperations, TagOperations, SettingOperations, OtlpEndpoint):
    """Traces, what is computed of them, and sampling; spans by OTLP/HTTP."""

    service: ClassVar[str] = "xray"
    validation_error: ClassVar[str] = "InvalidRequestException"
