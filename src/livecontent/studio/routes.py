"""All pages of the studio. Another page is one line here."""

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute

from livecontent.studio.api.routes import api_routes
from livecontent.studio.editor import editor_routes
from livecontent.studio.embed import embed_routes
from livecontent.studio.experiments import experiments_routes
from livecontent.studio.grid import grid_routes
from livecontent.studio.history import history_routes
from livecontent.studio.look import look_routes
from livecontent.studio.offers import offers_routes
from livecontent.studio.people import people_routes
from livecontent.studio.preview import preview_routes
from livecontent.studio.review import review_routes
from livecontent.studio.segments import segments_routes
from livecontent.studio.settings import settings_routes
from livecontent.studio.sign_in import sign_in_routes
from livecontent.studio.site import Site, StudioRoute
from livecontent.studio.sources import sources_routes
from livecontent.studio.wall import wall_routes
from livecontent.studio.why import why_routes

PAGES: Sequence[Callable[[Site], list[StudioRoute]]] = (
    look_routes,
    sign_in_routes,
    wall_routes,
    preview_routes,
    grid_routes,
    review_routes,
    history_routes,
    embed_routes,
    editor_routes,
    offers_routes,
    segments_routes,
    people_routes,
    why_routes,
    experiments_routes,
    sources_routes,
    settings_routes,
    api_routes,
)


def studio_routes(site: Site) -> list[BaseRoute]:
    """The pages with what they need. In the demo its inbox, its shop and who works there are among them."""
    pages = [route for page in PAGES for route in page(site)]
    others: list[BaseRoute] = [site.assets.mount()]
    if site.parts.settings.demo:
        from livecontent.studio.demo.adviser import AdviserScreen
        from livecontent.studio.demo.in_store import in_store_routes
        from livecontent.studio.demo.storefront import storefront_routes
        from livecontent.studio.inbox import inbox_routes

        adviser = AdviserScreen(site)
        pages += [*inbox_routes(site), *storefront_routes(site), *in_store_routes(site), *adviser.pages]
        others.append(adviser.webhook)
    return [*site.routes(pages), *others]
