"""All old tasks may go before a new one has shown itself."""

from helpers import delivery

EXERCISE = "breaker"
MESSAGE = "a deployment that no customer notices"


def apply() -> None:
    _configure({"enable": True, "rollback": True}, 0)


def undo() -> None:
    _configure({"enable": False, "rollback": False}, 50)


def _configure(breaker: dict[str, bool], minimum: int) -> None:
    chosen = {"deploymentCircuitBreaker": breaker, "minimumHealthyPercent": minimum, "maximumPercent": 100 + minimum}
    delivery.find("catalog", "rolling").update(deploymentConfiguration=chosen)
