"""Words that stand for digits, and words beside a number that say what it is.

Kept as data: languages and words can be added without touching the code. All words are folded like
the text is (case, accents, look-alikes), so `três`, `TRES` and `tr3s` are one.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lamplighter.text.fold import fold_tables

# What a word is; its value is in the low byte of the payload.
(NOTHING, DIGIT, TEEN, TENS, HUNDRED, THOUSAND, MULTIPLE, FILLER, SOFT, PHONE, REFERENCE, UNIT,
 CURRENCY, EXTENSION, NEUTRAL, MONTH) = range(16)  # fmt: skip

#: Values of FILLER.
BETWEEN, PLUS_SIGN, AND = range(3)
#: Values of UNIT: only where it touches the number, or also after a space.
TOUCHING, SPACED = range(2)
#: Value of NEUTRAL: it names a number, a telephone number if nothing else is said.
NUMBER_WORD = 1
#: Value of NEUTRAL: after a word that may name a number it says that it does.
NUMERATOR = 2
#: Values of REFERENCE: names another kind of number; does so only right before it; a price.
ALWAYS_NAMES, MAY_NAME, PRICES = range(3)

#: Digits 0-9 by language, alternatives with a slash.
_DIGITS = """
zero/oh/nil/nought/naught/null one/wun two/tew three/thr four five/fife six seven/sevn/sevin eight nine/niner
cero uno/un/una dos tres cuatro cinco seis siete ocho nueve
zero um/uma dois/duas tres quatro cinco seis/meia sete oito nove
zéro/zero un/une deux trois quatre cinq six sept huit neuf
null eins/ein/eine zwei/zwo drei vier fünf/fuenf sechs sieben acht neun
zero uno/un/una due tre quattro cinque sei sette otto nove
nul een/één twee drie vier vijf zes zeven acht negen
ноль/нуль один/одна два/две три четыре пять шесть семь восемь девять
zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć
sıfır bir iki üç dört beş altı yedi sekiz dokuz
nol/kosong satu dua tiga empat lima enam tujuh delapan/lapan sembilan
ศูนย์ หนึ่ง/เอ็ด สอง/โท สาม สี่ ห้า หก เจ็ด แปด เก้า
शून्य/ज़ीरो एक दो तीन चार पांच/पाँच छह/छः/छे सात आठ नौ
صفر واحد اثنان/اثنين ثلاثة/ثلاثه أربعة/اربعه خمسة/خمسه ستة/سته سبعة/سبعه ثمانية/ثمانيه تسعة/تسعه
không một hai ba bốn năm sáu bảy tám chín
noll ett två tre fyra fem sju åtta nio
shunya ek do teen char paanch/panch chhe/chhah saat aath nau
"""

#: Swedish six and others are left out: too many everyday meanings.
_TEENS = {
    10: "ten diez dez zehn dieci tien", 11: "eleven once onze elf undici",
    12: "twelve doce doze douze zwölf dodici twaalf",
    13: "thirteen trece treze treize dreizehn tredici dertien",
    14: "fourteen catorce catorze quatorze vierzehn quattordici veertien",
    15: "fifteen quince quinze fünfzehn quindici vijftien",
    16: "sixteen dieciséis dezesseis dezasseis seize sechzehn sedici zestien",
    17: "seventeen diecisiete dezessete dezassete dixsept siebzehn diciassette zeventien",
    18: "eighteen dieciocho dezoito dixhuit achtzehn diciotto achttien",
    19: "nineteen diecinueve dezenove dezanove dixneuf neunzehn diciannove negentien",
}  # fmt: skip
_TENS = {
    20: "twenty veinte vinte - zwanzig venti twintig",
    30: "thirty treinta trinta trente dreissig dreißig trenta dertig",
    40: "forty fourty cuarenta quarenta quarante vierzig quaranta veertig",
    50: "fifty cincuenta cinquenta cinquante fünfzig cinquanta vijftig",
    60: "sixty sesenta sessenta soixante sechzig sessanta zestig",
    70: "seventy setenta septante siebzig settanta zeventig",
    80: "eighty ochenta oitenta huitante achtzig ottanta tachtig",
    90: "ninety noventa nonante neunzig novanta negentig",
}
_SPANISH_TWENTIES = "veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"

_WORDS = {
    (HUNDRED, 0): "hundred cien ciento cento",
    (THOUSAND, 0): "thousand",
    (TENS, 21): "vingt vingts",
    (TENS, 10): "dix",
    (MULTIPLE, 2): "double dbl doble duplo doppel doppio dubbel twice",
    (MULTIPLE, 3): "triple treble triplo dreifach tripple",
    (MULTIPLE, 4): "quadruple quad",
    (FILLER, BETWEEN): "dash hyphen dot point period slash space star then minus underscore tiret "
        "guion guión punto ponto traço espacio espaço point strich bindestrich punkt trattino "
        "emoji comma blank pause",
    (FILLER, PLUS_SIGN): "plus más mais",
    (FILLER, AND): "and y e et und",
    (SOFT, 1): "won", (SOFT, 2): "to too tu", (SOFT, 3): "tree free", (SOFT, 4): "for fore",
    (SOFT, 6): "sicks", (SOFT, 8): "ate",
    (PHONE, 0): "call calls calling text texts texting txt tel tele telf telephone phone ph phn cell "
        "cel mobile mob fone sms whatsapp watsapp whatsap wapp wa wsp wsap whats viber signal "
        "telegram dial ring contact reach hmu hit fax landline imessage facetime number# line "
        "llama llamar llame llamame llamanos teléfono telefono tfno móvil movil celular escribe "
        "escribeme wasap guasap contacto contactar ligue liga ligar telefone telemóvel zap zapzap "
        "contato chama chame appelle appelez appeler téléphone portable joindre joignable "
        "contactez contacter anrufen anruf ruf rufen telefon handy mobil handynummer telefonnummer "
        "rückruf melden erreichbar kontakt chiama chiamare chiamami telefona cellulare contattare "
        "contatti bel bellen mobiel gsm zadzwoń komórka звоните звони телефон тел позвоните "
        "โทร เบอร์ มือถือ फोन कॉल मोबाइल هاتف جوال اتصل واتساب 电话 電話 手机 手機 微信 联系 致电 "
        "tlf tlfn telefoon ara arayin hubungi hp telp telpon gọi",
    (REFERENCE, ALWAYS_NAMES): (
        "ref refs chq reference invoice inv sku serial sn tracking imei isbn issn upc ean "
        "gtin asin acct vin zip zipcode postcode postal mls id apn routing iban bic swift "
        "ssn ein vat barcode isbn10 isbn13 coordinates lat lon lng gps latitude longitude "
        "timestamp epoch consignment awb waybill hash referencia factura nif dni cif nie "
        "expediente bastidor série cpf cnpj cep protocolo fatura réf référence siret siren "
        "bestell auftrags kunden rechnungs serien bestellnummer bestellnr rechnungsnummer "
        "rechnungsnr artikelnummer artikelnr seriennummer seriennr kundennummer kundennr "
        "kontonummer plz auftragsnummer vorgangsnummer aktenzeichen referenz sendungsnummer "
        "fattura ordinenr bestelnummer factuur серийный kod nip regon pesel gstin pan "
        "aadhaar aadhar pincode udid mac 订单 订单号 单号 邮编 編號 编号 注文番号 郵便番号"
    ),
    (REFERENCE, MAY_NAME): (
        "order orders item items model part parts case ticket account policy lot batch "
        "license licence permit registration reg code pin listing ad booking reservation "
        "receipt po quote member membership customer student employee claim bank card visa "
        "mastercard tax version build product catalog catalogue stock article shipment token "
        "voucher coupon passport fedex ups usps dhl confirmation track pedido pedidos nota "
        "fiscal conta encomenda commande facture compte dossier modèle colis bestellung "
        "rechnung artikel modell konto auftrag ordine codice modello conto partita "
        "spedizione заказ заказа артикул счет modelo cuenta lote artículo articulo código "
        "codigo serie matrícula rg ip cheque cheques parcel docket"
    ),
    (REFERENCE, PRICES): (
        "price priced prices rent asking deposit salary mileage odometer odo population "
        "views cost costs fee fees total amount budget paid worth precio precios alquiler "
        "fianza preço valor prix loyer preis miete kaution prezzo affitto цена 价格"
    ),
    (UNIT, TOUCHING): "in m l h g v w am pm st nd rd th x c k t s d p f hz er ème eme o a mb gb",
    (UNIT, SPACED): "sqft sq sqm ft feet foot inch inches cm mm km kms miles mile mi kg kgs lb lbs oz "
        "hp kw kwh watt watts volt volts mah tb mhz ghz rpm mpg mph kmh kph cc cu liter liters "
        "litre litres gal gallon gallons mins minutes minute hr hrs acres acre psi btu "
        "lumens px dpi pixels m2 m² qm ml mg meter meters metre metres tons tonnes yards "
        "metros quilômetros kilómetros mètres hectares ha stück pcs pieces units unidades "
        "views followers likes years yrs percent",
    (CURRENCY, 0): "usd dollars dollar bucks eur euro euros gbp pounds quid inr rs rupees rupee brl "
        "reais real thb baht cad aud mxn pesos peso yen jpy cny rmb yuan sek nok dkk chf pln zł "
        "zloty ars cop clp php idr rp myr rm sgd hkd aed rub руб рублей лева uah ngn ksh zar lakh "
        "crore million mio bitcoin btc eth sats kr francs บาท",
    (EXTENSION, 0): "ext extn extension xt anexo interno durchwahl poste ramal int",
    (NEUTRAL, NUMBER_WORD): "number numero número nummer numéro num nmbr numb digits numer номер",
    (NEUTRAL, NUMERATOR): "no nr n",
    (NEUTRAL, 0): "is my me us our at on the or by via "
        "now here this your his her text@ num# mi es el al o ou oder mon mein meine il le la au "
        "meu nosso",
    (MONTH, 0): "jan feb mar apr may jun jul aug sep oct nov dec january february march april june "
        "july august september october november december enero febrero marzo abril mayo junio "
        "julio agosto septiembre octubre noviembre diciembre janvier février mars avril mai juin "
        "juillet août septembre octobre novembre décembre januar februar märz juni juli oktober "
        "dezember janeiro fevereiro março maio junho julho setembro outubro novembro dezembro",
}  # fmt: skip


class Trie(NamedTuple):
    """`step[state, letter]` next state (0: none, 1: root), `payload[state]` 256 * type + value.

    `letters[code point]` is the letter of a folded code point, 0 where no word has it.
    """

    step: NDArray[np.int16]
    payload: NDArray[np.int16]
    letters: NDArray[np.uint8]


def entries() -> dict[str, tuple[int, int]]:
    """Folded word → type and value. Where two lists have a word the first listed keeps it."""
    found: dict[str, tuple[int, int]] = {}

    def put(words: str, kind: int, value: int) -> None:
        for word in words.split():
            found.setdefault(fold(word), (kind, value))

    for line in _DIGITS.split("\n"):
        for value, words in enumerate(line.split() if len(line.split()) == 10 else []):
            put(words.replace("/", " "), DIGIT, value)
    for value, words in _TEENS.items():
        put(words, TEEN, value)
    for value, words in _TENS.items():
        put(words, TENS, value)
    for value, word in enumerate(_SPANISH_TWENTIES.split(), 21):
        put(word, TEEN, value)
    _compounds(put)
    for (kind, value), words in _WORDS.items():
        put(words, kind, value)
    return found


def _compounds(put: object) -> None:
    """German, Dutch and Italian write 21 to 99 as one word."""
    assert callable(put)
    german = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    dutch = ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"]
    italian = ["uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"]
    for tens, words in _TENS.items():
        for unit in range(1, 10):
            put(german[unit - 1] + "und" + words.split()[4], TEEN, tens + unit)
            if tens == 30:
                put(german[unit - 1] + "unddreißig", TEEN, tens + unit)
            put(dutch[unit - 1] + "en" + words.split()[-1], TEEN, tens + unit)
            stem = words.split()[-2]
            put((stem[:-1] if unit in (1, 8) else stem) + italian[unit - 1], TEEN, tens + unit)


def fold(word: str) -> str:
    """A word as the scanner sees its characters: each folded to one, marks left out."""
    first = fold_tables().first
    return "".join(chr(first[ord(character)]) for character in word if first[ord(character)])


@cache
def trie() -> Trie:
    """The words as a trie over their letters (built once a process)."""
    words = entries()
    alphabet = {letter: at for at, letter in enumerate(sorted(set("".join(words))), 1)}
    letters = np.zeros(len(fold_tables().first), np.uint8)
    for code, folded in enumerate(fold_tables().first.tolist()):
        if folded < 128 or code > 127:
            letters[code] = alphabet.get(chr(folded), 0)
    nodes: list[dict[int, int]] = [{}, {}]
    payload = [0, 0]
    for word, (kind, value) in words.items():
        at = 1
        for letter in word:
            at = nodes[at].setdefault(alphabet[letter], len(nodes))
            if at == len(nodes):
                nodes.append({})
                payload.append(0)
        payload[at] = 256 * kind + value
    step = np.zeros((len(nodes), len(alphabet) + 1), np.int16)
    for at, node in enumerate(nodes):
        for letter, following in node.items():
            step[at, letter] = following
    return Trie(step, np.array(payload, np.int16), letters)
