"""From one noise to another: along the sphere that Gaussian noise lies on, and straight through it.

Noise of n values has a length of about sqrt(n), and never much else: the squared length is chi-squared with n degrees of freedom,
so |z| / sqrt(n) strays from 1 by about 1 / sqrt(2n). The straight line between two independent noises leaves that shell; halfway
it is only sqrt(1/2) as long. A model that was trained on noise has never been shown one so short.
"""

from __future__ import annotations

import math

import torch


def slerp(a: torch.Tensor, b: torch.Tensor, t: float) -> torch.Tensor:
    """Return the spherical interpolation: the direction goes along the great circle from `a` to `b`, the length evenly from one to the other.

    Shoemake 1985, Animating Rotation with Quaternion Curves, for vectors of length 1; White 2016, Sampling Generative Networks,
    section 2, for latents of generative models. Computed in double precision.

    Args:
        a: any shape; the whole tensor is one vector.
        b: of the same shape.
        t: 0 for `a` to 1 for `b`; beyond, the circle goes on.

    Returns:
        A new tensor of the shape and dtype of `a`, of length ``(1-t)|a| + t|b|``; exactly `a` at 0 and `b` at 1. Where the two lie on
        one line there is no great circle to follow: in the same direction it is `lerp`, and in opposite ones any half circle is as
        short as another; this one passes through the axis to which `a` has least. Where one is zero, it is `lerp`.
    """
    if t in {0, 1}:
        return (b if t else a).to(a.dtype, copy=True)
    u, v = a.detach().double().flatten(), b.detach().double().flatten()
    length_u, length_v = float(u.norm()), float(v.norm())
    if not length_u or not length_v:
        return lerp(a, b, t)
    u, v = u / length_u, v / length_v
    cosine = float(u @ v)
    across = v - cosine * u  # what of the second direction the first has nothing of
    sine = float(across.norm())
    if sine < 1e-9:
        if cosine > 0:
            return lerp(a, b, t)
        if len(u) < 2:
            return lerp(a, b, t)  # a line has no circle
        across, sine = _across(u), 0.0
    else:
        across = across / sine
    turned = t * math.atan2(sine, cosine)
    way = math.cos(turned) * u + math.sin(turned) * across  # of length 1
    return (((1 - t) * length_u + t * length_v) * way).view(a.shape).to(a.dtype)


def lerp(a: torch.Tensor, b: torch.Tensor, t: float) -> torch.Tensor:
    """Return the linear interpolation: ``(1-t) a + t b``, exactly `a` at 0 and `b` at 1. Arguments as in `slerp`."""
    if t in {0, 1}:
        return (b if t else a).to(a.dtype, copy=True)
    return ((1 - t) * a.detach().double() + t * b.detach().double()).to(a.dtype)


def relative_length(z: torch.Tensor) -> float:
    """Return the length of a noise as a share of the usual one: ``|z| / sqrt(n)``, about 1 for Gaussian values."""
    return float(z.detach().double().norm()) / math.sqrt(z.numel())


def _across(u: torch.Tensor) -> torch.Tensor:
    """Return a direction at right angles to one of length 1."""
    axis = torch.zeros_like(u)
    axis[int(u.abs().argmin())] = 1
    across = axis - (axis @ u) * u
    unit: torch.Tensor = across / across.norm()
    return unit
