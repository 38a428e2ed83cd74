"""Cleaner of buckets."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.lab.cleaners.base import Cleaner, gone, pages, pairs
from helpers.lab.exercises import existing


class Buckets(Cleaner):
    """Buckets, with every version of every object and every unfinished upload."""

    kind, service = "bucket", "s3"

    def names(self) -> Iterable[str]:
        return [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]

    def tags(self, name: str) -> dict[str, str]:
        return pairs((existing(self.client.get_bucket_tagging, Bucket=name) or {}).get("TagSet"))

    def delete(self, name: str) -> None:
        if existing(self.client.head_bucket, Bucket=name) is None:
            return
        self._abort_uploads(name)
        self._empty(name)
        gone(self.client.delete_bucket, Bucket=name)

    def _abort_uploads(self, name: str) -> None:
        for upload in pages(self.client, "list_multipart_uploads", "Uploads", Bucket=name):
            gone(self.client.abort_multipart_upload, Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])

    def _empty(self, name: str) -> None:
        versions = [
            {"Key": each["Key"], "VersionId": each["VersionId"]}
            for key in ("Versions", "DeleteMarkers")
            for each in pages(self.client, "list_object_versions", key, Bucket=name)
        ]
        for start in range(0, len(versions), 1000):  # DeleteObjects takes at most 1,000 keys
            batch = versions[start : start + 1000]
            self.client.delete_objects(Bucket=name, Delete={"Objects": batch, "Quiet": True})
