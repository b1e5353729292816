"""Signing in, in a real browser, to `livecontent studio` in a process of its own."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from chromium import needs_chromium

pytestmark = needs_chromium


def test_one_signs_in_by_a_link_looks_at_the_settings_and_signs_out(studio: tuple[str, str], browser: Browser) -> None:
    address, token = studio
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))

    page.goto(f"{address}/studio/settings")
    expect(page).to_have_url(f"{address}/studio/sign-in?next=%2Fstudio%2Fsettings")
    page.goto(f"{address}/studio/sign-in?next=%2Fstudio%2Fsettings#token={token}")
    expect(page.get_by_text("Ce jeton vient de votre lien.")).to_be_visible()
    assert token not in page.url
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{address}/studio/settings")
    expect(page.get_by_role("cell", name="s’est connecté")).to_be_visible()
    (cookie,) = [one for one in context.cookies() if one["name"] == "studio"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert page.evaluate("document.cookie") == ""

    another_site(page, address)
    page.goto(f"{address}/studio/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vos créations")
    page.wait_for_load_state("networkidle")  # pictures that are asked for afterwards are refused
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{address}/studio/")
    expect(page).to_have_url(f"{address}/studio/sign-in?next=%2Fstudio%2F")
    assert [text for text in wrong if "403" not in text] == []
    context.close()


def another_site(page: Page, address: str) -> None:
    """A page of another origin sends a form to the studio, as its reader: nothing is done."""
    form = f'<form action="{address}/studio/settings/tokens" method="post"><input name="name" value="Eve">'
    form += '<input name="role" value="admin"><input name="days" value="0"></form>'
    page.context.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://evil.example/")
    with page.expect_navigation() as sent:
        page.evaluate("document.forms[0].submit()")
    answer = sent.value
    assert answer is not None
    assert answer.status == 403
    page.goto(f"{address}/studio/settings")
    expect(page.get_by_text("Eve", exact=True)).to_have_count(0)
