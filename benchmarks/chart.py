"""The chart: bars in, an SVG out, that is read on light and dark pages alike as it brings its own paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 860
_LEFT, _RIGHT, _TOP = 250, 150, 92
_ROW, _BAR = 40, 22
_PAPER, _INK, _SOFT, _OURS, _THEIRS, _LINE = "#fbf9f4", "#12303b", "#4a6069", "#e5603b", "#9db4bb", "#d9d5ca"
_FAMILY = "Inter, 'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif"


@dataclass(frozen=True, slots=True)
class Bar:
    """One contender: its name, what it is made of, its median, its smallest and largest round."""

    name: str
    note: str
    value: float
    low: float
    high: float
    ours: bool = False


def draw(title: str, subtitle: str, unit: str, bars: Sequence[Bar], foot: str) -> str:
    """The SVG: lengths begin at zero and are to scale; the thin line spans the rounds."""
    height = _TOP + _ROW * len(bars) + 56
    scale = (WIDTH - _LEFT - _RIGHT) / max(bar.high for bar in bars)
    rows = "".join(_row(bar, _TOP + _ROW * number, scale, unit) for number, bar in enumerate(bars))
    said = "; ".join(f"{bar.name} {_figure(bar.value)}" for bar in bars)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" \
viewBox="0 0 {WIDTH} {height}" role="img" font-family="{_FAMILY}">
<title>{escape(title)}</title><desc>{escape(f"{subtitle}. {unit}: {said}")}</desc>
<rect width="{WIDTH}" height="{height}" rx="14" fill="{_PAPER}"/>
{_text(32, 44, title, 22, weight=700)}
{_text(32, 69, subtitle, 14, _SOFT)}
<path d="M{_LEFT} {_TOP - 4}V{_TOP + _ROW * len(bars) - 6}" stroke="{_LINE}" stroke-width="1.5"/>
{rows}{_text(32, height - 22, foot, 12, _SOFT)}
</svg>
"""


def _row(bar: Bar, y: int, scale: float, unit: str) -> str:
    middle = y + _BAR / 2
    length = max(bar.value * scale, 2)
    low, high = _LEFT + bar.low * scale, _LEFT + bar.high * scale
    weight = 700 if bar.ours else 500
    colour = _OURS if bar.ours else _THEIRS
    spread = f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{_INK}" stroke-width="1.5" stroke-opacity=".55"/>'
    end = max(_LEFT + length, high) + 10
    return f"""{_text(_LEFT - 14, middle - 1, bar.name, 14, weight=weight, anchor="end")}
{_text(_LEFT - 14, middle + 14, bar.note, 11, _SOFT, anchor="end")}
<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="3" fill="{colour}"/>{spread}
{_text(end, middle + 5, f"{_figure(bar.value)}{unit}", 14, weight=weight)}
"""


def _text(
    x: float, y: float, said: str, size: int, colour: str = _INK, *, weight: int = 400, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(said)}</text>'
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"
