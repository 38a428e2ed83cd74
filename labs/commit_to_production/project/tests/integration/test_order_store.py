"""An order is kept in the store that all tests of the company share."""

import os
import unittest

import boto3


class OrderStore(unittest.TestCase):
    def setUp(self) -> None:
        self.s3, self.bucket = boto3.client("s3"), os.environ["STORE"]

    def tearDown(self) -> None:
        for found in self.s3.list_objects_v2(Bucket=self.bucket, Prefix="orders/").get("Contents", []):
            self.s3.delete_object(Bucket=self.bucket, Key=found["Key"])

    def test_the_first_order_is_the_only_one(self) -> None:
        self.s3.put_object(Bucket=self.bucket, Key="orders/1", Body=b"{}")
        self.assertEqual(self.s3.list_objects_v2(Bucket=self.bucket, Prefix="orders/")["KeyCount"], 1)
