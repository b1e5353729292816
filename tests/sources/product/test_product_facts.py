"""Creatives of products: keys that other facts tell, lists, prefetches; by what a server makes of real stores."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from livecontent.config import Settings
from livecontent.errors import CreativeError, Problem
from livecontent.facts import Client, Opening, Person, Reason
from livecontent.lint import load_checked
from livecontent.pipeline import Answer, answer
from livecontent.services import Services, make_services, make_workshop
from livecontent.sources.product import source
from livecontent.studio.pages.why import explain_image

LIVE, EARLY = Client("browser", time="live"), Client("apple-mpp", time="early")
OPENING = Opening("a", "r", datetime(2026, 12, 1, 12, tzinfo=UTC), client=LIVE)
PRODUCTS: tuple[dict[str, Any], ...] = (
    {"sku": "u-1", "name": "Umbrella", "price": 20.0, "category": "Rain > Umbrellas", "stock": 3, "brand": "Brolly"},
    {"sku": "u-2", "name": "Parasol", "price": 45.5, "category": "Sun", "stock": 0, "brand": "Brolly"},
    {"sku": "b-1", "name": "Boots", "price": 99.0, "category": "Rain", "stock": 1, "[fr]": {"name": "Bottes"}},
)
PROFILE = {"id": "1", "favourite": "u-1", "viewed": ["b-1", "u-9", "u-1"], "interest": "Rain"}
HEAD = "title: A\nsize: 600x300\nformat: png\nalt: Products\nvariants:\n"


class Shop:
    """A server's parts with a catalogue."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", templates=folder / "templates")
        self.template = folder / "templates" / "a" / "creative.yaml"
        self.template.parent.mkdir(parents=True)

    def serve(self, creative: str) -> Services:
        self.template.write_text(creative, "utf-8")
        services = make_services(self.settings)
        asyncio.run(put(services, PRODUCTS))
        return services

    def problems(self, creative: str) -> list[Problem]:
        return list(self.serve(creative).problems)

    def open(
        self, creative: str, profile: Mapping[str, object] = PROFILE, client: Client = LIVE, **more: Any
    ) -> Answer:
        services = self.serve(creative)
        assert not services.problems
        return opened(services, profile, client, **more)


async def put(services: Services, products: tuple[dict[str, Any], ...]) -> None:
    async with services.storage.products.batch() as batch:
        for product in products:
            await batch.put(product["sku"], product)


def opened(services: Services, profile: Mapping[str, object] = PROFILE, client: Client = LIVE, **more: Any) -> Answer:
    opening = replace(OPENING, person=Person("r", profile=profile), client=client, **more)
    return asyncio.run(answer(opening, services.kit))


def said(found: Answer) -> list[str]:
    assert found.prepared
    return list(found.prepared.content.words)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, Services]]:
    """A shop whose creative is published anew, and whose lists are selected each time."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "KEPT", 0.0)
        yield shop, shop.serve(repeated("products"))


FAVOURITE = (
    HEAD
    + """
  - name: low
    when: product[recipient.favourite].stock < 5
    link: "https://shop.example/{{ product[recipient.favourite].sku }}"
    layers:
      - text: "{{ product[recipient.favourite].name }} {{ product[recipient.favourite].price }}"
        prefetched: "{{ product[recipient.favourite].name }}"
      - text: "{{ product['b-1'].name }}"
  - name: none
    layers: [text: Nothing]
"""
)


def test_a_fact_tells_which_product(shop: Shop) -> None:
    found = shop.open(FAVOURITE)
    assert (found.variant, said(found), found.link) == ("low", ["Umbrella 20.0", "Boots"], "https://shop.example/u-1")
    assert said(shop.open(FAVOURITE, {**PROFILE, "favourite": "b-1", "language": "fr"})) == ["Bottes 99.0", "Bottes"]


@pytest.mark.parametrize("favourite", [None, "u-9", 7, ["u-1"]])
def test_one_that_is_not_known_is_no_product(favourite: object, shop: Shop) -> None:
    found = shop.open(FAVOURITE, {**PROFILE, "favourite": favourite})
    assert (found.variant, said(found)) == ("none", ["Nothing"])


def test_explain_shows_the_key_as_it_is_written(shop: Shop) -> None:
    found = shop.open(FAVOURITE)
    assert found.compiled
    told = {fact["name"]: fact for fact in explain_image(found, found.compiled)["facts"]}
    assert told["product[recipient.favourite]"]["value"]["name"] == "Umbrella"
    assert 'product["u-1"]' not in told, "once"
    assert told['product["b-1"]']["value"]["name"] == "Boots"
    found = shop.open(FAVOURITE, {**PROFILE, "favourite": None})
    assert found.compiled
    told = {fact["name"]: fact for fact in explain_image(found, found.compiled)["facts"]}
    assert told["product[recipient.favourite]"]["note"] == "recipient.favourite is not known, or no text"


def repeated(repeat: str, text: str = "{{ item.name }}", more: str = "") -> str:
    return f"""{HEAD}  - name: all
    layers:
      - repeat: {repeat}
        box: [0, 0, 100, 40]
        limit: 5{more}
        layers: [text: "{text}"]
"""


@pytest.mark.parametrize(
    ("repeat", "more", "names"),
    [
        ("products[recipient.viewed]", "", ["Boots", "Umbrella"]),
        ('products["u-2|u-1"]', "", ["Parasol", "Umbrella"]),
        ('products[category = "Rain"]', "", ["Umbrella", "Boots"]),
        ("products[category = recipient.interest]", "", ["Umbrella", "Boots"]),
        ('products[brand="Brolly"]', "", ["Umbrella", "Parasol"]),
        ("products", "", ["Umbrella", "Parasol", "Boots"]),
        ("products", "\n        sort: -price", ["Boots", "Parasol", "Umbrella"]),
        ("products", "\n        where: item.stock > 0\n        sort: price", ["Umbrella", "Boots"]),
    ],
)
def test_lists_of_products(repeat: str, more: str, names: list[str], shop: Shop) -> None:
    assert said(shop.open(repeated(repeat, more=more))) == names


@pytest.mark.parametrize("viewed", [None, [], "", ["u-9"]])
def test_a_list_of_nothing(viewed: object, shop: Shop) -> None:
    assert said(shop.open(repeated("products[recipient.viewed]"), {**PROFILE, "viewed": viewed})) == []


def test_a_text_with_skus_is_a_list(shop: Shop) -> None:
    profile = {**PROFILE, "viewed": "u-2|b-1"}
    assert said(shop.open(repeated("products[recipient.viewed]"), profile)) == ["Parasol", "Boots"]


def test_each_item_of_a_list_tells_its_product(shop: Shop) -> None:
    basket = [{"sku": "b-1", "count": 2}, {"sku": "u-9", "count": 1}, {"sku": "u-1", "count": 1}]
    creative = repeated("recipient.basket", "{{ item.count }} {{ product[item.sku].name | default: 'Gone' }}")
    assert said(shop.open(creative, {**PROFILE, "basket": basket})) == ["2 Boots", "1 Gone", "1 Umbrella"]


def test_which_items_are_shown_may_depend_on_their_products(shop: Shop) -> None:
    basket = [{"sku": "b-1"}, {"sku": "u-9"}, {"sku": "u-1"}]
    creative = repeated("recipient.basket", "{{ item.sku }}", "\n        where: has(product[item.sku].name)")
    assert said(shop.open(creative, {**PROFILE, "basket": basket})) == ["b-1", "u-1"]


def test_a_rule_may_look_through_lists(shop: Shop) -> None:
    creative = """  - name: some
    when: size(products["u-1|u-2|u-9"]) == 2 && products["*"].exists(p, p.price > 90)
    layers: [text: Some]
  - name: none
    layers: [text: Nothing]
"""
    assert shop.open(HEAD + creative).variant == "some"


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("product[recipient.favourite].stock", "product.stock", "whole fact"),
        ("product[recipient.favourite].stock", "product[weather].stock", "unknown name 'weather'"),
        ("product[recipient.favourite].stock < 5", 'product["u-1"].availability == "yes"', "never 'yes'"),
        ("product[recipient.favourite].stock < 5", "size(products[recipient.viewed]) > 1", "for repeat"),
        ("{{ product['b-1'].name }}", "{{ product[x.y].name }}", "is no key of product"),
        ("{{ product['b-1'].name }}", "{% for p in products[recipient.viewed] %}x{% endfor %}", "for repeat"),
        ("product[recipient.favourite].stock < 5", "has(product['b-1'].price)", "would be false on a prefetch"),
    ],
)
def test_check_refuses_what_can_not_work(right: str, wrong: str, words: str, shop: Shop) -> None:
    assert right in FAVOURITE
    problems = shop.problems(FAVOURITE.replace(right, wrong))
    assert any(words in f"{problem.message} {problem.help}" for problem in problems), problems


def test_own_names_of_a_catalogue_are_no_errors(shop: Shop) -> None:
    assert not shop.problems(FAVOURITE.replace("product['b-1'].name", "product['b-1'].material | default: 'x'"))


def test_a_live_value_that_is_too_old_is_not_shown_and_explained(shop: Shop) -> None:
    services = shop.serve(FAVOURITE)
    at = OPENING.at.timestamp()
    asyncio.run(services.storage.products.put_live({"u-1": {"stock": 1, "price": 9.5}}, at - 899))
    found = opened(services)
    assert (found.variant, said(found)[0]) == ("low", "Umbrella 9.5")
    asyncio.run(services.storage.products.put_live({"u-1": {"stock": 1}}, at - 901))
    late = opened(services)
    assert (late.variant, said(late)) == ("none", ["Nothing"]), "not what the catalogue said before, either"
    fact = late.moment.fact(("product", "[recipient.favourite]"))
    assert fact
    assert (fact.reason, fact.note) == (Reason.STALE, "stock is late: 15 min old")


def test_check_knows_the_columns_that_were_imported(shop: Shop) -> None:
    services = shop.serve(FAVOURITE)
    asyncio.run(put(services, ({**PRODUCTS[0], "rating": 4.5, "material": "nylon"},)))
    asyncio.run(services.aclose())
    workshop = make_workshop(shop.settings)

    def found(text: str) -> list[str]:
        shop.template.write_text(FAVOURITE.replace("product['b-1'].name", text), "utf-8")
        loaded = load_checked(shop.template.parent, workshop.vocabulary, workshop.available)
        return [f"{warning.message} {warning.help}" for warning in loaded.warnings]

    usual = found("product['b-1'].material | default: 'x'")
    (warning,) = [one for one in found("product['b-1'].materiel | default: 'x'") if one not in usual]
    assert warning == "no imported product has 'materiel' did you mean 'product['b-1'].material'?"
    with pytest.raises(CreativeError, match="is not a date"):
        found("product['b-1'].rating | date: 'short'")
    assert not any("recipient.favourite may be unknown" in one for one in usual), "it is told of the product"


def test_the_items_of_a_basket_are_no_products(shop: Shop) -> None:
    creative = repeated("recipient.basket", "{{ item.price }}", "").replace(
        """layers: [text: "{{ item.price }}"]""",
        """layers: [{text: "{{ item.price }}", prefetched: "{{ item.price }}", when: item.price > 1}]""",
    )
    assert not shop.problems(creative)
    assert said(shop.open(creative, {**PROFILE, "basket": [{"price": 7}]}, EARLY)) == ["7"]
    found = shop.problems(creative.replace("recipient.basket", "products[recipient.viewed]"))
    problem, kept = found
    assert kept.message == "its folder has errors; what was published before is served"
    assert "may be out of date when it is read" in problem.message


def test_a_prefetch_knows_nothing_that_time_changes(shop: Shop) -> None:
    found = shop.open(FAVOURITE.replace("when: product[recipient.favourite].stock < 5", ""), client=EARLY)
    assert said(found) == ["Umbrella", "Boots"]
    assert shop.open(FAVOURITE, client=EARLY).variant == "none"
    assert said(shop.open(repeated("products", more="\n        sort: price"), client=EARLY)) == []


KNOWN = {"price": 20.0, "sale_price": 10.0, "stock": 3, "availability": "in_stock"}
SECRETS = {"price": 71717.25, "sale_price": 61616.5, "stock": 818181, "availability": "preorder"}
NAMES = ("price", "list_price", "on_sale", "sale_ends", "stock", "in_stock", "availability", "store")
PATHS = ("product['u-1']", "product[recipient.favourite]", "item", "product[item.sku]")
FILTERS = ("", " | money: 'EUR'", " | default: 'x'", " | plus: 1", " | append: '!'", " | times: 2 | round", " | upcase")


USES = st.tuples(st.sampled_from(PATHS), st.sampled_from(NAMES), st.sampled_from(FILTERS))


@hypothesis_settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    uses=st.lists(
        st.tuples(st.sampled_from(PATHS), st.sampled_from(NAMES), st.sampled_from(FILTERS)), min_size=1, max_size=4
    ),
    live=st.booleans(),
    where=st.sampled_from(["", "item.stock > 0", "item.price > 5 || item.sku == 'u-1'"]),
)
def test_no_volatile_value_reaches_a_prefetched_image(
    uses: list[tuple[str, str, str]], live: bool, where: str, running: tuple[Shop, Services]
) -> None:
    """Neither one itself nor anything that is computed from it: an image is the same whatever it is."""
    shop, services = running
    texts = [f"{{{{ {path}.{name}{how} }}}}" for path, name, how in uses if path != "item" or "item" in path]
    inside = "".join(f'\n          - text: "{text}"' for text in texts)
    outside = "".join(f'\n      - text: "{text}"' for text in texts if "item" not in text)
    rule = f"\n        where: {where}" if where else ""
    sold = texts[0] if "item" not in texts[0] else "x"
    creative = f"""{HEAD.replace("alt: Products", f'alt: "Alt {sold}"')}  - name: cheap
    when: product["u-1"].price < 100
    layers: [text: Cheap]
  - name: all
    link: "https://shop.example/{{{{ product['u-1'].sku }}}}?p={sold}"
    layers:
      - text: Always{outside}
      - repeat: products{rule}
        box: [0, 0, 100, 40]
        layers:
          - text: "{{{{ item.sku }}}}"{inside}
"""
    shop.template.write_text(creative, "utf-8")
    assert services.publisher
    assume(not services.publisher.refresh() and not services.problems)
    seen = []
    for changed in (False, True):
        asyncio.run(put(services, PRODUCTS))
        now = SECRETS if changed else KNOWN
        told = {"store[lille].stock": 5 if changed else 0, **now}
        if live:
            asyncio.run(services.storage.products.put_live({"u-1": told}, OPENING.at.timestamp()))
        else:
            asyncio.run(put(services, ({**PRODUCTS[0], **now, "store": {"lille": {"stock": int(changed)}}},)))
        found = opened(services, client=EARLY)
        seen.append((found.variant, found.link, found.alt, said(found) if found.prepared else [], found.data))
    assert seen[0] == seen[1]
    assert seen[0][0] == "all"
