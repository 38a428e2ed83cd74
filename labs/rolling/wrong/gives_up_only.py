"""The breaker opens, and nobody goes back."""

from helpers import delivery

EXERCISE = "breaker"
MESSAGE = "its last good deployment by itself"


def apply() -> None:
    _configure({"enable": True, "rollback": False}, 50)


def undo() -> None:
    _configure({"enable": False, "rollback": False}, 50)


def _configure(breaker: dict[str, bool], minimum: int) -> None:
    chosen = {"deploymentCircuitBreaker": breaker, "minimumHealthyPercent": minimum, "maximumPercent": 100 + minimum}
    delivery.find("catalog", "rolling").update(deploymentConfiguration=chosen)
