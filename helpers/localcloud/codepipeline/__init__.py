"""CodePipeline: pipelines that really move bytes from source to deployment."""

from .service import CodePipeline

__all__ = ["CodePipeline"]
