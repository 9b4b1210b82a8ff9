"""Marks of nothing: what stands in a cell where there is nothing to say.

error value  #N/A, #WERT!, \\N: what a program writes; never an id
word         NULL, none, k.A., --: what people write; an id only if nothing speaks against it
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import polars as pl

from identity.blanks import folded, trimmed

_QUOTES: Final = ('""', "''", "``", "“”", "„“", "„”", "‘’", "‚‘", "‚’", "«»", "»«", "‹›", "›‹")
_PAIRS: Final = frozenset(_QUOTES)
_ARMOUR: Final = frozenset("".join(_QUOTES))
# #VALUE!, #WERT!, #¡VALOR!, #¿NOMBRE?, #DIV/0!, #ИМЯ?: spreadsheets write all but a few so, whatever their language.
_ERROR: Final = re.compile(r"#[¡¿]?(?:[^\W\d_]|[/_0'’.])+[!?]")
# LibreOffice's.
_NUMBERED_ERROR: Final = re.compile(r"err:5[0-9]{2}", re.IGNORECASE)
# Those that have neither ! nor ?: "not available" and "getting data" in the languages of Excel; databases and programs.
_OTHER_ERRORS: Final = """
    #n/a #na #nv #n/d #n/b #i/t #н/д #yok #saknas #saknas! #puuttuu #puuttuu! #hiányzik #není_k_dispozici #nedostupný
    #nedostupné #ogiltigt #ogiltigt! #referens #referens! #värdefel #neplatný #null
    #getting_data #daten_abrufen #obteniendo_datos #chargement_donnees #chargement_données #estrazione_dati
    #gegevens_ophalen #obtendo_dados #a_obter_dados #hämtar_data #henter_data #pobieranie_danych
    \\n <na> <n/a> <null> <none> <nil> <nan> <nat>
"""
_ERRORS: Final = frozenset(_OTHER_ERRORS.split())
_ERRORS_AS_WRITTEN: Final = frozenset({"NaT"})
_ALL_WORDS: Final = """
    null; (null); [null]; nil; (nil); none; (none); [none]; nan; undefined; unknown; (unknown); not available; not known
    not applicable; not set; not assigned; no id; no email; blank; (blank); empty; (empty); missing; void; tbd; tba
    tbc; n/a; s/n; n.a.; n.a; n. a.; n/k; na; n/d; n.d.; n.v.; n.v; n. v.
    k.a.; k.a; k. a.; k/a; ka; n.n.; n. n.; nn; keine angabe; keine angaben; keine; kein; nicht vorhanden; entfällt
    nicht verfügbar; nicht bekannt; unbekannt; entfaellt; leer; (leer); ohne
    aucun; aucune; néant; inconnu; non disponible; sans objet; s.o.; s/o; nul; vide
    ninguno; ninguna; sin datos; desconocido; no disponible; no aplica; nulo; nenhum; nenhuma; desconhecido
    não disponível; nessuno; nessuna; sconosciuto; non presente; geen; onbekend; niet beschikbaar; n.v.t.; nvt
    ingen; ukendt; ukjent; okänd; saknas; brak; nieznany; nie dotyczy; b.d.; žádný; nincs; нет; н/д; неизвестно; yok
    なし; 無し; 無; 无; 不明; 없음
    x.x
"""
_WORDS: Final = frozenset(word.strip() for line in _ALL_WORDS.splitlines() for word in line.split(";") if word.strip())
_PUNCTUATION: Final = r"^[-–—−_.…?¿#*/\\·•,;:!()\[\]]+$"

# For whole columns: how an error value begins; words in ASCII; and what makes a text worth a closer look.
_MAYBE_AN_ERROR: Final = r"^[^a-zA-Z0-9]*(?:[#\\<]|[eE][rR][rR]:5|NaT)"
_ASCII_WORDS: Final = "|".join(re.escape(word) for word in sorted(_WORDS) if word.isascii())
_ASCII_WORD: Final = rf"(?i-u)^[ \t-\r]*(?:{_ASCII_WORDS}|[-_.?#*/\\,;:!()\[\]]+)[ \t-\r]*$"
_ARMOURED: Final = "^[^0-9]*[\"'`=][^0-9]*$"


def is_error_value(text: str) -> bool:
    """Whether a cell says that a program had nothing to say: an error of a spreadsheet, `\\N`, `NaT`.

    text: a cell, or a part of one. What is blank around it, and armour such as `="#N/A"`, do not matter.
    """
    text = unarmoured(trimmed(text))
    if text in _ERRORS_AS_WRITTEN:
        return True
    if not text or text[0] not in "#\\<eE":
        return False
    text = folded(text)
    return text in _ERRORS or bool(_ERROR.fullmatch(text) or _NUMBERED_ERROR.fullmatch(text))


def is_word_for_nothing(text: str) -> bool:
    """Whether a cell is a word, or sign, that people and programs write where there is nothing: `NULL`, `k.A.`, `-`."""
    text = unarmoured(trimmed(folded(text)))
    return text in _WORDS or re.match(_PUNCTUATION, text) is not None or _is_armour(text)


def error_values(cells: pl.Series) -> pl.Series:
    """`is_error_value` of every cell (String); False for null."""
    return _of_suspects(cells, cells.str.contains(_MAYBE_AN_ERROR), is_error_value)


def words_for_nothing(cells: pl.Series) -> pl.Series:
    """`is_word_for_nothing` of every cell (String); False for null."""
    found = cells.str.contains(_ASCII_WORD).fill_null(False)
    closely = cells.str.contains(_ARMOURED) | (cells.str.len_bytes() != cells.str.len_chars())
    return found | _of_suspects(cells, closely, is_word_for_nothing)


def is_nothing(cells: pl.Series) -> pl.Series:
    """Whether a cell (String) is a mark of nothing, an error value or a word; False for null."""
    return error_values(cells) | words_for_nothing(cells)


def unarmoured(text: str) -> str:
    """A trimmed text without what spreadsheets and quoting have put around it; itself, if there were nothing left."""
    first, last = 0, len(text)
    while last - first > 1:
        begins = first + 1 if text[first] == "=" and text[first + 1] in _ARMOUR else first
        if last - begins > 1 and text[begins] + text[last - 1] in _PAIRS:
            first, last = begins + 1, last - 1
        elif text[first] in "'’`":  # as a spreadsheet marks a text
            first += 1
        else:
            break
        while first < last and text[first] == " ":
            first += 1
        while first < last and text[last - 1] == " ":
            last -= 1
    return text[first:last] or text


def _is_armour(text: str) -> bool:
    """Whether it is quotes around nothing: `""`, `="''"`."""
    return not _ARMOUR.isdisjoint(text) and _ARMOUR.issuperset(text.replace("=", "").replace(" ", ""))


def _of_suspects(texts: pl.Series, suspects: pl.Series, one: Callable[[str], bool]) -> pl.Series:
    """What `one` says of each text that is suspected, looking at each different one once; False for the others."""
    suspects = suspects.fill_null(False)
    if not suspects.any():
        return suspects
    found = [text for text in texts.filter(suspects).unique().to_list() if one(text)]
    return suspects & texts.is_in(found) if found else suspects & False
