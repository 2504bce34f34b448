"""What flat open ground does not tell: flags for buildings and hills in the plume's way."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import BoolArray
from chengan.core.physics.ranges import positive, within


def is_in_wake(
    distance: npt.ArrayLike,
    source_height: float,
    building_height: npt.ArrayLike,
    building_width: npt.ArrayLike,
) -> BoolArray:
    """True where a building is near and high enough to draw a release into its wake.

    Parameters
    ----------
    distance : from the source to the building, m; heights and width : m

    Raises
    ------
    errors.OutOfRange
        For a distance below 0 or sizes not above 0.

    Source: good engineering practice height, Huber and Snyder in EPA-450/4-80-023R (1985): within
    five of the lesser of height and width, source below height + 1.5 of the lesser.
    """
    away = within("distance", distance, 0, unit="m")
    tall = positive("building_height", building_height, unit="m")
    lesser = np.minimum(tall, positive("building_width", building_width, unit="m"))
    return (away <= 5 * lesser) & (source_height < tall + 1.5 * lesser)


def is_hilly(heights: npt.ArrayLike, source_ground: float, cloud_height: float) -> bool:
    """True if the ground rises or falls more than the cloud is high: flat-ground laws mislead.

    `heights` are of the ground (m) within the range of interest.
    """
    ground = np.asarray(heights, dtype=np.float64)
    return bool(np.any(np.abs(ground - source_ground) > cloud_height))
