"""Routes of a listener as Envoy reads them.

https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .model import Cluster, Fixed, Forward, HeaderMatch, Listener, Redirect, Route, Share
from .naming import Document, http_filter, short, typed

SESSION_FILTER = "session"
TARGET_COOKIE, GROUP_COOKIE = "AWSALB", "AWSALBTG"
NO_TARGET = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
)
_ADDED_BY_ENVOY = ["x-envoy-external-address", "x-envoy-internal", "x-envoy-expected-rq-timeout-ms"]


def routes_document(listener: Listener, clusters: Mapping[str, Cluster]) -> Document:
    """Return the routes of a listener; `clusters` has those they name."""
    found = [made for route in listener.routes for made in _routes(route, clusters, listener.idle_timeout)]
    host = {
        "name": "all",
        "domains": ["*"],
        "routes": found,
        "request_headers_to_add": [
            _header("x-forwarded-for", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%", add=True),
            _header("x-forwarded-port", "%DOWNSTREAM_LOCAL_PORT%"),
        ],
        "request_headers_to_remove": _ADDED_BY_ENVOY,
    }
    name = short(listener.name)
    return typed("config.route.v3.RouteConfiguration", name=name, virtual_hosts=[host], validate_clusters=False)


def _routes(route: Route, clusters: Mapping[str, Cluster], idle: int) -> list[Document]:
    if isinstance(route.answer, Fixed):
        return [_fixed(route.matches, route.answer)]
    if isinstance(route.answer, Redirect):
        return [_redirect(route.matches, route.answer)]
    return _forwards(route.matches, route.answer, clusters, idle)


def _forwards(
    matches: tuple[HeaderMatch, ...], forward: Forward, clusters: Mapping[str, Cluster], idle: int
) -> list[Document]:
    shares = [share for share in forward.shares if share.weight > 0]
    if not shares:
        unavailable = Fixed(503, NO_TARGET.format("503 Service Temporarily Unavailable"), "text/html")
        return [_fixed(matches, unavailable)]
    made = [_forward(matches, shares, forward.affinity, clusters, idle)]
    if forward.affinity is None:
        return made
    # A client that shows its cookie goes where it was, whatever the weights are by now, unless that is nothing.
    bound = [
        _forward((*matches, _bound_to(share.cluster)), [share], forward.affinity, clusters, idle) for share in shares
    ]
    return [*bound, *made]


def _bound_to(cluster: str) -> HeaderMatch:
    return HeaderMatch("cookie", rf"(.*;\s*)?{GROUP_COOKIE}={short(cluster)}(\s*;.*)?")


def _forward(
    matches: tuple[HeaderMatch, ...],
    shares: list[Share],
    affinity: int | None,
    clusters: Mapping[str, Cluster],
    idle: int,
) -> Document:
    weighted = [_weighted(share, clusters[share.cluster], affinity) for share in shares]
    # Streams may last: what ends a request is the silence of its target.
    action = {"weighted_clusters": {"clusters": weighted}, "timeout": "0s", "idle_timeout": f"{idle}s"}
    return {"match": _match(matches), "route": action}


def _weighted(share: Share, cluster: Cluster, affinity: int | None) -> Document:
    made: Document = {"name": share.cluster, "weight": share.weight}
    if affinity is not None:
        cookie = f"{GROUP_COOKIE}={short(share.cluster)}; Max-Age={affinity}; Path=/"
        made["response_headers_to_add"] = [_header("set-cookie", cookie, add=True)]
    if cluster.affinity is not None:
        made["typed_per_filter_config"] = {SESSION_FILTER: _session(cluster.affinity)}
    return made


def _session(seconds: int) -> Document:
    """https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/http/stateful_session/cookie/v3/cookie.proto"""
    cookie = {"name": TARGET_COOKIE, "path": "/", "ttl": f"{seconds}s"}
    state = typed("extensions.http.stateful_session.cookie.v3.CookieBasedSessionState", cookie=cookie)
    session = {"session_state": {"name": "envoy.http.stateful_session.cookie", "typed_config": state}}
    return http_filter("stateful_session.v3.StatefulSessionPerRoute", stateful_session=session)


def _fixed(matches: tuple[HeaderMatch, ...], fixed: Fixed) -> Document:
    return {
        "match": _match(matches),
        "direct_response": {"status": fixed.status, "body": {"inline_string": fixed.body}},
        "response_headers_to_add": [_header("content-type", fixed.content_type), _header("server", "awselb/2.0")],
    }


def _redirect(matches: tuple[HeaderMatch, ...], redirect: Redirect) -> Document:
    action: Document = {"response_code": "MOVED_PERMANENTLY" if redirect.permanent else "FOUND"}
    parts = {"scheme_redirect": redirect.scheme, "host_redirect": redirect.host, "port_redirect": redirect.port}
    action |= {name: value for name, value in parts.items() if value is not None}
    if redirect.path is not None:
        action |= _new_path(redirect.path, redirect.query)
    elif redirect.query == "":
        action["strip_query"] = True
    return {
        "match": _match(matches),
        "redirect": action,
        "response_headers_to_add": [_header("server", "awselb/2.0")],
    }


def _new_path(path: str, query: str | None) -> Document:
    if "#{path}" in path:
        substitution = re.sub(r"\\", r"\\\\", path).replace("#{path}", r"\1")
        rewrite = {"pattern": {"regex": "^/(.*)$"}, "substitution": substitution}
        return {"regex_rewrite": rewrite, **({"strip_query": True} if query == "" else {})}
    if query:
        return {"path_redirect": f"{path}?{query}"}
    return {"path_redirect": path, **({"strip_query": True} if query == "" else {})}


def _match(matches: tuple[HeaderMatch, ...]) -> Document:
    headers = [{"name": each.header, "string_match": {"safe_regex": {"regex": each.pattern}}} for each in matches]
    return {"prefix": "/", "headers": headers}


def _header(key: str, value: str, *, add: bool = False) -> Document:
    action = "APPEND_IF_EXISTS_OR_ADD" if add else "OVERWRITE_IF_EXISTS_OR_ADD"
    return {"header": {"key": key, "value": value}, "append_action": action}
