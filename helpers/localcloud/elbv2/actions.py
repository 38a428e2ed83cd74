"""Actions of rules: checked, described, and as what the proxy answers.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..proxy import Answer, Fixed, Forward, Redirect, Share
from ..service import ServiceError
from .model import Part

_TYPES = ("forward", "fixed-response", "redirect")
_MOST_GROUPS, _MOST_WEIGHT, _LONGEST_STICKINESS = 5, 999, 604_800
_BODY = 1024
_CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")
_KEPT = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}"}
_PLACEHOLDER = re.compile(r"#\{[a-z]+\}")


def normalised(actions: Sequence[Part]) -> list[Part]:
    """Return `actions` as the API describes them. Raises ServiceError for what a rule cannot do."""
    if len(actions) != 1:
        raise ServiceError(
            "InvalidLoadBalancerAction",
            "A rule of the local cloud has exactly one action (forward, redirect or fixed-response);"
            f" this one has {len(actions)}.",
        )
    action = actions[0]
    kind = action["Type"]
    if kind not in _TYPES:
        raise ServiceError("InvalidLoadBalancerAction", f"The local cloud has no action '{kind}', only {_TYPES}.")
    if kind == "forward":
        return [_forward(action)]
    return [_fixed(action) if kind == "fixed-response" else _redirect(action)]


def answer_of(action: Part, name_of: Callable[[str], str], lasting: Callable[[int], int]) -> Answer:
    """Return what the proxy does for an action that `normalised` has returned.

    `name_of` gives the proxy's name of a target group, `lasting` the real seconds of a duration of AWS's.
    """
    if action["Type"] == "forward":
        config = action["ForwardConfig"]
        sticky = config["TargetGroupStickinessConfig"]
        affinity = lasting(sticky["DurationSeconds"]) if sticky["Enabled"] else None
        shares = [Share(name_of(each["TargetGroupArn"]), each["Weight"]) for each in config["TargetGroups"]]
        return Forward(tuple(shares), affinity)
    if action["Type"] == "fixed-response":
        fixed = action["FixedResponseConfig"]
        return Fixed(int(fixed["StatusCode"]), fixed.get("MessageBody", ""), fixed.get("ContentType", "text/plain"))
    return _redirection(action["RedirectConfig"])


def _forward(action: Part) -> Part:
    config = action.get("ForwardConfig") or {}
    groups = config.get("TargetGroups") or [{"TargetGroupArn": action.get("TargetGroupArn")}]
    groups = [{"TargetGroupArn": each.get("TargetGroupArn"), "Weight": each.get("Weight", 1)} for each in groups]
    arns = [group["TargetGroupArn"] for group in groups]
    if not all(arns):
        raise ServiceError("ValidationError", "A target group ARN must be specified")
    if len(set(arns)) < len(arns):
        raise ServiceError("ValidationError", "A target group can be named once in a forward action")
    if len(arns) > _MOST_GROUPS:
        raise ServiceError("TooManyTargetGroups", f"A forward action has up to {_MOST_GROUPS} target groups")
    if (given := action.get("TargetGroupArn")) and arns != [given]:
        raise ServiceError("ValidationError", "You cannot specify both a target group ARN and a forward config")
    for group in groups:
        if not 0 <= group["Weight"] <= _MOST_WEIGHT:
            raise ServiceError("ValidationError", f"Weight '{group['Weight']}' must be between 0 and {_MOST_WEIGHT}")
    made = {"TargetGroups": groups, "TargetGroupStickinessConfig": _stickiness(config)}
    one = {"TargetGroupArn": arns[0]} if len(arns) == 1 else {}
    return {"Type": "forward", **one, "Order": action.get("Order", 1), "ForwardConfig": made}


def _stickiness(config: Part) -> Part:
    given = config.get("TargetGroupStickinessConfig") or {}
    if not given.get("Enabled"):
        return {"Enabled": False}
    seconds = given.get("DurationSeconds")
    if seconds is None or not 1 <= seconds <= _LONGEST_STICKINESS:
        raise ServiceError(
            "ValidationError", f"Target group stickiness duration must be between 1 and {_LONGEST_STICKINESS} seconds"
        )
    return {"Enabled": True, "DurationSeconds": seconds}


def _fixed(action: Part) -> Part:
    config = action.get("FixedResponseConfig") or {}
    code = config.get("StatusCode", "")
    if not re.fullmatch(r"[245][0-9]{2}", code):
        raise ServiceError("ValidationError", f"The status code '{code}' must match '^(2|4|5)\\d\\d$'")
    if len(config.get("MessageBody", "")) > _BODY:
        raise ServiceError("ValidationError", f"The message body has up to {_BODY} characters")
    if config.get("ContentType", "text/plain") not in _CONTENT_TYPES:
        raise ServiceError("ValidationError", f"The content type is one of {', '.join(_CONTENT_TYPES)}")
    return {"Type": "fixed-response", "Order": action.get("Order", 1), "FixedResponseConfig": config}


def _redirect(action: Part) -> Part:
    config = {**_KEPT, **(action.get("RedirectConfig") or {})}
    if all(config[name] == kept for name, kept in _KEPT.items()):
        raise ServiceError(
            "InvalidLoadBalancerAction", "The redirect configuration is not valid because it creates a loop."
        )
    if config["Protocol"] not in ("#{protocol}", "HTTP", "HTTPS"):
        raise ServiceError("ValidationError", f"Protocol '{config['Protocol']}' must be HTTP, HTTPS or #{{protocol}}")
    if config["Port"] != "#{port}" and not (config["Port"].isdigit() and 1 <= int(config["Port"]) <= 65535):
        raise ServiceError("ValidationError", f"Port '{config['Port']}' must be 1 to 65535 or #{{port}}")
    if not config["Path"].startswith("/"):
        raise ServiceError("ValidationError", f"Path '{config['Path']}' must begin with a '/'")
    _refuse_placeholders(config)
    return {"Type": "redirect", "Order": action.get("Order", 1), "RedirectConfig": config}


def _refuse_placeholders(config: Part) -> None:
    path_rest = _PLACEHOLDER.findall(config["Path"].replace("#{path}", "", 1))
    new_query = config["Query"] not in ("#{query}", "")
    host = config["Host"] if config["Host"] != _KEPT["Host"] else ""
    if path_rest or _PLACEHOLDER.search(host) or (new_query and "#{" in config["Path"] + config["Query"]):
        raise ServiceError(
            "ValidationError",
            "The local cloud redirects with #{path} once in Path, with the other placeholders standing alone, and with"
            " a new Query only beside a Path without placeholders.",
        )


def _redirection(config: Part) -> Redirect:
    changed = {name: config[name] for name, kept in _KEPT.items() if config[name] != kept}
    port = int(changed["Port"]) if "Port" in changed else None
    scheme = changed["Protocol"].lower() if "Protocol" in changed else None
    permanent = config.get("StatusCode") != "HTTP_302"
    return Redirect(permanent, scheme, changed.get("Host"), port, changed.get("Path"), changed.get("Query"))
