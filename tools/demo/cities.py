"""The demo's places with the weather of a 21 November, and its forty stores.

Coordinates are those of the cities (GeoNames, https://www.geonames.org); the weather and the stores are invented.
"""

from dataclasses import dataclass

# name; other names (outside France the French one comes first, if there are any); country; region; latitude; longitude;
# zone; condition, degrees Celsius, wind in m/s, millimetres in the hour
_FRANCE = """
Paris; París/Parigi/باريس; FR; Île-de-France; 48.86; 2.35; Europe/Paris; drizzle 8 5.1 0.3
Marseille; Marseilles/Marsiglia; FR; Provence-Alpes-Côte d’Azur; 43.30; 5.37; Europe/Paris; clear 14 9.8 0
Lyon; Lyons/Lione; FR; Auvergne-Rhône-Alpes; 45.76; 4.84; Europe/Paris; fog 5 1.1 0
Toulouse; Tolosa; FR; Occitanie; 43.60; 1.44; Europe/Paris; clouds 12 4.0 0
Nice; Nizza; FR; Provence-Alpes-Côte d’Azur; 43.70; 7.27; Europe/Paris; clear 16 2.6 0
Nantes; ; FR; Pays de la Loire; 47.22; -1.55; Europe/Paris; rain 10 7.4 1.8
Montpellier; ; FR; Occitanie; 43.61; 3.88; Europe/Paris; clear 15 5.5 0
Strasbourg; Straßburg/Strasburg; FR; Grand Est; 48.58; 7.75; Europe/Paris; clouds 4 2.2 0
Bordeaux; Burdeos; FR; Nouvelle-Aquitaine; 44.84; -0.58; Europe/Paris; rain 12 6.1 1.1
Lille; Rijsel; FR; Hauts-de-France; 50.63; 3.06; Europe/Paris; rain 8 7.2 1.6
Rennes; ; FR; Bretagne; 48.11; -1.68; Europe/Paris; rain 9 6.8 2.0
Reims; Rheims; FR; Grand Est; 49.26; 4.03; Europe/Paris; clouds 6 4.1 0
Toulon; ; FR; Provence-Alpes-Côte d’Azur; 43.12; 5.93; Europe/Paris; clear 15 6.0 0
Saint-Étienne; ; FR; Auvergne-Rhône-Alpes; 45.43; 4.39; Europe/Paris; fog 3 0.9 0
Le Havre; ; FR; Normandie; 49.49; 0.11; Europe/Paris; rain 9 11.5 1.2
Grenoble; ; FR; Auvergne-Rhône-Alpes; 45.19; 5.72; Europe/Paris; snow 0 1.6 1.0
Dijon; ; FR; Bourgogne-Franche-Comté; 47.32; 5.04; Europe/Paris; fog 4 1.3 0
Angers; ; FR; Pays de la Loire; 47.47; -0.55; Europe/Paris; drizzle 9 5.0 0.4
Nîmes; ; FR; Occitanie; 43.84; 4.36; Europe/Paris; clear 13 7.7 0
Clermont-Ferrand; ; FR; Auvergne-Rhône-Alpes; 45.78; 3.08; Europe/Paris; clouds 5 3.0 0
Aix-en-Provence; ; FR; Provence-Alpes-Côte d’Azur; 43.53; 5.45; Europe/Paris; clear 13 6.4 0
Brest; ; FR; Bretagne; 48.39; -4.49; Europe/Paris; rain 11 14.2 3.4
Tours; ; FR; Centre-Val de Loire; 47.39; 0.69; Europe/Paris; drizzle 8 4.4 0.2
Amiens; ; FR; Hauts-de-France; 49.89; 2.30; Europe/Paris; rain 7 6.6 0.9
Limoges; ; FR; Nouvelle-Aquitaine; 45.83; 1.26; Europe/Paris; drizzle 7 4.2 0.3
Annecy; ; FR; Auvergne-Rhône-Alpes; 45.90; 6.13; Europe/Paris; snow -1 1.2 1.4
Perpignan; Perpiñán; FR; Occitanie; 42.70; 2.90; Europe/Paris; clear 16 12.0 0
Metz; ; FR; Grand Est; 49.12; 6.18; Europe/Paris; clouds 5 3.8 0
Besançon; ; FR; Bourgogne-Franche-Comté; 47.24; 6.02; Europe/Paris; drizzle 3 2.0 0.2
Orléans; ; FR; Centre-Val de Loire; 47.90; 1.91; Europe/Paris; drizzle 8 4.6 0.3
Rouen; ; FR; Normandie; 49.44; 1.10; Europe/Paris; rain 8 6.5 1.5
Mulhouse; Mülhausen; FR; Grand Est; 47.75; 7.34; Europe/Paris; clouds 3 2.4 0
Caen; ; FR; Normandie; 49.18; -0.37; Europe/Paris; rain 9 9.0 1.3
Nancy; ; FR; Grand Est; 48.69; 6.18; Europe/Paris; clouds 4 3.3 0
Avignon; ; FR; Provence-Alpes-Côte d’Azur; 43.95; 4.81; Europe/Paris; clear 12 13.1 0
Poitiers; ; FR; Nouvelle-Aquitaine; 46.58; 0.34; Europe/Paris; drizzle 9 4.9 0.3
La Rochelle; ; FR; Nouvelle-Aquitaine; 46.16; -1.15; Europe/Paris; rain 11 9.4 1.0
Pau; ; FR; Nouvelle-Aquitaine; 43.30; -0.37; Europe/Paris; clouds 11 2.1 0
Bayonne; Bayona; FR; Nouvelle-Aquitaine; 43.49; -1.48; Europe/Paris; storm 13 12.3 5.5
Biarritz; ; FR; Nouvelle-Aquitaine; 43.48; -1.56; Europe/Paris; storm 13 15.0 6.2
Calais; ; FR; Hauts-de-France; 50.95; 1.86; Europe/Paris; rain 8 12.4 1.4
Dunkerque; Dunkirk/Duinkerke; FR; Hauts-de-France; 51.03; 2.38; Europe/Paris; rain 8 13.0 1.2
Quimper; ; FR; Bretagne; 48.00; -4.10; Europe/Paris; rain 11 10.2 2.6
Lorient; ; FR; Bretagne; 47.75; -3.37; Europe/Paris; rain 11 9.7 2.2
Vannes; ; FR; Bretagne; 47.66; -2.76; Europe/Paris; rain 10 7.9 1.7
Saint-Malo; ; FR; Bretagne; 48.65; -2.01; Europe/Paris; rain 10 12.8 2.1
Cherbourg; Cherbourg-en-Cotentin; FR; Normandie; 49.64; -1.62; Europe/Paris; storm 10 18.4 4.8
Dieppe; ; FR; Normandie; 49.92; 1.08; Europe/Paris; rain 8 11.0 1.5
Chambéry; ; FR; Auvergne-Rhône-Alpes; 45.56; 5.92; Europe/Paris; snow 0 1.0 0.8
Valence; ; FR; Auvergne-Rhône-Alpes; 44.93; 4.89; Europe/Paris; clouds 7 6.0 0
Troyes; ; FR; Grand Est; 48.30; 4.08; Europe/Paris; clouds 6 3.2 0
Colmar; Kolmar; FR; Grand Est; 48.08; 7.36; Europe/Paris; fog 3 1.0 0
Le Mans; ; FR; Pays de la Loire; 48.00; 0.20; Europe/Paris; drizzle 8 5.2 0.4
Ajaccio; ; FR; Corse; 41.92; 8.74; Europe/Paris; clear 17 3.1 0
Bastia; ; FR; Corse; 42.70; 9.45; Europe/Paris; clouds 16 4.8 0
Saint-Denis; Saint-Denis/Saint-Denis de La Réunion; RE; La Réunion; -20.88; 55.45; Indian/Reunion; clear 28 6.2 0
Fort-de-France; ; MQ; Martinique; 14.60; -61.07; America/Martinique; storm 28 8.0 7.1
Pointe-à-Pitre; ; GP; Guadeloupe; 16.24; -61.53; America/Guadeloupe; rain 28 7.0 4.0
Cayenne; ; GF; Guyane; 4.93; -52.33; America/Cayenne; rain 30 3.0 5.2
Nouméa; ; NC; Province Sud; -22.27; 166.46; Pacific/Noumea; clear 26 7.4 0
Papeete; ; PF; Îles du Vent; -17.54; -149.57; Pacific/Tahiti; clouds 28 5.0 0
"""

_EUROPE = """
London; Londres/Londra/Londen/לונדון/لندن/लंदन; GB; England; 51.51; -0.13; Europe/London; rain 9 6.3 1.1
Edinburgh; Édimbourg; GB; Scotland; 55.95; -3.19; Europe/London; rain 6 8.8 0.9
Glasgow; ; GB; Scotland; 55.86; -4.25; Europe/London; rain 6 7.5 2.2
Manchester; ; GB; England; 53.48; -2.24; Europe/London; drizzle 7 5.1 0.4
Bristol; ; GB; England; 51.45; -2.59; Europe/London; rain 10 7.0 1.9
Cardiff; Cardiff/Caerdydd; GB; Wales; 51.48; -3.18; Europe/London; rain 10 8.2 2.4
Belfast; ; GB; Northern Ireland; 54.60; -5.93; Europe/London; clouds 7 7.7 0
Dublin; Dublin/Baile Átha Cliath; IE; Leinster; 53.35; -6.26; Europe/Dublin; drizzle 8 8.4 0.5
Cork; Cork/Corcaigh; IE; Munster; 51.90; -8.47; Europe/Dublin; rain 10 9.6 2.7
Brussels; Bruxelles/Brussel/Brüssel; BE; Brussels; 50.85; 4.35; Europe/Brussels; rain 7 5.8 0.8
Antwerp; Anvers/Antwerpen; BE; Flanders; 51.22; 4.40; Europe/Brussels; rain 8 6.9 1.0
Liège; Liège/Luik/Lüttich; BE; Wallonia; 50.63; 5.57; Europe/Brussels; drizzle 6 4.0 0.3
Luxembourg; Luxembourg/Luxemburg; LU; Luxembourg; 49.61; 6.13; Europe/Luxembourg; fog 4 2.0 0
Geneva; Genève/Genf/Ginevra; CH; Geneva; 46.20; 6.15; Europe/Zurich; clouds 4 2.5 0
Lausanne; ; CH; Vaud; 46.52; 6.63; Europe/Zurich; snow 1 2.2 0.6
Zurich; Zurich/Zürich/Zurigo; CH; Zurich; 47.38; 8.54; Europe/Zurich; snow 0 1.8 0.9
Amsterdam; ; NL; North Holland; 52.37; 4.90; Europe/Amsterdam; rain 8 9.9 1.3
Rotterdam; ; NL; South Holland; 51.92; 4.48; Europe/Amsterdam; rain 8 10.4 1.5
Berlin; ; DE; Berlin; 52.52; 13.41; Europe/Berlin; clouds 3 4.4 0
Hamburg; Hambourg; DE; Hamburg; 53.55; 9.99; Europe/Berlin; drizzle 5 7.1 0.3
Munich; Munich/München; DE; Bavaria; 48.14; 11.58; Europe/Berlin; snow -1 2.8 1.1
Cologne; Cologne/Köln; DE; North Rhine-Westphalia; 50.94; 6.96; Europe/Berlin; drizzle 6 4.5 0.2
Vienna; Vienne/Wien; AT; Vienna; 48.21; 16.37; Europe/Vienna; fog 3 1.9 0
Madrid; ; ES; Madrid; 40.42; -3.70; Europe/Madrid; clear 11 2.3 0
Barcelona; Barcelone; ES; Catalonia; 41.39; 2.17; Europe/Madrid; clear 15 3.6 0
Seville; Séville/Sevilla; ES; Andalusia; 37.39; -5.98; Europe/Madrid; clear 18 2.0 0
Bilbao; Bilbao/Bilbo; ES; Basque Country; 43.26; -2.93; Europe/Madrid; storm 12 9.2 4.4
Lisbon; Lisbonne/Lisboa; PT; Lisbon; 38.72; -9.14; Europe/Lisbon; clouds 16 5.3 0
Porto; Porto/Oporto; PT; Porto; 41.15; -8.61; Europe/Lisbon; rain 14 7.3 2.0
Milan; Milan/Milano/Mailand; IT; Lombardy; 45.46; 9.19; Europe/Rome; fog 6 0.8 0
Rome; Rome/Roma; IT; Lazio; 41.89; 12.51; Europe/Rome; clear 14 2.7 0
Copenhagen; Copenhague/København; DK; Capital Region; 55.68; 12.57; Europe/Copenhagen; clouds 5 8.1 0
Oslo; ; NO; Oslo; 59.91; 10.75; Europe/Oslo; snow -4 2.0 0.7
Bergen; ; NO; Vestland; 60.39; 5.32; Europe/Oslo; rain 5 6.6 3.9
Tromsø; ; NO; Troms; 69.65; 18.96; Europe/Oslo; snow -6 5.4 1.2
Stockholm; ; SE; Stockholm; 59.33; 18.07; Europe/Stockholm; snow -2 4.1 0.5
Helsinki; Helsinki/Helsingfors; FI; Uusimaa; 60.17; 24.94; Europe/Helsinki; snow -3 5.9 0.8
Reykjavik; Reykjavik/Reykjavík; IS; Capital Region; 64.15; -21.94; Atlantic/Reykjavik; snow -1 11.3 0.6
Warsaw; Varsovie/Warszawa; PL; Mazovia; 52.23; 21.01; Europe/Warsaw; clouds 1 4.7 0
Prague; Prague/Praha; CZ; Prague; 50.09; 14.42; Europe/Prague; clouds 2 3.1 0
Athens; Athènes/Αθήνα; GR; Attica; 37.98; 23.73; Europe/Athens; clear 18 4.0 0
"""

_WORLD = """
Montréal; Montréal/Montreal; CA; Quebec; 45.51; -73.57; America/Toronto; snow -5 4.9 1.3
Québec; Québec/Quebec City; CA; Quebec; 46.81; -71.21; America/Toronto; snow -8 5.8 1.6
Toronto; ; CA; Ontario; 43.65; -79.38; America/Toronto; clouds 2 6.2 0
Vancouver; ; CA; British Columbia; 49.28; -123.12; America/Vancouver; rain 8 4.6 3.1
New York; New York/New York City; US; New York; 40.71; -74.01; America/New_York; clear 7 5.5 0
Seattle; ; US; Washington; 47.61; -122.33; America/Los_Angeles; rain 9 5.0 1.9
San Francisco; ; US; California; 37.77; -122.42; America/Los_Angeles; fog 12 3.0 0
Mexico City; Mexico/Ciudad de México; MX; Mexico City; 19.43; -99.13; America/Mexico_City; clear 20 2.1 0
São Paulo; ; BR; São Paulo; -23.55; -46.63; America/Sao_Paulo; storm 25 4.3 8.0
Buenos Aires; ; AR; Buenos Aires; -34.61; -58.38; America/Argentina/Buenos_Aires; clear 24 4.9 0
Casablanca; Casablanca/الدار البيضاء; MA; Casablanca-Settat; 33.59; -7.62; Africa/Casablanca; clear 20 4.4 0
Algiers; Alger/الجزائر; DZ; Algiers; 36.75; 3.04; Africa/Algiers; clouds 18 3.9 0
Tunis; Tunis/تونس; TN; Tunis; 36.82; 10.17; Africa/Tunis; clear 19 5.0 0
Dakar; ; SN; Dakar; 14.69; -17.44; Africa/Dakar; clear 30 6.1 0
Abidjan; ; CI; Abidjan; 5.35; -4.00; Africa/Abidjan; clouds 31 3.2 0
Cairo; Le Caire/القاهرة; EG; Cairo; 30.06; 31.25; Africa/Cairo; clear 24 3.5 0
Cape Town; Le Cap/Kaapstad; ZA; Western Cape; -33.93; 18.42; Africa/Johannesburg; clear 23 9.0 0
Tel Aviv; Tel-Aviv/תל אביב; IL; Tel Aviv; 32.08; 34.78; Asia/Jerusalem; clear 22 3.3 0
Jerusalem; Jérusalem/ירושלים/القدس; IL; Jerusalem; 31.78; 35.22; Asia/Jerusalem; clear 17 2.9 0
Beirut; Beyrouth/بيروت; LB; Beirut; 33.89; 35.50; Asia/Beirut; clouds 20 3.8 0
Dubai; Dubaï/دبي; AE; Dubai; 25.08; 55.31; Asia/Dubai; clear 32 4.1 0
Mumbai; Bombay/मुंबई; IN; Maharashtra; 19.08; 72.88; Asia/Kolkata; clear 31 3.4 0
Delhi; Delhi/New Delhi/दिल्ली; IN; Delhi; 28.65; 77.23; Asia/Kolkata; fog 17 1.5 0
Tokyo; Tokyo/東京; JP; Tokyo; 35.69; 139.69; Asia/Tokyo; clear 14 3.7 0
Singapore; Singapour; SG; Singapore; 1.29; 103.85; Asia/Singapore; storm 29 2.8 9.3
Sydney; ; AU; New South Wales; -33.87; 151.21; Australia/Sydney; clear 33 6.0 0
Auckland; ; NZ; Auckland; -36.85; 174.76; Pacific/Auckland; clouds 19 7.2 0
"""


# Hours from Monday to Sunday, with / between.
PATTERNS = {
    "city": "10:00-19:30 / 10:00-19:30 / 10:00-19:30 / 10:00-21:00 / 10:00-19:30 / 10:00-19:30 /",
    "every day": "10:00-20:00 / 10:00-20:00 / 10:00-20:00 / 10:00-21:00 / 10:00-20:00 / 10:00-20:00 / 11:00-19:00",
    "lunch": "/ 10:00-12:30 14:00-19:00 / 10:00-12:30 14:00-19:00 / 10:00-12:30 14:00-20:00 /"
    " 10:00-12:30 14:00-19:00 / 10:00-19:00 /",
    "seaside": "14:00-19:00 / 10:00-13:00 14:00-19:00 / 10:00-13:00 14:00-19:00 / 10:00-13:00 14:00-19:00 /"
    " 10:00-13:00 14:00-19:30 / 10:00-19:30 / 10:30-13:00 15:00-18:30",
    "station": "07:30-20:30 / 07:30-20:30 / 07:30-20:30 / 07:30-20:30 / 07:30-21:30 / 09:00-20:30 / 09:00-20:00",
    "britain": "10:00-19:00 / 10:00-19:00 / 10:00-19:00 / 10:00-20:00 / 10:00-19:00 / 09:30-19:00 / 12:00-18:00",
    "belgium": "10:00-18:30 / 10:00-18:30 / 10:00-18:30 / 10:00-18:30 / 10:00-20:00 / 10:00-18:30 /",
    "switzerland": "09:00-19:00 / 09:00-19:00 / 09:00-19:00 / 09:00-21:00 / 09:00-19:30 / 09:00-18:00 /",
    "canada": "10:00-18:00 / 10:00-18:00 / 10:00-18:00 / 10:00-21:00 / 10:00-21:00 / 10:00-17:00 / 11:00-17:00",
}

# city; name; street; postcode; pattern
_STORES = """
Paris; Averse Marais; 31 rue des Francs-Bourgeois; 75004; every day
Paris; Averse Saint-Germain; 12 rue du Four; 75006; city
Paris; Averse Gare du Nord; 18 rue de Dunkerque; 75010; station
Lille; Averse Lille; 14 rue de la Clef; 59800; city
Lille; Averse Lille Flandres; 3 place des Buisses; 59800; station
Lyon; Averse Presqu’île; 27 rue Mercière; 69002; city
Lyon; Averse Croix-Rousse; 8 grande rue de la Croix-Rousse; 69004; lunch
Marseille; Averse Vieux-Port; 42 rue Saint-Ferréol; 13001; city
Toulouse; Averse Toulouse; 19 rue des Changes; 31000; city
Nice; Averse Nice; 6 rue Masséna; 06000; every day
Nantes; Averse Nantes; 9 rue Crébillon; 44000; city
Nantes; Averse Graslin; 2 rue Scribe; 44000; lunch
Montpellier; Averse Montpellier; 22 rue de la Loge; 34000; city
Strasbourg; Averse Strasbourg; 15 rue des Hallebardes; 67000; city
Bordeaux; Averse Bordeaux; 54 rue Porte-Dijeaux; 33000; city
Bordeaux; Averse Chartrons; 33 rue Notre-Dame; 33000; lunch
Rennes; Averse Rennes; 11 rue Le Bastard; 35000; city
Brest; Averse Brest; 48 rue de Siam; 29200; city
Quimper; Averse Quimper; 5 rue Kéréon; 29000; lunch
Saint-Malo; Averse Intra-Muros; 7 rue Saint-Vincent; 35400; seaside
Cherbourg; Averse Cherbourg, la maison mère; 1 quai Alexandre-III; 50100; lunch
Le Havre; Averse Le Havre; 61 rue de Paris; 76600; lunch
Rouen; Averse Rouen; 23 rue du Gros-Horloge; 76000; city
Dieppe; Averse Dieppe; 30 Grande Rue; 76200; seaside
Biarritz; Averse Biarritz; 4 rue Mazagran; 64200; seaside
La Rochelle; Averse La Rochelle; 17 rue du Palais; 17000; lunch
Grenoble; Averse Grenoble; 13 Grande Rue; 38000; city
Annecy; Averse Annecy; 20 rue Sainte-Claire; 74000; seaside
Dijon; Averse Dijon; 38 rue de la Liberté; 21000; lunch
London; Averse Covent Garden; 14 Floral Street; WC2E 9DH; britain
London; Averse Marylebone; 71 Marylebone High Street; W1U 5JR; britain
London; Averse Richmond; 5 Hill Rise; TW10 6UQ; britain
Edinburgh; Averse Edinburgh; 48 Thistle Street; EH2 1EN; britain
Edinburgh; Averse Stockbridge; 22 Raeburn Place; EH4 1HN; britain
Dublin; Averse Dublin; 16 Drury Street; D02 HX76; britain
Brussels; Averse Sablon; 25 rue de Rollebeek; 1000; belgium
Brussels; Averse Dansaert; 80 rue Antoine Dansaert; 1000; belgium
Geneva; Averse Genève; 10 rue du Rhône; 1204; switzerland
Montréal; Averse Plateau; 4210 rue Saint-Denis; H2J 2K8; canada
Montréal; Averse Vieux-Montréal; 155 rue Saint-Paul Ouest; H2Y 1Z5; canada
"""


@dataclass(frozen=True, slots=True)
class City:
    """A place of the demo and its weather."""

    name: str
    aliases: tuple[str, ...]
    country: str
    region: str
    latitude: float
    longitude: float
    timezone: str
    condition: str
    temperature: float
    wind: float
    precipitation: float

    def called_in(self, language: str) -> str:
        """Its name in French, else as it stands."""
        return self.aliases[0] if language == "fr" and self.country != "FR" and self.aliases else self.name


def cities() -> list[City]:
    """All places, those of France first."""
    return [_city(line) for line in (_FRANCE + _EUROPE + _WORLD).splitlines() if line]


def stores() -> list[list[str]]:
    """The cells of each store, as above."""
    return [[cell.strip() for cell in line.split(";")] for line in _STORES.splitlines() if line]


def _city(line: str) -> City:
    name, aliases, country, region, latitude, longitude, timezone, weather = (cell.strip() for cell in line.split(";"))
    condition, *numbers = weather.split()
    others = tuple(filter(None, aliases.split("/")))
    temperature, wind, precipitation = map(float, numbers)
    return City(
        name=name,
        aliases=others,
        country=country,
        region=region,
        latitude=float(latitude),
        longitude=float(longitude),
        timezone=timezone,
        condition=condition,
        temperature=temperature,
        wind=wind,
        precipitation=precipitation,
    )
