"""Log streams."""

from __future__ import annotations

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from .foundation import LogsFoundation, Request
from .model import LogStream
from .names import check_stream_name, group_arn, requested_group

_PAGE = 50


class StreamOperations(LogsFoundation):
    """Operations on log streams."""

    def create_log_stream(self, scope: Scope, request: Request) -> Request:
        group, name = request["logGroupName"], request["logStreamName"]
        check_stream_name(name)
        with self._journal.lock:
            self._group(scope, group)
            if self._journal.stream(scope, group, name) is not None:
                raise ServiceError(
                    "ResourceAlreadyExistsException", f"The specified log stream already exists: {name} in {group}"
                )
            self._journal.add_stream(scope, group, name, self._now())
        return {}

    def delete_log_stream(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, request["logGroupName"])
        if group.protected:
            raise ServiceError(
                "ValidationException",
                f"The log group {group.name} has deletion protection, and so have its streams. Turn it off with"
                " PutLogGroupDeletionProtection first.",
            )
        with self._journal.lock:
            self._journal.drop([self._stream(scope, group.name, request["logStreamName"])])
        return {}

    def describe_log_streams(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, requested_group(scope, request)).name
        prefix, by_time = request.get("logStreamNamePrefix", ""), request.get("orderBy") == "LastEventTime"
        if prefix and by_time:
            raise ServiceError(
                "InvalidParameterException",
                "Cannot order by LastEventTime with a logStreamNamePrefix; leave one of them out.",
            )
        streams = [stream for stream in self._journal.streams(scope, group) if stream.name.startswith(prefix)]
        if by_time:
            extents = self._journal.extents(streams)
            streams.sort(key=lambda stream: extents.get(stream.number, (0, 0, 0))[1])
        if request.get("descending"):
            streams.reverse()
        found, token = page(streams, request.get("nextToken"), request.get("limit", _PAGE), "InvalidParameterException")
        extents = self._journal.extents(found)
        documents = [_document(scope, stream, extents.get(stream.number)) for stream in found]
        return {"logStreams": documents, "nextToken": token}


def _document(scope: Scope, stream: LogStream, extent: tuple[int, int, int] | None) -> Request:
    first, last, ingested = extent or (None, None, None)
    return {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "firstEventTimestamp": first,
        "lastEventTimestamp": last,
        "lastIngestionTime": ingested,
        "uploadSequenceToken": f"{stream.number:056d}",
        "arn": f"{group_arn(scope, stream.group)}:log-stream:{stream.name}",
        # Since 2019 AWS says 0 here, whatever the stream holds.
        "storedBytes": 0,
    }
