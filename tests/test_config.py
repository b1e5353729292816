import os
import stat
from collections.abc import Iterator
from contextlib import chdir
from ipaddress import ip_network
from pathlib import Path

import pytest

from livecontent.config import DATA, DEMO_FILE, FILE, Settings, config_file, load_settings, shipped
from livecontent.errors import ConfigError
from livecontent.runtime.private_files import make_folder


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to run in, without settings from outside."""
    monkeypatch.delenv("LIVECONTENT_CONFIG", raising=False)
    with chdir(tmp_path):
        yield tmp_path


def test_without_any_settings_the_defaults_are_in_force() -> None:
    settings = load_settings()
    assert (settings.data, settings.deadline, settings.timezone) == (DATA, 0.25, None)
    assert (settings.weather.provider, settings.trusted_proxies, settings.preview) == ("met-norway", (), False)
    assert settings.templates == Path("templates")  # never the demo's, which nobody asked for
    assert (shipped("fonts") / "Inter").is_dir()
    assert config_file() is None


def test_the_key_is_in_the_data_folder_unless_told() -> None:
    assert load_settings(data="mine").key_path == Path("mine/key")
    assert load_settings(data="mine", key_file="safe/secret").key_path == Path("safe/secret")


def test_the_file_is_read_and_the_environment_stands_above_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / FILE).write_text(
        'timezone = "Asia/Tokyo"\ndeadline = 0.1\ntrusted_proxies = ["10.0.0.0/8"]\nfonts = ["a", "b"]\n'
        '[weather]\nprovider = "open-meteo"\nkey = "from the file"\n'
    )
    monkeypatch.setenv("LIVECONTENT_DEADLINE", "0.5")
    monkeypatch.setenv("LIVECONTENT_WEATHER__KEY", "from outside")
    settings = load_settings(timezone="UTC")
    assert (settings.timezone, settings.deadline) == ("UTC", 0.5)
    assert (settings.weather.provider, settings.weather.key) == ("open-meteo", "from outside")
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"),)
    assert settings.fonts == (Path("a"), Path("b"))


def test_lists_in_the_environment_are_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECONTENT_TRUSTED_PROXIES", " 10.0.0.0/8, ::1 ,")
    monkeypatch.setenv("LIVECONTENT_FONTS", "a b, /c")
    monkeypatch.setenv("LIVECONTENT_REFRESH__GOOGLE_URLS", "https://a.example/1?x=y, https://a.example/2")
    settings = load_settings()
    assert settings.refresh.google_urls == ("https://a.example/1?x=y", "https://a.example/2")
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.fonts == (Path("a b"), Path("/c"))


def test_the_file_is_the_one_named_else_the_one_here_and_never_the_demos(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in (DEMO_FILE, DATA / "demo.toml"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("demo = true")
    assert config_file() is None
    assert not load_settings().demo
    (folder / FILE).write_text('landing = "http://here.example"')
    assert load_settings().landing == "http://here.example"
    (folder / "other.toml").write_text('landing = "https://named.example/a?b=c#d"')
    monkeypatch.setenv("LIVECONTENT_CONFIG", "other.toml")
    assert load_settings().landing == "https://named.example/a?b=c#d"
    monkeypatch.setenv("LIVECONTENT_CONFIG", "nowhere.toml")
    with pytest.raises(ConfigError, match=r"LIVECONTENT_CONFIG names nowhere.toml, and there is no such file"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("deadline = 0", "deadline: 0 should be greater than 0"),
        ("deadline = 5", "deadline: 5 should be less than or equal to 0.9"),
        ("deadline = nan", "deadline: "),
        ('deadline = "soon"', "deadline: 'soon' should be a valid number"),
        ('timezone = "Europe/Pariss"', "timezone: 'Europe/Pariss' is not a time zone, such as Europe/Paris"),
        ('timezone = "../../etc/passwd"', "is not a time zone"),
        ('timezone = "Europe"', "is not a time zone"),
        ('timezone = ""', "is not a time zone"),
        (
            'trusted_proxies = ["10.0.0.1/8"]',
            "trusted_proxies.0: '10.0.0.1/8' is not a network such as 10.0.0.0/8, nor",
        ),
        ('trusted_proxies = "everybody"', "trusted_proxies.0: 'everybody' is not a network such as"),
        ('url = "live.shop.example"', "url: 'live.shop.example' is not a base URL such as https://"),
        ('url = ""', "url: '' is not a base URL"),
        ('url = "https://"', "url: 'https://' is not a base URL"),
        ('url = "https://a.example/?b="', "is not a base URL"),
        ('landing = "javascript:alert(1)"', "landing: 'javascript:alert(1)' is not a URL such as https://"),
        ('landing = "https://a.example/b c"', "is not a URL"),
        ('landing = "https://a.example\\r\\nSet-Cookie: a=b"', "is not a URL"),
        (
            '[weather]\nprovider = "crystal ball"',
            "weather.provider: 'crystal ball' should be 'met-norway', 'open-meteo'",
        ),
        ('[weather]\nproviderr = "file"', "weather.providerr: unknown setting; did you mean weather.provider?"),
        ("[scanners]\nsecurity = -1", "scanners.security: -1 should be greater than or equal to 0"),
        ("[scanners]\nmicrosoft = inf", "scanners.microsoft: inf should be a finite number"),
        ('[refresh]\nrelay_url = "file:///etc/passwd"', "refresh.relay_url: 'file:///etc/passwd' is not a URL"),
        ('[refresh]\ngoogle_urls = ["goog.json"]', "refresh.google_urls.0: 'goog.json' is not a URL"),
        ('timezon = "UTC"', "timezon: unknown setting; did you mean timezone?"),
        ('[wether]\ncontact = "x"', "wether: unknown setting; did you mean weather?"),
        ('contact = "x"', "contact: unknown setting; did you mean weather.contact?"),
        ("umbrella = 1", "umbrella: unknown setting"),
        ("preview = 5", "preview: 5 should be true or false"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(folder: Path, text: str, words: str) -> None:
    (folder / FILE).write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert str(raised.value).startswith(f"settings ({FILE}):\n")
    assert words in str(raised.value)


def test_all_wrong_settings_are_named_at_once(folder: Path) -> None:
    (folder / FILE).write_text('deadline = 0\ntimezone = ""\nurll = ""')
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert {line.partition(":")[0] for line in str(raised.value).splitlines()[1:]} == {"deadline", "timezone", "urll"}


@pytest.mark.parametrize(
    "data", [b"deadline", b"deadline = ", b"\xff\xfe", b"a = 1\na = 2", b"[weather\n", b"x = 1e", b"\0"]
)
def test_a_file_that_is_not_toml_is_named(folder: Path, data: bytes) -> None:
    (folder / FILE).write_bytes(data)
    with pytest.raises(ConfigError, match=FILE):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEADLINE", "soon"), ("WEATHER", "{bad"), ("WEATHER__PROVIDER", "x"), ("TRUSTED_PROXIES", "x"), ("PREVIEW", "x")],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LIVECONTENT_{name}", value)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert name.lower().replace("__", ".") in str(raised.value)
    assert "environment" in str(raised.value)


def test_an_unknown_variable_is_warned_of(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("TIMEZON", "WEATHER__KEY", "DEADLINE"):
        monkeypatch.setenv(f"LIVECONTENT_{name}", "0.5")
    assert load_settings().deadline == 0.5
    message = "LIVECONTENT_TIMEZON: unknown variable; did you mean LIVECONTENT_TIMEZONE?"
    assert [record.getMessage() for record in caplog.records] == [message]


@pytest.mark.parametrize(
    "text", ["https://a.example/", "HTTPS://a.example", "http://[::1]:8000", "https://a.example/b/"]
)
def test_the_address_of_the_server_ends_without_a_slash(text: str) -> None:
    assert load_settings(url=text).url == text.rstrip("/")


def test_a_folder_is_made_for_its_owner_only(folder: Path) -> None:
    old = os.umask(0)
    try:
        make_folder(folder / "new")
        make_folder(folder / "new")
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o700
    (folder / "file").touch()
    with pytest.raises(ConfigError, match="can't be made: Not a directory"):
        make_folder(folder / "file" / "new")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().preview = True  # type: ignore[misc]


def test_every_setting_says_what_it_is_for() -> None:
    source = (Path(__file__).resolve().parents[1] / "src" / "livecontent" / "config.py").read_text()
    source = source[source.index("class Settings(") :]
    for name, field in Settings.model_fields.items():
        definition = source[source.index(f"    {name}: ") :]
        if not hasattr(field.annotation, "model_fields"):
            assert "  # " in definition[: definition.index("\n    ", 300)], name
