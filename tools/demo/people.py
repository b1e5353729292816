"""The demo's people, all invented: names and cities by language, and twelve personas."""

from dataclasses import dataclass

# How many of a thousand speak a language.
LANGUAGES = {"fr": 650, "en": 300, "de": 12, "es": 9, "it": 7, "ar": 7, "he": 4, "hi": 5, "nl": 6}

# first names; last names; cities, more likely where they stand more often
_NAMES = {
    "fr": """
Camille, Zoé, Anaïs, Léa, Chloé, Inès, Jade, Manon, Océane, Maëlys, Clémence, Élodie, Hélène, Aurélie, Maïwenn,
Solène, Gwenaëlle, Noémie, Françoise, Agnès, Bérénice, Cécile, Daphné, Édith, Fleur, Garance, Héloïse, Irène, Joëlle,
Lætitia, Margaux, Ninon, Ondine, Pénélope, Salomé, Thaïs, Ysé, Fatoumata, Aïcha, Mariama, Marie-Line, Marie-Ève,
Anne-Sophie, Jean-Baptiste, Loïc, Gaël, Théo, Léo, Raphaël, Noël, François, Jérôme, Rémi, Stéphane, Benoît, Cédric,
Frédéric, Joël, Grégoire, Hervé, Maël, Mathéo, Pierre-Yves, Jean-Loup, Yann, Youenn, Tanguy, Ulysse, Valentin,
Bastien, Corentin, Malo, Étienne, Félix, Gaspard, Hugo, Ismaël, Jules, Lucas, Marius, Nathan, Octave, Paul, Quentin,
Samuel, Titouan, Mamadou, Ousmane, Karim, Moïse, Thuỳ, Minh, Aimé, Rodrigue;
Martin, Bernard, Lefèvre, Le Goff, Le Bihan, D’Almeida, L’Hostis, De La Tour, Kerbrat, Guéguen, Péron, Béchet, Crépin,
Dupré, Fabre, Gérard, Hébert, Imbert, Jaouen, Kergoat, Lecœur, Marchand, Ollivier, Pélissier, Quéméner, Rivière,
Séguin, Thévenet, Vallée, Weiss, Yvon, Nguyễn, Trần, Diallo, Traoré, Benali, Haddad, Moreau-Vidal, Saint-Clair, Bâ,
Özdemir, Coulibaly, Boyer, Chevalier;
Paris, Paris, Paris, Paris, Paris, Marseille, Marseille, Lyon, Lyon, Lyon, Toulouse, Toulouse, Nice, Nantes, Nantes,
Montpellier, Strasbourg, Bordeaux, Bordeaux, Lille, Lille, Lille, Rennes, Rennes, Brest, Brest, Rouen, Rouen, Reims,
Toulon, Saint-Étienne, Le Havre, Grenoble, Dijon, Angers, Nîmes, Clermont-Ferrand, Aix-en-Provence, Tours, Amiens,
Limoges, Annecy, Perpignan, Metz, Besançon, Orléans, Mulhouse, Caen, Nancy, Avignon, Poitiers, La Rochelle, Pau,
Bayonne, Biarritz, Calais, Dunkerque, Quimper, Lorient, Vannes, Saint-Malo, Cherbourg, Dieppe, Chambéry, Valence,
Troyes, Colmar, Le Mans, Ajaccio, Bastia, Saint-Denis, Fort-de-France, Pointe-à-Pitre, Cayenne, Nouméa, Papeete,
Brussels, Brussels, Liège, Luxembourg, Geneva, Geneva, Lausanne, Montréal, Montréal, Québec, Casablanca, Tunis,
Algiers, Dakar, Abidjan, London, Edinburgh""",
    "en": """
Oliver, Amelia, Siobhán, Aoife, Niamh, Ciarán, Oisín, Róisín, Eoin, Mairéad, Ewan, Catriona, Hamish, Isla, Rhys,
Cerys, Angharad, Dafydd, George, Harriet, Freya, Alfie, Poppy, Arthur, Imogen, Barnaby, Beatrix, Chidi, Ngozi, Kwame,
Priya, Arjun, Aisha, Yusuf, Mei, Hiroshi, Zoë, Chloë, André, Renée, Jesús, María-José, Noah, Liam, Emma, Olivia,
Mason, Harper, Ava, Jackson, Madison, Tyler, D’Andre, Ja’Kayla, Mary-Kate, Billy-Joe, Sinéad, Pádraig, Máire, Øystein,
Åsa, Björk, Łukasz;
Bennett, O’Connor, O’Brien, Ó Súilleabháin, Ní Dhomhnaill, MacLeod, McAllister, van der Berg, Fitzgerald, Smith-Jones,
Okonkwo, Patel, Singh, Chen, Nakamura, Hughes, Llewellyn, Griffiths, Murphy, Kelly, Walsh, Byrne, Campbell, Fraser,
Sinclair, Whitfield, Ashworth, Thistlethwaite, Cholmondeley, Ng, Li, Brontë, Garcia, Núñez, Johansson, Kowalski,
Taylor;
London, London, London, London, London, Edinburgh, Edinburgh, Glasgow, Manchester, Manchester, Bristol, Cardiff,
Belfast, Dublin, Dublin, Cork, New York, New York, Seattle, San Francisco, Toronto, Vancouver, Sydney, Auckland,
Singapore, Cape Town, Tokyo, Reykjavik, Tromsø, Bergen, Oslo, Copenhagen, Stockholm, Helsinki, Dubai, Mumbai, Prague,
Athens""",
    "de": """
Jürgen, Käthe, Björn, Günther, Sören, Annelie, Lieselotte, Karl-Heinz;
Müller, Schäfer, Groß, Weiß, von Ribbeck, Köhler;
Berlin, Hamburg, Munich, Cologne, Vienna, Zurich""",
    "es": """
Íñigo, Begoña, Nuria, José-Luis, Ángeles, Martín, Sofía, Joaquín;
García, Muñoz, Ibáñez, de la Peña, Etxeberria, Núñez;
Madrid, Barcelona, Seville, Bilbao, Mexico City, Buenos Aires""",
    "it": """
Niccolò, Chiara, Gianluca, Mariagrazia, Desirée, Matteo;
D’Angelo, Esposito, Dell’Orto, Ferrarò, Rossi;
Milan, Rome""",
    "ar": """
مريم, نور, فاطمة, محمد, يوسف, ليلى, عبد الرحمن;
الحسيني, بن علي, حداد, المنصوري;
Cairo, Dubai, Beirut, Casablanca""",
    "he": """
דוד, נועה, יעל, איתי, שירה;
כהן, לוי, בן־דוד, מזרחי;
Tel Aviv, Jerusalem""",
    "hi": """
नेहा, आरव, प्रिया, विक्रम, अनन्या;
शर्मा, वर्मा, कुमार, पटेल;
Mumbai, Delhi""",
    "nl": """
Joost, Anneke, Daniël, Loïs, Zoë, Willem-Jan;
de Vries, van den Berg, IJsbrandij, ’t Hart, Jansen;
Amsterdam, Rotterdam, Antwerp""",
}

# first name; last name; language; city; coordinates; zone; points; end of the offer; segments
_PERSONAS = """
Camille; Vasseur; fr; Lille; ; ; 1240; 2026-11-29T23:59:00+01:00; loyal|parents
Oliver; Bennett; en; London; ; ; 860; 2026-11-30T23:59:00+00:00; loyal|commuters
Zoé; Lefèvre; fr; Paris; ; ; 0; ; new
Øystein; Bakke; en; Tromsø; ; ; 1975; 2026-12-06T20:00:00+01:00; vip|hikers
مريم; الحسيني; ar; Dubai; ; ; 620; 2026-11-27T23:59:00+04:00; loyal
דוד; כהן; he; Tel Aviv; ; ; 310; ; commuters
नेहा; शर्मा; hi; Mumbai; ; ; 1500; 2026-11-28T23:59:00+05:30; vip|parents
Siobhán; O’Connor; en; Dublin; ; ; 45; 2026-11-22T18:00:00+00:00; new|seaside
Jean-Baptiste; Moreau-Vidal; fr; Grenoble; ; ; 2400; 2026-12-24T18:00:00+01:00; vip|hikers
; ; fr; ; ; ; 0; ; new
Minh; Nguyễn; fr; ; -22.28,166.44; Pacific/Noumea; 705; 2026-11-20T12:00:00+11:00; seaside
Maximiliane-Theodora-Bartholomäa; Freifrau von Wolkenbruch und zu Regenstein; de; Hamburg; ; ; 1110; ; loyal
"""

# First names as people type them.
ODD_NAMES = ("Léo 🌧️", "Mia ☂️", "✨ Inès ✨", "JEAN-MARC", "marie", "Dr. Anne", "J.", "O", "Zoé & Paul", "<Malo>")

INTERESTS = ("commuters", "hikers", "parents", "seaside")


@dataclass(frozen=True, slots=True)
class Names:
    """What people of a language are called, and where they live."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    cities: tuple[str, ...]


def names() -> dict[str, Names]:
    """Names and cities by language."""
    lists = {language: text.split(";") for language, text in _NAMES.items()}
    return {
        language: Names(*(tuple(" ".join(part.split()).split(", ")) for part in parts))
        for language, parts in lists.items()
    }


def personas() -> list[list[str]]:
    """The cells of each persona, as above."""
    return [[cell.strip() for cell in line.split(";")] for line in _PERSONAS.splitlines() if line]
