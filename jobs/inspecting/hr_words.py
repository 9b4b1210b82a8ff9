"""What the heading of an HR system's column hints at, in English, German, French, Spanish, Dutch and Portuguese.

A hint is where a guess begins; whether the cells bear it out is for others to see (`jobs.inspecting.proposal`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Hint = Literal[
    "another person", "image", "work e-mail", "e-mail", "other e-mail", "private e-mail", "whose e-mail",
    "hash", "openid", "private", "left on", "hired on", "date", "status", "active", "login", "employee id", "id",
    "first", "middle", "last", "full", "name",
    "team", "team code", "dept", "dept code", "div", "div code", "bu", "bu code", "company", "company code",
    "site", "site code", "cost", "cost code",
]  # fmt: skip
"""`name` is a word that means the whole name, the first or the last, after what stands beside it. `another person`:
whatever the column holds is theirs. `whose e-mail`: it says e-mail, and a word that is not known here, which may be
another person. `… code` is the short form of the group whose name the other column has. `hired on` is since when the
person is there; `left on`, until when, or until when the line holds."""

GROUPS: dict[Hint, str] = {
    "team": r"\bteams?\b|\bequipes?\b|\bequipo|\bsquad\b",
    "dept": r"\bdep(artmen)?ts?\b|abteilung|\bdepartement|^services?$|\b(nom|code|libelle) service\b|\bdepartamento|"
    r"\bafdeling|\bsetor\b|\bdpto\b",
    "div": r"\bdivisions?\b|\bsparte\b|\bdivisie\b|\bdivisao\b|\bdirectorate\b|\bdireccion general\b|^bereich",
    "bu": r"business ?unit|\bbu\b|\boe\b|\borg ?einheit|"
    r"geschaftseinheit|geschaftsbereich|\bunite\b|unidad|\bunidade|\borg(anisation(al)?|"
    r"anization(al)?)? ?unit\b|organisationseinheit|bedrijfsonderdeel",
    "company": r"\bcompany\b|\blegal entity\b|\bemployer\b|gesellschaft|\bfirma\b|\bsociete\b|\bentreprise\b|"
    r"\bempresa\b|\bsociedad\b|\bbedrijf\b|buchungskreis",
    "site": r"\blocations?\b|\bsite\b|\boffice\b|standort|arbeitsort|\bort\b|\blieu\b|\blocalisation\b|\bubicacion\b|"
    r"\bsede\b|\bcentro de trabajo\b|\blocatie\b|\bvestiging|\blocal de trabalho\b|\bbranch\b|niederlassung|"
    r"\bagence\b|\bfiliale\b|\bplant\b|\bwerk\b|\bcampus\b",
    "cost": r"\bkst\b|\bcost ?cent(er|re)|kostenstelle|\bcentre de couts?\b|\bcentro de (coste|costo|custo)s?\b|"
    r"kostenplaats",
}  # fmt: skip
"""The groups that HR knows, from small to large as far as one holds the other; the prefix of their custom_ids."""

_CODE = r"\b(code|codes|id|no|nr|num|number|key|cd|codigo|cle|kurzel|kennung|#)\b|nummer|schlussel|#"
_EMAIL = r"\be ?mail(s?\b|(?=add?res))|\bmail\b|\bmails\b|email|\bcourriel|\bcorreo\b|\bmbox\b"
_OWN_EMAIL = (
    r"\b(the|my|own|of|de|del|do|da|du|la|le|di|id|1|main|default|official|internal|login|user|employee|emp|staff|"
    r"worker|person|people|member|student|pupil|mitarbeiter|employe|salarie|empleado|funcionario|colaborador|"
    r"medewerker|electroni\w+|eletronico|elektronisch\w*|addr|direccion|endereco|indirizzo|"
    r"aziendale)\b|add?ress?e?\b"
)
"""Words beside `e-mail` with which it stays that of the line's person."""
_NO_EMAIL = r"\bmail ?(stop|code|drop|box|ing)|\b(verified|confirmed|opt|status|valid|bounced)\b"
_PRIVATE = r"\b(private?|privat|personal|personnel|personnelle|perso|particular|pessoal|prive|home|domicile)\b|^privat"
_EMPLOYEE = (
    r"(employee|emp|staff|worker|contractor|personn?el|person|people|mitarbeiter|arbeitnehmer|salarie|employe|empleado|"
    r"trabajador|funcionario|colaborador|medewerker|werknemer|payroll|student|pupil|member|associate|sourced|custom|"
    r"external|hr|global|unique|pers|ma)"
)
_LAST = r"\b(last|family|sur) ?names?\b|nachname|familienname|\bnom de famille\b|\bapellidos?\b|achternaam|" \
    r"\bsobrenome|\bapelido"
_HINTS: tuple[tuple[Hint, str], ...] = (
    (
        "another person",
        r"manager|\bmgr|supervisor|\breport(s|ing|ed)? to\b|reportsto|\bboss\b|\bapprove[rd]|\bsuperior|\blead(er)?\b|"
        r"\bteam ?lead|\bhead\b|\bchief\b|\bdirect(or|eur|ora|or[ea]s)\b|\bmentor\b|\bcoach\b|\bbuddy\b|\bdelegate\b|"
        r"\bdeputy\b|\bassistant\b|\brecruiter\b|\bhrbp\b|\bhr (business )?partner\b|emergency|notfall|\burgence\b|"
        r"\bparent|\bguardian|\bagents?\b|\bspouse\b|\bsponsor\b|\b(created|modified|updated|changed) by\b|\bowner\b|"
        r"vorgesetzt|fuhrungskraft|\bleiter(in)?\b|teamleit|abteilungsleit|ansprechpartner|verantwort|verantwoord|"
        r"leidinggevende|\bjef[ea]\b|\bgerente\b|encargad[oa]|\bresponsa(ble|vel)\b|superieur|hierarchique|"
        r"\bgestora?\b|\bchefia\b|\bchefe?\b|\bn ?\+ ?1\b|\bmother|\bfather|\b(managed|supervised) by\b|"
        r"\bskip level\b|\b(reviewer|appraiser|evaluator|assessor|secretary|tutor|counsell?or|trainer|timekeeper)|"
        r"\bresponsible\b|\b(predecessor|successor)|\bbackup (person|contact|employee)|\b(hr|it|payroll) contact\b|"
        r"\bsuperviseur|\bbetreuer|\bausbilder|\bnadrizen|\bprze[lł]ozon|\besimies",
    ),
    ("image", r"\b(photo|image|picture|avatar|portrait|thumbnail|bild|foto)\b"),
    ("hash", r"sha ?1"),
    ("openid", r"\bopen ?id\b"),
    ("cost code", GROUPS["cost"]),
    (
        "private",
        r"salar(y|io|ies|is)\b|gehalt|\bsalaire|\blohn|\bwages?\b|compensation|\bbonus\b|\bpay ?(rate|grade|band)?\b|"
        r"\bamount\b|betrag|montant|importe|bedrag|\bcosts?\b|kosten|\bcouts?\b|\bbudget\b|\brate\b|birth|geburt|"
        r"naissance|nacimiento|nascimento|geboorte|\bdob\b|\bssn\b|social (security|insurance)|sozialvers|"
        r"securite sociale|seguridad social|\bnss\b|\bbsn\b|\bcpf\b|\bcnpj\b|\bni[efrs]\b|\bdni\b|\bpesel\b|"
        r"national (id|ins)|\btax\b|steuer|\biban\b|\bbic\b|\bbank|kont(o|onummer)\b|\brekening|\baddress|adress|"
        r"\baddr\b|stra(ss|ß)e|\bstreet|\brue\b|direccion|endereco|\badres\b|\bzip\b|\bpostal|\bpost ?code|\bplz\b|"
        r"wohnort|phone|telef|\btel\b|\bmobile?\b|mobil(e|nummer|telefon)?\b|handy|\bcell\b|celular|\bmovil\b|\bgsm\b|"
        r"\bsms\b|\bfax\b|gender|geschlecht|\bsexe?\b|\bsexo\b|geslacht|national|staatsang|religion|konfession|marital|"
        r"familienstand|passport|reisepass|disab|behinder|handicap|ethnic|\brace\b|\bage\b|\balter\b|\bedad\b|"
        r"password|passwor[dt]|kennwort|mot de passe|contrasena|wachtwoord|\bsenha\b|secret|\bpin\b|insurance",
    ),
    (
        "date",
        r"(probation|probezeit|trial|notice|visa|permit|project|projekt|training|course|parental|maternity|elternzeit|"
        r"sick|absence|leave (start|begin|return)|insurance|budget|review).*"
        r"(\b(date|on|until|end|ende|to)\b|datum|bis\b)",
    ),
    (
        "left on",
        r"(terminat|leav|exit|separation|resign|last (working )?day|end of employment).*\b(date|on)\b|"
        r"\bdate of leaving|austritt|date de (sortie|depart|fin)\b|fecha (de )?(baja|salida|cese|fin)\b|"
        r"datum uit dienst|\beinddatum\b|data (de )?(desligamento|demissao|fim|termino)|\blast (working )?day\b|"
        r"\bend ?date\b|\benddatum\b|\bvertragsende\b|\bvalid (to|until|through)\b|gultig bis\b",
    ),
    (
        "hired on",
        r"^(last |latest |most recent |re)?hired?( ?date| on)?$|^date (of )?hire$|^hiring date$|^eintritt(s?datum)?$|"
        r"^einstellungsdatum$|^employment start( date)?$|^date d ?(embauche|entree)$|^(fecha de )?"
        r"(alta|ingreso|contratacion)$|^datum (in dienst|indiensttreding)$|^indiensttreding$|"
        r"^data de (admissao|contratacao)$",
    ),
    (
        "date",
        r"date\b|datum|\bfecha\b|\bdata (de|da|do)\b|\bhired?( on)?\b|\bsince\b|\bseit\b|eintritt|\bstart\b|\bend\b|"
        r"\banniversary\b|\btimestamp\b|\blast ?modified\b|\b(created|updated|modified)( at| on)?\b|\bjoined\b|"
        r"\bvalid from\b|gultig ab\b",
    ),
    ("active", r"\bactive\b|\baktiv\b|\bactif\b|\bactivo\b|\bativo\b|\bactief\b|\benabled( ?user)?\b"),
    ("status", r"status|\bstat(e|ut|uts)\b|\bestado\b|\bsituac(ao|ion)\b"),
    *GROUPS.items(),
    (
        "login",
        r"\buser ?(name|id)\b|\blog ?in\b|\blog ?on\b|\bbenutzer|\bidentifiant\b|\busuario\b|\butilizador\b|"
        r"gebruikersnaam|\baccount( ?name)?\b|\bupn\b|user ?principal|kurzel",
    ),
    (
        "employee id",
        rf"\b{_EMPLOYEE} ?((ref|reference|identifier|codes?|id|no|nr|num|number|key|cd|codigo|cle|kurzel|kennung)\b|"
        r"nummer|schlussel)|personal ?(nummer|nr)\b|(personen|matrikel|schuler) ?(nummer|nr|kenn\w+)\b|"
        r"\bmatricule\b|\bmatricula\b|"
        r"\blegajo\b|mitarbeiternummer|mitarbeiternr|personeelsnummer|medewerkernummer|stammnummer|"
        r"\bn(o|um(ero)?)? (de )?(empleado|salarie|funcionario|employe|colaborador|matricul[ea])\b|"
        r"\bid (empleado|employe|funcionario|salarie)\b",
    ),
    ("id", r"^(id|uid|guid|uuid|nummer|number|identifier|key|person|employee|code|numero)$"),
    ("first", r"\b(first|given|fore|christian) ?names?\b|\bvorname|\brufname|\bprenoms?\b|\bprimer nombre\b|\bvoornaam|"
     r"\bprimeiro nome\b|\bnombres? de pila\b|^first$|^fname$"),
    ("middle", r"\bmiddle ?(names?|initials?)\b|zweiter vorname|tussenvoegsel|\bsegundo nombre\b|\bnome do meio\b"),
    ("last", rf"{_LAST}|^last$|^lname$"),
    ("full", r"\b(full|display|complete|employee|staff|worker|person|preferred|legal|common) ?name\b|\bnom complet\b|"
     r"\bnombre completo\b|volledige naam|\bnome completo\b|vollstandiger name|\bnom (et )?prenom|\bname vorname\b|"
     r"^names? (last|first|sur|given|family|nachname|vorname)\w*|"
     r"anzeigename|\bnombre y apellidos?\b"),
    ("name", r"^(name|nom|nome|nombres?|naam|names)$"),
)  # fmt: skip
_NAMED = r"(text|bezeichnung)\b|\b(name|description|desc|title|libelle|nom|nombre|naam|nome|label)\b"
"""Words by which, of two columns of a group, one has its name; the other then has its code."""
_FORMER = r"\b(previous|former|old|prior|legacy|alte?|fruhere?|ehemalige?|ancien(ne)?|anterior|antigu?[oa]|vorige?)\b"
_SECOND = r"\b(second|secondary|other|alternat(e|ive)|alt|old|former|previous|alias|2|3|weitere|zweite|autre|otro)\b"
_WORK = (
    r"\b(work|business|company|corporate|office|professional|primary|dienst\w*|geschaft\w*|firmen\w*|professionnel\w*|"
    r"pro|trabajo|corporativ[oa]|laboral|empresa|trabalho|profissional|zakelijk|werk)\b"
)


def words(heading: str) -> str:
    """A heading in plain lower-case words: `WorkE-Mail` and `work_e-mail` are `work e mail`, `Kürzel` is `kurzel`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    plain = "".join(c for c in unicodedata.normalize("NFKD", apart).casefold() if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", plain.replace("#", " nr ").replace("+", " plus ")).strip().replace("n plus 1", "n+1")


def hint(heading: str) -> Hint | None:
    """What a heading hints at; None if nothing that is known here."""
    text = words(heading)
    if re.search(_HINTS[0][1], text):  # a manager's e-mail is the manager's, not an e-mail
        return "another person"
    if re.search(_EMAIL, text) and not re.search(_NO_EMAIL, text) and not re.search(r"sha ?1", text):
        return _email(text)
    for found, pattern in _HINTS[1:]:
        if re.search(pattern, text):
            if found == "first" and re.search(_LAST, text):  # `Last Name, First Name` is one column
                return "full"
            return None if found == "employee id" and re.search(_FORMER, text) else _code(found, text)
    return None


def is_name_of_group(heading: str) -> bool:
    """Whether a heading of a group's column says that its name stands there."""
    return re.search(_NAMED, words(heading)) is not None


def is_other_id(heading: str) -> bool:
    """Whether a heading of an id says that another one may be the person's own: the payroll's, an outsider's."""
    return re.search(r"payroll|external|global|unique|associate|assignment", words(heading)) is not None


def _email(text: str) -> Hint:
    if re.search(_PRIVATE, text):
        return "private e-mail"
    if re.search(_SECOND, text):
        return "other e-mail"
    if re.sub(f"{_EMAIL}|{_WORK}|{_OWN_EMAIL}", " ", text).strip():
        return "whose e-mail"
    return "work e-mail" if re.search(_WORK, text) else "e-mail"


def _code(found: Hint, text: str) -> Hint:
    """The column of a group's codes is told from that of its names by a word."""
    group = found.removesuffix(" code")
    if group not in GROUPS:
        return found
    return f"{group} code" if re.search(_CODE, text) else group  # type: ignore[return-value]
