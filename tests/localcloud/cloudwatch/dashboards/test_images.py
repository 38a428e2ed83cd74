"""GetMetricWidgetImage draws what was measured."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from matplotlib.image import imread

from tests.localcloud.cloudwatch.measuring import datum, moment, put
from tests.localcloud.support import TestCloud

WIDGET = {"metrics": [["Shop", "took", "service", "web"]], "period": 60, "stat": "Average", "width": 320, "height": 240}


def picture(client: Any, **changes: Any) -> np.ndarray[Any, Any]:
    image = client.get_metric_widget_image(MetricWidget=json.dumps({**WIDGET, **changes}))["MetricWidgetImage"]
    return np.asarray(imread(io.BytesIO(image)))


def of_colour(pixels: np.ndarray[Any, Any], colour: str) -> int:
    wanted = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return int((np.abs(pixels[..., :3] - wanted).max(axis=-1) < 0.05).sum())


def test_a_series_is_a_line_in_a_picture_of_the_size_asked_for(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    empty = picture(client, start="-PT24H")
    put(client, *(datum("took", moment(number), Value=100 + 10 * number) for number in range(20)))
    drawn = picture(client, start="-PT24H")
    assert drawn.shape[:2] == (240, 320)
    assert of_colour(drawn, "#3b7dd8") > of_colour(empty, "#3b7dd8") + 50


def test_the_colour_asked_for_is_taken_and_the_theme_is_dark(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put(client, *(datum("took", moment(number), Value=number) for number in range(20)))
    metrics = [["Shop", "took", "service", "web", {"color": "#00ff00"}]]
    drawn = picture(client, start="-PT24H", metrics=metrics, theme="dark")
    assert of_colour(drawn, "#00ff00") > 50
    assert drawn[0, 0, :3].max() < 0.2


@pytest.mark.parametrize(
    ("widget", "message"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"metrics": [3]}', "array that is not empty"),
        ('{"metrics": [["Shop"]]}', "a namespace, a name"),
        ('{"metrics": [["Shop", "took"]], "width": 0}', "width"),
        ('{"metrics": [["Shop", "took"]], "start": "soon"}', "neither a duration"),
        ('{"metrics": [["Shop", "took", {"stat": "typical"}]]}', "not a statistic"),
        ('{"metrics": [[{"expression": "m1 +"}]]}', "ends too early"),
    ],
)
def test_a_widget_that_cannot_be_drawn_says_why(cloud: TestCloud, widget: str, message: str) -> None:
    with pytest.raises(ClientError, match=message):
        cloud.client("cloudwatch").get_metric_widget_image(MetricWidget=widget)
