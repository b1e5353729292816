"""The columns of files by the attributes they hold."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from livecontent.errors import DataError
from livecontent.runtime.names import fold

MAX_COLUMNS = 1000
MAX_NAME = 64  # characters
_SHOWN = 20  # columns in a message

_CONSENT = (
    "a column is called consent: import it with livecontent consent import FILE (id,consent[,at]), and leave it out "
    "here; or give it another name with --map NAME=COLUMN"
)

# Known attributes by what files call them in large languages. Case, accents and signs do not count.
ALIASES: Mapping[str, str] = {
    "id": """
        identifiant, customer id, contact id, recipient id, subscriber id, subscriber key, contact key""",
    "first_name": """
        fname, given name, forename, prenom, vorname, rufname, primer nombre, primeiro nome, voornaam, fornavn,
        förnamn, etunimi, imię, jméno, krstné meno, keresztnév, utónév, prenume, eesnimi, vardas, vārds, имя,
        ім'я, име, собствено име, όνομα, adı, isim, 名, 名前, ファーストネーム, 名字, 이름, שם פרטי, الاسم الأول""",
    "last_name": """
        lname, surname, family name, nom de famille, nachname, familienname, zuname, apellido, apellidos,
        cognome, cognom, cognoms, sobrenome, achternaam, familienaam, efternavn, etternavn, efternamn, sukunimi,
        nazwisko, příjmení, priezvisko, vezetéknév, családnév, nume de familie, prezime, priimek, perekonnanimi,
        pavardė, uzvārds, фамилия, прізвище, επώνυμο, soyadı, soyad, 姓, 苗字, ラストネーム, 성, שם משפחה,
        اسم العائلة""",
    "email": "courriel, mail, email address, adresse email, e-mail-adresse, correo, correo electrónico",
    "language": """
        lang, locale, langue, sprache, idioma, lingua, llengua, taal, språk, sprog, kieli, język, jazyk,
        nyelv, limbă, jezik, keel, kalba, valoda, язык, мова, език, γλώσσα, dil, 言語, 语言, 語言, 언어, שפה,
        اللغة""",
    "city": """
        town, ville, stadt, ort, wohnort, ciudad, città, cidade, ciutat, stad, woonplaats, bynavn, poststed,
        kaupunki, miasto, miejscowość, město, város, oraș, linn, miestas, pilsēta, город, місто, πόλη,
        şehir, 都市, 市区町村, 城市, 도시, עיר, المدينة""",
    "country": """
        country code, pays, code pays, land, país, paese, maa, země, krajina, ország, țară, država, riik, šalis,
        valsts, страна, країна, държава, χώρα, ülke, 国, 国家, 國家, 국가, מדינה, الدولة""",
    "region": """
        state, province, county, bundesland, kanton, provincia, comunidad autónoma, regione,
        provincie, fylke, województwo, област, область, νομός, 都道府県, 省""",
    "postcode": """
        zip, zip code, postal code, code postal, cp, plz, postleitzahl, código postal, cep, codi postal,
        postnummer, postinumero, kod pocztowy, psč, irányítószám, cod poștal, индекс, почтовый индекс,
        posta kodu, 郵便番号, 邮编, 우편번호""",
    "birthday": """
        date of birth, birth date, geburtstag, geburtsdatum, date de naissance, fecha de nacimiento,
        data di nascita, data de nascimento, geboortedatum, fødselsdato, födelsedatum, syntymäaika,
        data urodzenia, datum narození, születési dátum, дата рождения, дата народження, ημερομηνία γέννησης,
        doğum tarihi, 生年月日, 誕生日, 出生日期, 생년월일""",
    "latitude": "lat",
    "longitude": "lon, lng, long",
    "timezone": "fuseau, fuseau horaire, tz, zeitzone, zona horaria, fuso orario, tijdzone",
}

# Words that mean several things, alone or in several languages, by the columns beside them that tell which.
DOUBTFUL: Mapping[str, Mapping[str, str]] = {
    "nom": {"last_name": "prenom", "first_name": "cognom, cognoms"},
    "nome": {"first_name": "cognome, sobrenome, apelido, apelidos"},
    "nombre": {"first_name": "apellido, apellidos"},  # a number in French
    "name": {"last_name": "vorname"},
    "naam": {"last_name": "voornaam"},
    "navn": {"last_name": "fornavn", "first_name": "efternavn, etternavn"},
    "namn": {"last_name": "förnamn", "first_name": "efternamn"},
    "nimi": {"last_name": "etunimi, eesnimi", "first_name": "sukunimi, perekonnanimi"},
    "nume": {"last_name": "prenume"},
    "név": {"first_name": "vezetéknév, családnév", "last_name": "keresztnév, utónév"},
    "meno": {"first_name": "priezvisko"},
    "ime": {"first_name": "prezime, priimek"},
    "apelido": {"last_name": "nome"},  # a nickname in Brazil
    "apelidos": {"last_name": "nome"},
    "ad": {"first_name": "soyad, soyadı"},
    "cap": {"postcode": "cognome, città, provincia"},
    "kraj": {
        "country": "imię, nazwisko, miasto, język",
        "region": "jméno, příjmení, město, země",
    },  # a place in Slovenian
}


def attributes_of(columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The attributes of columns. Raises `DataError`, also for consent.

    It is kept apart from profiles: it has a time, and holds for people who were not imported too.
    """
    names = name_columns(columns, chosen)
    if "consent" in names:
        raise DataError(_CONSENT)
    return names


def name_columns(
    columns: Sequence[str], chosen: Mapping[str, str], words: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The attribute of each column: the chosen one, else the known one that it means, else its own words.

    Known are those of recipients, or those of these `words`: what files call each, parted by commas.
    Raises `DataError` where two columns mean one attribute, or there are more than 1000.
    """
    if len(columns) > MAX_COLUMNS:
        raise DataError(f"there are {len(columns)} columns, at most {MAX_COLUMNS} are read: {listing(columns)}")
    signs = [bare(column) for column in columns]
    # A column `id` beside a `customer_id`: the first is the id, the other an attribute.
    known = ALIASES if words is None else words
    exact = {bare(name): name for name in known} | {bare(column): name for column, name in chosen.items()}
    taken = {exact[sign] for sign in signs if sign in exact}
    if words is None:
        meant = {sign: name for sign in signs if (name := meaning(sign, signs))}
    else:
        meant = {sign: name for name, aliases in words.items() for sign in _split(aliases)}
    if set(meant.values()) & taken or [*meant.values()].count("region") > 1:
        meant.pop("county", None)  # the smaller one, beside a state
    aliases = {sign: name for sign, name in meant.items() if name not in taken}
    found = tuple(
        exact.get(sign) or aliases.get(sign) or attribute_name(column) or f"column_{number}"
        for number, (sign, column) in enumerate(zip(signs, columns, strict=True), 1)
    )
    for number, name in enumerate(found):
        if name in found[:number]:
            pair = listing([columns[found.index(name)], columns[number]])
            raise DataError(f"two columns mean {name}: {pair}. Rename one, or give one another name with --map")
    return found


def meaning(sign: str, beside: Collection[str]) -> str:
    """The attribute that a bare name of a column means beside others, "" for none."""
    told = [name for name, columns in _DOUBTFUL.get(sign, {}).items() if not columns.isdisjoint(beside)]
    return told[0] if len(told) == 1 else _BY_ALIAS.get(sign, "")


def doubt(column: str, name: str) -> str:
    """What to tell of a column whose name means several things, and that nothing beside makes clear; "" for none."""
    options = " or ".join(f"--map {one}={column}" for one in _DOUBTFUL.get(bare(column), {}))
    return f"; {column!r} can mean several things: {options} says which" if options and name not in ALIASES else ""


def attribute_name(text: str) -> str:
    """A text as a name in rules: lower-case letters, digits, underscores, at most 64; "" if it has none of them."""
    return re.sub(r"[\W_]+", "_", fold(text)).strip("_")[:MAX_NAME].rstrip("_")


def listing(columns: Sequence[str]) -> str:
    """Columns for a message."""
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return ", ".join(repr(column[:MAX_NAME]) for column in columns[:_SHOWN]) + more


def bare(text: str) -> str:
    """The letters and digits of a name, without case and accents."""
    return re.sub(r"[\W_]+", "", fold(text))


def _split(words: str) -> Iterator[str]:
    yield from (bare(word) for word in words.split(","))


_BY_ALIAS: Mapping[str, str] = {alias: name for name, words in ALIASES.items() for alias in _split(words)}
_DOUBTFUL: Mapping[str, Mapping[str, frozenset[str]]] = {
    bare(word): {name: frozenset(_split(columns)) for name, columns in meanings.items()}
    for word, meanings in DOUBTFUL.items()
}
