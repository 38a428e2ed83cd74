"""CodeCommit: repositories of real git, by AWS's API and by git itself over HTTP."""

from .service import CodeCommit

__all__ = ["CodeCommit"]
