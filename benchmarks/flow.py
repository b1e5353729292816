"""Layout of three product cards, 40 boxes, in microseconds: with new words, and seen before; beside Chromium's.

Both lay out the same flexbox with the same font. Chromium changes the words of all cards and is asked for a box, which
makes it lay out the page; its words are new to it as well, but for the last row of the table, where only widths change.
"""

import gc
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.figures import rounds
from benchmarks.options import Options
from benchmarks.processes import SERVER_CORE, pinned
from livecontent.compose.arrange import arranged
from livecontent.compose.context import LayoutContext
from livecontent.compose.flow.boxes import FlowBox
from livecontent.compose.layer import Block
from livecontent.facts import Fact, Moment, Reason
from livecontent.lint import load_checked
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY

ROOT = Path(__file__).parents[1]
SEED = 1931
CARDS = 200  # triples in a round
NAMES = ("rain", "boots", "umbrella", "coat", "wool", "hat", "scarf", "gloves", "leather", "blue", "green", "small")


def measure(options: Options) -> dict[str, object]:
    """Microseconds for each layout: the median of a round, all rounds."""
    with pinned(SERVER_CORE):
        found = _ours(options)
        theirs = _chromium(options)
    for name, figures in {**found, **theirs}.items():
        print(f"  {name}: {figures}")
    return {"boxes": 40, "microseconds": {**found, **theirs}}


def _ours(options: Options) -> dict[str, object]:
    shop = Workshop.of(Painter(Fonts([ROOT / "fonts"], system=())), VOCABULARY)
    loaded = load_checked(ROOT / "benchmarks/creatives/flow", VOCABULARY, shop.available)
    variant = CompiledCreative(loaded, shop).variants["cards"]
    samples: dict[str, list[float]] = {"words never seen": [], "words seen, new together": [], "seen before": []}
    for seed in range(options.rounds):

        def blocks(cards: Iterator[dict[str, Any]]) -> list[Block]:
            triples = [{"basket": list(islice(cards, 3))} for _ in range(CARDS)]
            moments = [Moment({"recipient": Fact(triple, Reason.FRESH)}) for triple in triples]
            return [variant.content(moment).layers[0].blocks[0] for moment in moments]

        new = blocks(_cards(random.Random(seed), seldom=True))
        known = blocks(_cards(random.Random(seed), seldom=False))
        again = blocks(_cards(random.Random(seed + 1000), seldom=False))
        samples["words never seen"].append(_median(new, LayoutContext(shop.painter.fonts, 2)))
        layout = LayoutContext(shop.painter.fonts, 2)
        _median(known, layout)
        samples["words seen, new together"].append(_median(again, layout))
        samples["seen before"].append(_median(again, layout))
    return {name: rounds(found, 1) for name, found in samples.items()}


def _cards(chance: random.Random, *, seldom: bool) -> Iterator[dict[str, Any]]:
    """Cards whose words come once, or are of a few."""
    pool = random.Random(SEED)
    few = [f"{pool.random() * 200:.2f} €" for _ in range(20)]
    names = [" ".join(pool.sample(NAMES, 4)).title() for _ in range(12)]
    stars = [f"{place / 2:.1f} ({place * 37})" for place in range(3, 11)]
    while True:
        if seldom:
            names = [" ".join(chance.sample(NAMES, 4)).title()]
            few, stars = [f"{chance.random() * 200:.3f} €"], [f"{chance.random() * 5:.2f} ({chance.random():.3f})"]
        badge = chance.choice(("NEW", "SALE", "LAST ONE"))
        price, old = chance.choice(few), chance.choice(few)
        yield {"badge": badge, "stars": chance.choice(stars), "name": chance.choice(names), "price": price, "old": old}


def _median(blocks: Sequence[Block], layout: LayoutContext) -> float:
    """Microseconds that one of them takes."""
    spent: list[int] = []
    gc.collect()
    gc.disable()
    try:
        for block in blocks:
            start = time.perf_counter_ns()
            item = block.layer.item(block, layout)
            assert isinstance(item, FlowBox)
            arranged(block, item)
            spent.append(time.perf_counter_ns() - start)
    finally:
        gc.enable()
    return sorted(spent)[len(spent) // 2] / 1000


def _chromium(options: Options) -> dict[str, object]:
    program = shutil.which("chromium")
    if program is None:
        return {}
    from playwright.sync_api import sync_playwright

    triples = [list(islice(_cards(random.Random(place), seldom=True), 3)) for place in range(CARDS)]
    samples: dict[str, list[float]] = {"Chromium, words never seen": [], "Chromium, other width": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(options.rounds):
            page = browser.new_page()
            page.goto((ROOT / "benchmarks/creatives/flow").as_uri())
            page.set_content(_PAGE.replace("FONT", (ROOT / "fonts/Inter/Inter.ttf").as_uri()))
            page.evaluate("document.fonts.ready")
            evaluate: Callable[..., Any] = page.evaluate
            samples["Chromium, words never seen"].append(evaluate(_NEW, triples))
            samples["Chromium, other width"].append(evaluate(_OTHER, CARDS))
            page.close()
        browser.close()
    return {name: rounds(found, 1) for name, found in samples.items()}


_CARD = """<div class=card><div class=image></div><div class=badges><b></b><i></i><u></u></div><h1></h1>
<div class=prices><strong></strong><s></s></div><div class=button><i></i><em>Add to cart</em></div></div>"""
_PAGE = f"""<style>
@font-face {{font-family: Inter; src: url(FONT); font-weight: 100 900}}
* {{margin: 0; font: 400 13px/1.2 Inter; box-sizing: border-box; flex: 0 1 auto}}
#all {{display: flex; width: 600px; height: 310px; padding: 12px; gap: 12px}}
.card {{display: flex; flex-direction: column; flex: 1 1 0; padding: 12px; gap: 8px}}
.image {{height: 110px; flex: none}}
.badges, .prices, .button {{display: flex; gap: 6px; align-items: center}}
.prices {{gap: 8px; align-items: flex-end}}
.button {{justify-content: center; padding: 6px 12px}}
b {{font-size: 12px; font-weight: 700; padding: 2px 8px}} u {{font-size: 12px}}
i {{flex: none; width: 14px; height: 14px}} h1 {{font-size: 16px; font-weight: 600}}
strong {{font-size: 18px; font-weight: 700}}
</style><div id=all>{_CARD * 3}</div>"""
_LAST = "cards[2].lastElementChild.getBoundingClientRect().top"
_NEW = f"""triples => {{
  const cards = [...document.querySelectorAll('.card')], parts = cards.map(card =>
    [['b', 'badge'], ['u', 'stars'], ['h1', 'name'], ['strong', 'price'], ['s', 'old']].map(
      ([tag, key]) => [card.querySelector(tag), key]));
  let sum = {_LAST};
  const start = performance.now();
  for (const triple of triples) {{
    triple.forEach((item, place) => parts[place].forEach(([node, key]) => {{node.textContent = item[key]}}));
    sum += {_LAST};
  }}
  return (performance.now() - start) * 1000 / triples.length;
}}"""
_OTHER = f"""times => {{
  const all = document.getElementById('all'), cards = [...document.querySelectorAll('.card')];
  let sum = {_LAST};
  const start = performance.now();
  for (let time = 0; time < times; time++) {{
    all.style.width = 590 + time % 7 + 'px';
    sum += {_LAST};
  }}
  return (performance.now() - start) * 1000 / times;
}}"""
