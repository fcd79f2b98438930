"""An explorer of one's own whose runs go on: the denoiser of a cloud of points learns while you look."""

from docs.examples.point_cloud.explorer import PointCloudExplorer

__all__ = ["PointCloudExplorer"]
