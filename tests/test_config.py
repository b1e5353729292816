import os
import re
import stat
from collections.abc import Iterator
from contextlib import chdir
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from livecontent.config import DATA, DEMO_FILE, FILE, Settings, config_file, load_settings, setting_names, shipped
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
        ('deadline = "soon"', "deadline: 'soon' should be a number, such as 0.25"),
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
        ('[weather]\nproviderr = "file"', "no such setting: weather.providerr; did you mean weather.provider?"),
        ("[scanners]\nsecurity = -1", "scanners.security: -1 should be greater than or equal to 0"),
        ("[scanners]\nmicrosoft = inf", "scanners.microsoft: inf should be a finite number"),
        ('[refresh]\nrelay_url = "file:///etc/passwd"', "refresh.relay_url: 'file:///etc/passwd' is not a URL"),
        ('[refresh]\ngoogle_urls = ["goog.json"]', "refresh.google_urls.0: 'goog.json' is not a URL"),
        ('timezon = "UTC"', "no such setting: timezon; did you mean timezone?"),
        ('[wether]\ncontact = "x"', "no such setting: wether; did you mean weather?"),
        ('contact = "x"', "no such setting: contact; did you mean weather.contact?"),
        ("umbrella = 1", "no such setting: umbrella"),
        ("preview = 5", "preview: 5 should be true or false"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(folder: Path, text: str, words: str) -> None:
    (folder / FILE).write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_settings()
    assert re.match(rf"{FILE}:[12]: ", str(raised.value))
    assert words in str(raised.value)


def test_all_wrong_settings_are_named_at_once(folder: Path) -> None:
    (folder / FILE).write_text('deadline = 0\ntimezone = ""\nurll = ""')
    with pytest.raises(ConfigError) as raised:
        load_settings()
    found = [re.match(rf"{FILE}:(\d): (?:no such setting: )?(\w+)", line) for line in str(raised.value).splitlines()]
    assert {one[2]: int(one[1]) for one in found if one} == {"deadline": 1, "timezone": 2, "urll": 3}


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
    assert str(raised.value).startswith(f"LIVECONTENT_{name}")


def test_an_unknown_variable_is_warned_of(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("TIMEZON", "WEATHER__KEY", "DEADLINE"):
        monkeypatch.setenv(f"LIVECONTENT_{name}", "0.5")
    assert load_settings().deadline == 0.5
    message = "LIVECONTENT_TIMEZON: no such setting; did you mean LIVECONTENT_TIMEZONE?"
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


SECTIONS = [name for name, field in Settings.model_fields.items() if hasattr(field.annotation, "model_fields")]
NAMES = [*setting_names(), *SECTIONS]
WORDS = (
    "Input",
    "valid_",
    "value_error",
    "pydantic",
    "function-",
    "[type=",
    "Field",
    "ctx",
    "instance",
    "another value",
)


def as_toml(name: str, value: str) -> str:
    """A setting in a file; one of a section below its header."""
    section, _, inner = name.rpartition(".")
    return f"[{section}]\n{inner} = {value}\n" if section else f"{name} = {value}\n"


@given(st.sampled_from(NAMES), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_typo_of_one_letter_is_told_with_the_right_name_and_its_line(
    folder: Path, name: str, data: st.DataObject
) -> None:
    section, _, inner = name.rpartition(".")
    place = data.draw(st.integers(0, len(inner) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_"))
    typo = data.draw(
        st.sampled_from(
            [
                inner[:place] + inner[place + 1 :],
                inner[:place] + letter + inner[place + 1 :],
                inner[:place] + letter + inner[place:],
                inner[:place] + inner[place : place + 2][::-1] + inner[place + 2 :],
            ]
        )
    )
    wrong = f"{section}.{typo}" if section else typo
    assume(typo and wrong not in NAMES)
    (folder / FILE).write_text("# a note\n" + as_toml(wrong, "1"))
    with pytest.raises(ConfigError) as raised:
        load_settings()
    (told,) = [line for line in str(raised.value).splitlines() if "no such setting" in line]
    assert told.startswith(f"{FILE}:{3 if section else 2}: no such setting: {wrong}; did you mean ")
    assert name in re.split(r" or |\?", told.partition("did you mean ")[2])


VALUES = ["5", "-1", "true", '"x"', '""', "[5]", "[[]]", "{a = 1}", "1.5", "nan"]


@given(st.sampled_from(NAMES), st.sampled_from(VALUES))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_that_is_wrong_is_told_in_words_of_a_library(folder: Path, name: str, value: str) -> None:
    (folder / FILE).write_text(as_toml(name, value))
    lines = []
    try:
        load_settings()
    except ConfigError as error:
        lines = str(error).splitlines()
    assert [line for line in lines if not line.startswith(f"{FILE}:")] == []
    assert [line for line in lines if any(word in line for word in WORDS)] == []


def test_a_wrong_setting_of_a_feed_is_told_with_its_line(folder: Path) -> None:
    (folder / FILE).write_text(
        '[feeds.news]\nurl = "https://a.example"\nfrsh = 5\n\n[feeds.Bad]\nurl = "https://b.example"\n'
    )
    with pytest.raises(ConfigError) as raised:
        load_settings()
    first, second = str(raised.value).splitlines()
    assert first == f"{FILE}:3: no such setting: feeds.news.frsh; did you mean feeds.news.fresh?"
    assert second.startswith(f"{FILE}:5: feeds.Bad: 'Bad' is not a name for a feed")
