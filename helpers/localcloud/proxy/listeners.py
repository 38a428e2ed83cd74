"""Listeners as Envoy reads them: what an Application Load Balancer adds to requests, and how it answers itself.

https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener.proto
"""

from __future__ import annotations

from .clusters import address
from .model import Address, Listener
from .naming import Document, http_filter, short, source, typed
from .routes import NO_TARGET, SESSION_FILTER

# X-Amzn-Trace-Id: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
# Each worker has a state of its own at an address of its own, so that no two draw the same numbers.
_TRACE_ID = """
math.randomseed(os.time() * 1000 + tonumber(string.sub(tostring({}), 8)) % 1000000007)
local function part() return math.random(0, 4294967295) end
function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get("x-amzn-trace-id") == nil then
    headers:add("x-amzn-trace-id", string.format("Root=1-%08x-%08x%08x%08x", os.time(), part(), part(), part()))
  end
end
"""
# Envoy says 503 for much of what an Application Load Balancer calls a bad gateway.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
_OWN_ANSWERS = (
    (["UF", "UC", "UR", "UPE"], 502, "502 Bad Gateway"),
    (["UH", "UO", "NC"], 503, "503 Service Temporarily Unavailable"),
    (["UT", "SI"], 504, "504 Gateway Time-out"),
)
_SERVED = {
    "at": "%START_TIME(%s.%6f)%",
    "duration": "%DURATION%",
    "cluster": "%UPSTREAM_CLUSTER_RAW%",
    "status": "%RESPONSE_CODE%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "first_byte": "%COMMON_DURATION(US_TX_BEG:US_RX_BEG:us)%",
}


def listener_document(listener: Listener, routes_path: str, log_path: str) -> Document:
    """Return the listener, whose routes are in the file `routes_path`, and which logs to `log_path`."""
    return typed(
        "config.listener.v3.Listener",
        name=listener.name,
        stat_prefix=short(listener.name),
        address=address(Address("127.0.0.1", listener.port)),
        # With it another process could share the port unnoticed.
        enable_reuse_port=False,
        filter_chains=[{"filters": [{"name": "http", "typed_config": _http(listener, routes_path, log_path)}]}],
    )


def _http(listener: Listener, routes_path: str, log_path: str) -> Document:
    name = short(listener.name)
    return typed(
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=name,
        rds={"route_config_name": name, "config_source": source(routes_path)},
        use_remote_address=True,
        # Envoy would put the machine's own address for a client on the loopback; the routes add the real one.
        skip_xff_append=True,
        # Nobody's x-envoy-... headers steer the proxy: no client counts as internal.
        internal_address_config={"unix_sockets": False},
        generate_request_id=False,
        server_header_transformation="PASS_THROUGH",
        normalize_path=False,
        local_reply_config={"mappers": [_own_answer(*each) for each in _OWN_ANSWERS]},
        access_log=[_access_log(listener, log_path)],
        http_filters=[
            {"name": "trace-id", "typed_config": _lua(_TRACE_ID)},
            {"name": SESSION_FILTER, "typed_config": http_filter("stateful_session.v3.StatefulSession")},
            {"name": "router", "typed_config": http_filter("router.v3.Router", suppress_envoy_headers=True)},
        ],
    )


def _lua(code: str) -> Document:
    return http_filter("lua.v3.Lua", default_source_code={"inline_string": code})


def _own_answer(flags: list[str], status: int, title: str) -> Document:
    body = {"text_format_source": {"inline_string": NO_TARGET.format(title)}, "content_type": "text/html"}
    server = {"header": {"key": "server", "value": "awselb/2.0"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
    return {
        "filter": {"response_flag_filter": {"flags": flags}},
        "status_code": status,
        "body_format_override": body,
        "headers_to_add": [server],
    }


def _access_log(listener: Listener, path: str) -> Document:
    layout = {"json_format": {**_SERVED, "listener": listener.name}}
    log = typed("extensions.access_loggers.file.v3.FileAccessLog", path=path, log_format=layout)
    return {"name": "served", "typed_config": log}
