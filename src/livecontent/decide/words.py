"""What an explanation says, in sentences, as pieces of them in English and French."""

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "shown": "Shown: {variant}.",
        "because only": "No other variant may be shown.",
        "because rank": "Its rank, {rank}, is the highest of those that may be shown.",
        "because score": "Of those of rank {rank} that may be shown it has the highest score: {score}.",
        "because order": "Of those that may be shown it stands first.",
        "because drawn": "It was drawn, with a chance of {share}; the weights are {weights}.",
        "because last": "No other variant may be shown, and the last one always may.",
        "kept": "The same person draws the same in every send.",
        "drawn anew": "Each person draws once for each send; clicks change the weights.",
        "silence holdout": "Silent: this person is one of the {quota} who always see {variant}, "
        "so that the lift is known.",
        "silence nothing": "Silent: nothing may be shown, so {variant} is.",
        "silence threshold": "Silent: the best, {best} ({worth}), is below the threshold ({threshold}); "
        "{quota} of opens are to be silent, so {variant} is shown.",
        "silence chance": "Silent by chance: the threshold is not known before 500 opens, so until then {quota} of "
        "opens are silent; the best would have been {best} ({worth}).",
        "spoke": "It is not silent: {worth} is at or above the threshold ({threshold}) that keeps {quota} of opens "
        "silent.",
        "spoke by chance": "It is not silent: the threshold is not known before 500 opens; until then {quota} "
        "of opens are silent by chance.",
        "worth": "rank {rank}, score {score}",
        "rule": "{variant} is not shown: {parts}.",
        "unknown": "{variant} is not shown, as nobody knows whether it may be: {parts}.",
        "time": "{variant} is not shown: now is not between its from and its until.",
        "time unknown": "{variant} is not shown, as nobody knows whether now is between its from and its until: "
        "{note}.",
        "cap": "{variant} is not shown: its cap is reached. {over} seen in {shown} of at most {times} sends "
        "in {per}; again from {until}.",
        "rest": "{variant} is not shown: it rests for {per} after it was seen, until {until}.",
        "vary": "{variant} is not shown: it was seen last, and is never shown twice running.",
        "uncounted": "{variant} is not shown: it has limits, and {why}.",
        "drawn": "{variant} is not shown: {behind} was drawn in its place.",
        "rank": "{variant} comes after {behind}: its rank is only {rank}.",
        "score": "{variant} comes after {behind}: its score is {score}.",
        "score unknown": "{variant} comes after {behind}: its score is not known ({note}).",
        "order": "{variant} comes after {behind}: rank and score are the same, and it stands further down.",
        "later": "{variant} comes after {behind}, whose rule holds and which stands further up.",
        "quiet": "{variant} is the best there is to say, and is not said.",
        "last": "{variant} is only shown where nothing else is.",
        "false": "{text} is false",
        "not known": "{text}",
        "prefetched": "This image is fetched before it is read: what time changes counts as not known.",
        "with": "{said} ({values})",
        "is": "{name} is {value}",
        "nobody": "nobody knows who opens this",
        "consent": "what this person sees is not counted without their consent",
        "prefetch": "this image may be read later, when its limits are reached",
        "over variant": "It was",
        "over creative": "This creative was",
        "over all": "Creatives were",
        "over group": "{over} was",
        "sum": "The score of {variant} is {parts}.",
        "part": "{text} = {value}",
        "and": ", and ",
        "unknown score": "not known",
        "days": "{n} days",
        "day": "one day",
        "hours": "{n} hours",
        "hour": "one hour",
        "minutes": "{n} minutes",
        "true": "true",
        "untrue": "false",
        "facts": "Facts that are old, or not there: {facts}.",
        "stale": "old",
        "missing": "not known",
        "late": "no answer in time",
        "broken": "the source answered with an error",
    }
)

FRENCH: Mapping[str, str] = MappingProxyType(
    {
        "shown": "Variante affichée : {variant}.",
        "because only": "Aucune autre variante ne peut être affichée.",
        "because rank": "Son rang, {rank}, est le plus élevé de celles qui peuvent l’être.",
        "because score": "Parmi celles de rang {rank} qui peuvent l’être, elle a le meilleur score : {score}.",
        "because order": "Parmi celles qui peuvent l’être, elle est déclarée la première.",
        "because drawn": "Elle a été tirée au sort, avec une probabilité de {share} ; les poids sont {weights}.",
        "because last": "Aucune autre variante ne peut être affichée, et la dernière le peut toujours.",
        "kept": "Une même personne garde le même tirage d’un envoi à l’autre.",
        "drawn anew": "Chaque personne a un tirage par envoi ; les clics font évoluer les poids.",
        "silence holdout": "Silence : cette personne fait partie des {quota} qui voient toujours {variant}, "
        "pour mesurer le gain.",
        "silence nothing": "Silence : rien ne peut être affiché, donc {variant} l’est.",
        "silence threshold": "Silence : la meilleure, {best} ({worth}), est sous le seuil ({threshold}) ; "
        "{quota} des ouvertures doivent rester silencieuses, donc {variant} est affichée.",
        "silence chance": "Silence par tirage : le seuil n’est pas connu avant 500 ouvertures, et d’ici là "
        "{quota} des ouvertures restent silencieuses ; la meilleure aurait été {best} ({worth}).",
        "spoke": "Pas de silence : {worth} atteint le seuil ({threshold}) qui garde {quota} des ouvertures "
        "silencieuses.",
        "spoke by chance": "Pas de silence : le seuil n’est pas connu avant 500 ouvertures ; d’ici là {quota} des "
        "ouvertures restent silencieuses, par tirage.",
        "worth": "rang {rank}, score {score}",
        "rule": "{variant} n’est pas affichée : {parts}.",
        "unknown": "{variant} n’est pas affichée, faute de savoir si elle peut l’être : {parts}.",
        "time": "{variant} n’est pas affichée : ce n’est pas le moment, entre son from et son until.",
        "time unknown": "{variant} n’est pas affichée, faute de savoir si c’est le moment, entre son from "
        "et son until : {note}.",
        "cap": "{variant} n’est pas affichée : son plafond est atteint. {over} dans {shown} envois sur {times} "
        "au plus en {per} ; de nouveau à partir du {until}.",
        "rest": "{variant} n’est pas affichée : elle se repose pendant {per} après avoir été vue, jusqu’au {until}.",
        "vary": "{variant} n’est pas affichée : c’est la dernière vue, et elle ne l’est jamais deux fois de suite.",
        "uncounted": "{variant} n’est pas affichée : elle a des limites, et {why}.",
        "drawn": "{variant} n’est pas affichée : c’est {behind} qui a été tirée au sort.",
        "rank": "{variant} passe après {behind} : son rang n’est que de {rank}.",
        "score": "{variant} passe après {behind} : son score est de {score}.",
        "score unknown": "{variant} passe après {behind} : son score n’est pas connu ({note}).",
        "order": "{variant} passe après {behind} : même rang, même score, et elle est déclarée plus bas.",
        "later": "{variant} passe après {behind}, dont la règle est vraie et qui est déclarée plus haut.",
        "quiet": "{variant} est ce qu’il y a de mieux à dire, et n’est pas dite.",
        "last": "{variant} n’est affichée que faute d’autre chose.",
        "false": "{text} est faux",
        "not known": "{text}",
        "prefetched": "Cette image est demandée avant d’être lue : ce que le temps change compte comme inconnu.",
        "with": "{said} ({values})",
        "is": "{name} vaut {value}",
        "nobody": "on ne sait pas qui ouvre",
        "consent": "ce que voit cette personne n’est pas compté sans son accord",
        "prefetch": "cette image peut être lue plus tard, une fois ses limites atteintes",
        "over variant": "Vue",
        "over creative": "Cette création a été vue",
        "over all": "Des créations ont été vues",
        "over group": "{over} : vu",
        "sum": "Le score de {variant} est {parts}.",
        "part": "{text} = {value}",
        "and": " et ",
        "unknown score": "inconnu",
        "days": "{n} jours",
        "day": "un jour",
        "hours": "{n} heures",
        "hour": "une heure",
        "minutes": "{n} minutes",
        "true": "vrai",
        "untrue": "faux",
        "facts": "Faits anciens ou absents : {facts}.",
        "stale": "ancien",
        "missing": "inconnu",
        "late": "pas de réponse à temps",
        "broken": "la source a répondu par une erreur",
    }
)

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": ENGLISH, "fr": FRENCH})
