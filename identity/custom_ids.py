"""Ids of people as files have them: under which form they coincide, and which texts are none.

    near        E00123 = e123 = ="E00123" = 'E00123 = E00123 with something invisible in it;  12,345.0 = 12345
    error value #N/A, #WERT!, \\N: what a program writes where it has nothing; never an id
    word        NULL, none, k.A.: what people write there; an id only if nothing speaks against it
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from identity.blanks import trimmed, visible
from identity.identifiers import MAX_BYTES, folded

_QUOTES: Final = ('""', "''", "``", "“”", "„“", "„”", "‘’", "‚‘", "‚’", "«»", "»«", "‹›", "›‹")
_PAIRS: Final = frozenset(_QUOTES)
_ARMOUR: Final = frozenset("".join(_QUOTES))
_THOUSANDS: Final = re.compile(r"([0-9]{1,3})([ ,.'’_])[0-9]{3}(?:\2[0-9]{3})*(?:[.,]0{1,2})?")
_WITH_NOTHING_BEHIND_THE_POINT: Final = re.compile(r"([0-9]+)[.,]0{1,2}")
_ZEROS_IN_FRONT: Final = re.compile(r"([^0-9]*)0+(?=[0-9])")

# What is plain, for whole columns: in ASCII, without armour, separators and points.
_PLAIN: Final = "^[a-zA-Z0-9-]+$"
_PLAIN_ZEROS: Final = "^([a-z-]*)0+([0-9])"


def near(custom_id: str) -> str:
    """The form under which ids coincide that somebody would take for one another.

    Equal for ids that differ only by letter case, zeros in front of the first number, `.0` behind a number, separators
    of thousands, `="…"`, quotes or apostrophes around, what is invisible, and compatible characters (NFKC). For
    warnings and for rejecting; nobody is known by it. At most MAX_BYTES long: where it would be longer, the id itself.
    """
    text = _bare(trimmed(folded(visible(custom_id))))
    if text.isascii() and text.isalnum():
        number = text
    elif grouped := _THOUSANDS.fullmatch(text):
        whole = text if (cents := len(text) - text.rfind(grouped[2]) - 1) == 3 else text[: 3 - cents]
        number = whole.replace(grouped[2], "")
    elif pointed := _WITH_NOTHING_BEHIND_THE_POINT.fullmatch(text):
        number = pointed[1]
    else:
        number = text
    if zeros := _ZEROS_IN_FRONT.match(number):
        number = zeros[1] + number[zeros.end() :]
    return number if number and len(number.encode()) <= MAX_BYTES else custom_id


def near_column(custom_ids: pl.Series) -> pl.Series:
    """`near` of every custom_id (String); null for null."""
    text = pl.col("text")
    frame = custom_ids.alias("text").to_frame()
    plain = frame.select(text.str.contains(_PLAIN).fill_null(True)).to_series()
    forms = frame.select(text.str.to_lowercase().str.replace(_PLAIN_ZEROS, "${1}${2}")).to_series()
    if not plain.all():
        different = frame.filter(~plain)["text"].unique()
        table = pl.DataFrame({"text": different, "near": [near(one) for one in different.to_list()]})
        others = frame.filter(~plain).join(table, on="text", how="left", maintain_order="left")
        forms = forms.scatter((~plain).arg_true(), others["near"])
    return forms.alias(custom_ids.name)


def _bare(text: str) -> str:
    """Without what spreadsheets and quoting have put around it; the text itself if there were nothing left."""
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


# --- marks of nothing ---------------------------------------------------------------------------------------

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
    not applicable; not set; not assigned; no id; blank; (blank); empty; (empty); missing; void; tbd; tba; tbc; n/a
    n.a.; n.a; n. a.; n/k; na; n/d; n.d.; n.v.; n.v; n. v.
    k.a.; k.a; k. a.; k/a; ka; n.n.; n. n.; nn; keine angabe; keine angaben; keine; kein; nicht vorhanden; entfällt
    nicht verfügbar; nicht bekannt; unbekannt; entfaellt; leer; (leer); ohne
    aucun; aucune; néant; inconnu; non disponible; sans objet; s.o.; s/o; nul; vide
    ninguno; ninguna; sin datos; desconocido; no disponible; no aplica; nulo; nenhum; desconhecido; não disponível
    nessuno; nessuna; sconosciuto; non presente; geen; onbekend; niet beschikbaar; n.v.t.; nvt
    ingen; ukendt; ukjent; okänd; saknas; brak; nieznany; nie dotyczy; b.d.; žádný; nincs; нет; н/д; неизвестно; yok
    なし; 無し; 無; 无; 不明; 없음
    #; ?; ??; ???; -; --; ---; –; —; −; .; ..; ...; …; /; //; \\; *; _; x.x; ''; ""; ()
"""
_WORDS: Final = frozenset(word.strip() for line in _ALL_WORDS.splitlines() for word in line.split(";") if word.strip())


def is_error_value(text: str) -> bool:
    """Whether a cell says that a program had nothing to say: an error of a spreadsheet, `\\N`, `NaT`.

    text: a cell, or a part of one. What is blank around it, and armour such as `="#N/A"`, do not matter.
    """
    text = _bare(trimmed(visible(text)))
    if text in _ERRORS_AS_WRITTEN:
        return True
    if not text or text[0] not in "#\\<eE":
        return False
    text = folded(text)
    return text in _ERRORS or bool(_ERROR.fullmatch(text) or _NUMBERED_ERROR.fullmatch(text))


def is_word_for_nothing(text: str) -> bool:
    """Whether a cell is a word, or sign, that people and programs write where there is nothing: `NULL`, `k.A.`, `-`."""
    return folded(_bare(trimmed(visible(text)))) in _WORDS
