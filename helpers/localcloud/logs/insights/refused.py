"""Commands and functions of Logs Insights QL that the local cloud does not have, so that it says so by name.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

COMMANDS = ("fields", "display", "filter", "stats", "sort", "limit", "parse", "dedup")
OTHER_COMMANDS = frozenset(
    {
        "addtotals",
        "anomaly",
        "diff",
        "filterindex",
        "head",
        "join",
        "lookup",
        "order",
        "pattern",
        "relevantfields",
        "search",
        "source",
        "tail",
        "unmask",
        "unnest",
    }
)
OTHER_FUNCTIONS = frozenset(
    {
        "case",
        "if",
        "ipv4tonumber",
        "isipinsubnet",
        "isipv4insubnet",
        "isipv6insubnet",
        "isvalidip",
        "isvalidipv4",
        "isvalidipv6",
        "jsonparse",
        "jsonstringify",
        "now",
        "querystarttime",
        "queryendtime",
        "querytimerange",
    }
)


def command(word: str) -> str:
    """Return why the command `word` is refused."""
    known = ", ".join(COMMANDS)
    if word.lower() in OTHER_COMMANDS:
        return (
            f"The command {word} of Logs Insights QL is not built in the local cloud, which has {known}. On a real"
            " account (WORKBOOK_BACKEND=aws) it works."
        )
    return f"{word} is no command of Logs Insights QL; expected one of {known}."


def function(word: str, known: list[str]) -> str:
    """Return why the function `word` is refused."""
    if word.lower() in OTHER_FUNCTIONS:
        return f"The function {word} of Logs Insights QL is not built in the local cloud. It has {', '.join(known)}."
    return f"{word} is no function of Logs Insights QL; expected one of {', '.join(known)}."
