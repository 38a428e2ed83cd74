"""CodeBuild: buildspecs that really run."""

from .service import CodeBuild

__all__ = ["CodeBuild"]
