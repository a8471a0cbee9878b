"""How large an output becomes, along one axis, and which cells are left over."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.layers.windows import same_padding
from explorer.specs import window_count


@dataclass(frozen=True)
class AxisSize:
    """One axis of a convolution or pooling: `size` input cells, `window` kernel cells.

    Raises:
        SpecError: from `outputs`, if not even one window fits.
    """

    size: int
    window: int
    stride: int = 1
    dilation: int = 1
    padding: str = "valid"

    @property
    def span(self) -> int:
        """Cells from a window's first to its last, gaps included."""
        return (self.window - 1) * self.dilation + 1

    @property
    def outputs(self) -> int:
        """floor((size - span) / stride) + 1 for `valid`, ceil(size / stride) for `same`."""
        return window_count(self.size, self.span, self.stride, self.padding)

    @property
    def padded(self) -> tuple[int, int]:
        """Cells added before and after."""
        return (0, 0) if self.padding == "valid" else same_padding(self.size, self.span, self.stride)

    @property
    def dropped(self) -> int:
        """Cells at the end that lie behind the last window."""
        reached = (self.outputs - 1) * self.stride + self.span
        return max(0, self.size + sum(self.padded) - reached)
