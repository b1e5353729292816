"""A block of a web page as HTML without script: the words as text over the picture without them, with the link.

Wide, words stand where the image has them and grow with it (container query units: Chromium 105, Safari 16, Firefox
110). Narrower than three quarters of the image they stand below the picture, large enough to be read.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from typing import NamedTuple

from livecontent.compose.live_text import DrawnText, LiveText, ReadText, TextSpan
from livecontent.scene import Colour

_NARROW = 0.75  # of the width of the image
_STYLE = """
html,body{{margin:0}}
.lc{{container-type:inline-size;max-width:{width}px}}
.lc>*{{position:relative;display:block;color:inherit;text-decoration:none}}
.lc img{{display:block;width:100%;height:auto;aspect-ratio:{width}/{height}}}
.lc p{{margin:0}}
.lc .drawn{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}}
@container (min-width:{narrow}px){{
.lc .text{{position:absolute;white-space:pre}}
{wide}
}}
@container (width<{narrow}px){{
.lc .text{{padding:.25em 0;font-size:1rem;line-height:1.4}}
.lc .ground{{display:table;margin:.25em 0;padding:.5em 1em;border-radius:.5em}}
{narrowed}
}}
{always}
"""
_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<div class="lc"><{tag}><img src="{picture}" width="{width}" height="{height}" alt="{alt}">
{words}
</{end}></div></html>
"""


class HtmlBlock(NamedTuple):
    """A page, and the hash of its style, for a Content-Security-Policy."""

    page: str
    style_hash: str


class BlockPicture(NamedTuple):
    """What words stand on: an address or data, its size in CSS pixels, and what it says where no text does."""

    source: str
    width: int
    height: int
    alt: str = ""


def write_block(
    texts: Sequence[ReadText],
    picture: BlockPicture,
    language: str,
    title: str,
    link: str,
    fonts: Iterable[str] = (),
) -> HtmlBlock:
    """A page with one block, and rules of CSS for its fonts."""
    looks = list(dict.fromkeys(_look(span) for text in texts if isinstance(text, LiveText) for span in text.spans))
    live = [text for text in texts if isinstance(text, LiveText)]
    style = "\n".join([*fonts, _style(live, looks, picture)])
    tag = f'a href="{escape(link)}" target="_top"' if link else "div"
    page = _PAGE.format(
        language=escape(language),
        title=escape(title),
        style=style,
        tag=tag,
        end=tag.partition(" ")[0],
        picture=escape(picture.source),
        width=picture.width,
        height=picture.height,
        alt=escape(picture.alt),
        words="\n".join(_paragraphs(texts, looks)),
    )
    return HtmlBlock(page, b64encode(sha256(style.encode()).digest()).decode())


def _style(live: Sequence[LiveText], looks: Sequence[TextSpan], picture: BlockPicture) -> str:
    """What tells where each text stands, and how its letters look."""
    grounds = [(place, text) for place, text in enumerate(live) if text.ground]
    inks = {span: text.ground is not None for text in live for span in map(_look, text.spans)}
    return _STYLE.format(
        width=picture.width,
        height=picture.height,
        narrow=round(picture.width * _NARROW),
        wide="\n".join(
            [
                *(f".lc .p{place}{{{_place(text, picture)}}}" for place, text in enumerate(live)),
                *(f".lc .s{place}{{{_size(look, picture.width)};{_colour(look)}}}" for place, look in enumerate(looks)),
            ]
        ),
        narrowed="\n".join(f".lc .s{place}{{{_colour(look)}}}" for place, look in enumerate(looks) if inks[look]),
        always="\n".join(
            [
                *(f".lc .s{place}{{{_font(look)}}}" for place, look in enumerate(looks)),
                *(f".lc .p{place}{{background:{_css(text.ground.colour)}}}" for place, text in grounds if text.ground),
            ]
        ),
    )


def _look(span: TextSpan) -> TextSpan:
    return span._replace(text="")


def _paragraphs(texts: Iterable[ReadText], looks: Sequence[TextSpan]) -> Iterator[str]:
    number = 0
    for text in texts:
        language = f' lang="{escape(text.language)}"' if text.language else ""
        if isinstance(text, DrawnText):
            yield f'<p class="drawn"{language}>{escape(text.words)}</p>'
            continue
        own = max(text.spans, key=lambda span: span.style.size)
        lines = "\n".join("".join(_written(span, own, looks) for span in line) for line in text.lines)
        names = f"text p{number} s{looks.index(_look(own))}{' ground' if text.ground else ''}"
        yield f'<p class="{names}"{language} dir="{"rtl" if text.rtl else "ltr"}">{lines}</p>'
        number += 1


def _written(span: TextSpan, own: TextSpan, looks: Sequence[TextSpan]) -> str:
    """Letters of one style, in a tag where it is not the paragraph's own; what is struck through is said to be so."""
    look = _look(span)
    if look == _look(own) and not (span.through or span.under):
        return escape(span.text)
    tag = "s" if span.through else "u" if span.under else "span"
    return f'<{tag} class="s{looks.index(look)}">{escape(span.text)}</{tag}>'


def _place(text: LiveText, picture: BlockPicture) -> str:
    """Where a text stands, in parts of the picture."""
    box, width = text.ground.box if text.ground else text.box, picture.width
    inside = ""
    if text.ground:
        beside, above = (_part(gap, width) for gap in (text.box.x - box.x, text.box.y - box.y))
        height = _part(box.height, width)
        inside = f";box-sizing:border-box;height:{height};padding:{above} 0 0 {beside}"
        inside += f";border-radius:{' '.join(_part(corner, width) for corner in text.ground.radius)}"
    align = "left" if text.align == 0 or text.ground else "center" if text.align < 1 else "right"
    place = f"left:{_percent(box.x, width)};top:{_percent(box.y, picture.height)};width:{_percent(box.width, width)}"
    return f"{place};line-height:{_part(text.line_height, width)};text-align:{align}{inside}"


def _size(look: TextSpan, width: int) -> str:
    """How large letters are over a picture so many CSS pixels wide; the optical size is that of the image."""
    style = look.style
    spacing = f";letter-spacing:{_part(style.spacing, width)}" if style.spacing else ""
    return f'font-size:{_part(style.size, width)};font-variation-settings:"opsz" {style.size:g}{spacing}'


def _colour(look: TextSpan) -> str:
    lines = {"underline": look.under, "line-through": look.through}
    drawn = "".join(f";text-decoration:{line} {_css(colour)}" for line, colour in lines.items() if colour)
    return f"color:{_css(look.colour)}{drawn}"


def _font(look: TextSpan) -> str:
    style = look.style
    slope = ";font-style:italic" if style.italic else ""
    return f'font-family:"{style.family}",sans-serif;font-weight:{style.weight}{slope}'


def _percent(length: float, whole: float) -> str:
    return f"{round(length / whole * 100, 3):g}%"


def _part(length: float, width: int) -> str:
    """A length that grows with the width of the block."""
    return f"{round(length / width * 100, 4):g}cqw"


def _css(colour: Colour) -> str:
    red, green, blue, alpha = colour
    return f"#{red:02x}{green:02x}{blue:02x}{alpha:02x}" if alpha < 255 else f"#{red:02x}{green:02x}{blue:02x}"
