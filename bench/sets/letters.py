"""What words are made of, per language and vocabulary: syllables, characters, phone shapes.

The development and the held-out inventory of a language share no syllable (no character, for
Chinese and Japanese), so a parameter fitted on one cannot know the words of the other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letters:
    """Parts of a pseudo-language; a word is 1–`longest` syllables of onset + nucleus + coda."""

    onsets: tuple[str, ...]
    nuclei: tuple[str, ...]
    codas: tuple[str, ...]
    shortest: int
    longest: int
    joiner: str  # between words
    stop: str  # after a sentence
    phone: str  # '#' is a digit
    currency: str
    within: str = ""  # between the syllables of a word


def _split(text: str) -> tuple[str, ...]:
    return tuple("" if part == "_" else part for part in text.split())


def _latin(
    onsets: str,
    nuclei: str,
    codas: str,
    phone: str,
    longest: int = 3,
    currency: str = "${}",
    within: str = "",
) -> Letters:
    parts = _split(onsets), _split(nuclei), _split(codas)
    return Letters(*parts, 1, longest, " ", ".", phone, currency, within)


def _dense(
    onsets: str, nuclei: str, codas: str, stop: str, phone: str, longest: int, currency: str
) -> Letters:
    return Letters(
        _split(onsets), _split(nuclei), _split(codas), 1, longest, "", stop, phone, currency
    )


def _signs(signs: str) -> str:
    return " ".join(dict.fromkeys(signs))


_HAN_DEV = (
    "人大中上下来到时地出会可也你对生能子那得着自年发后作里用道行所然家种事成方多经么去法学"
    "如都同现没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把"
    "机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见"
    "被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提"
)
_HAN_HELD = (
    "立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目"
    "太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书"
    "非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格"
    "望觉术领共确传师观清今切院让识候带导争运笔红细节约段步验兴料亲快停落语器造竹菜绿房厅窗"
)
_KANJI_DEV = "駅車店品物新古家具机椅子棚机械服靴鞄時計電話本箱台所庭木花石水火土金銀色赤青白黒"
_KANJI_HELD = "町村道橋港空海山川田畑森林夏冬春秋朝夜昼星雲雨雪風音楽絵紙糸布皿鍋鏡窓扉鍵傘旅宿"
_VN_TONES_DEV = "a á à ả ã ạ e é è ẹ o ó ò ỏ ọ i í ì ị"
_VN_TONES_HELD = "ă ắ ằ ẵ ặ â ấ ầ ẩ ậ ê ế ề ệ ô ố ồ ộ ơ ớ ờ ợ ư ứ ừ ự"

LETTERS: dict[tuple[str, str], Letters] = {
    ("plain", "dev"): _latin(
        "b d f g k l m n p r s t v br tr st pl kr",
        "a e i o u",
        "_ _ _ n r l s",
        "(###) ###-####",
        4,
    ),
    ("plain", "held-out"): _latin(
        "h j w y z ch sh th dr fl gr cl qu sp kn wh",
        "a ea ee oo ou i o u ai oy",
        "ck m nd st rt ng t d _ lf",
        "###.###.####",
        3,
    ),
    ("french", "dev"): _latin(
        "b d m l r p v ch", "é è a ou i ê eau", "_ _ r s t l", "+33 6 ## ## ## ##", 3, "{} €"
    ),
    ("french", "held-out"): _latin(
        "g j n f qu tr s gn", "â î œu oi e ù ë", "_ ge que ç ille n", "06 ## ## ## ##", 3, "{}€"
    ),
    ("spanish", "dev"): _latin(
        "c d m l r t p br", "a á o e é i", "_ _ s n r", "+34 6## ### ###", 4, "{} €"
    ),
    ("spanish", "held-out"): _latin(
        "g j ñ ll h v z fl", "ó ú ía u ue ie", "_ l d z ción", "6## ## ## ##", 3, "{}€"
    ),
    ("portuguese", "dev"): _latin(
        "b c d m l r p tr", "ã a ê o e i", "_ _ s m r", "+351 91# ### ###", 4, "{} €"
    ),
    ("portuguese", "held-out"): _latin(
        "g j nh lh f v x qu", "ão õe á ç ú ei", "_ l z do te", "91# ### ###", 3, "R$ {}"
    ),
    ("vietnamese", "dev"): _latin(
        "b c d đ h kh l m n ph t th", _VN_TONES_DEV, "_ n m c p", "+84 9## ### ###", 2, "{}k", " "
    ),
    ("vietnamese", "held-out"): _latin(
        "g gi ng nh qu r s tr v x ch y",
        _VN_TONES_HELD,
        "_ ng t ch nh u",
        "09## ### ###",
        2,
        "{}đ",
        " ",
    ),
    ("cyrillic", "dev"): _latin(
        "б в д к л м н п с т", "а е и о у я", "_ _ н р л й", "+7 916 ### ## ##", 4, "{} руб"
    ),
    ("cyrillic", "held-out"): _latin(
        "г ж з р ф х ц ч ш пр", "ы э ю ё ий ой", "_ ть ст м к", "8 903 ###-##-##", 3, "{} ₽"
    ),
    ("arabic", "dev"): _latin(
        "ب د ر س ع ف ل م ن", "ا ي و _ _", "_ _ ة ت ر", "+971 50 ### ####", 3, "{} درهم"
    ),
    ("arabic", "held-out"): _latin(
        "ج ح خ ش ص ط ق ك ه", "ا ي و _ _", "_ ى ء ن د", "+20 10 #### ####", 4, "{} جنيه"
    ),
    ("chinese", "dev"): _dense(_signs(_HAN_DEV), "_", "_", "。", "138########", 3, "{}元"),
    ("chinese", "held-out"): _dense(_signs(_HAN_HELD), "_", "_", "！", "+86 15########", 2, "¥{}"),
    ("kanji", "dev"): _dense(_signs(_KANJI_DEV), "_", "_", "。", "090-####-####", 3, "{}円"),
    ("kanji", "held-out"): _dense(_signs(_KANJI_HELD), "_", "_", "。", "080########", 2, "¥{}"),
    ("kana", "dev"): _dense(
        "か き く さ し た ち な に は ひ ま み", "_ い", "_ _ う て", "。", "#", 2, "{}"
    ),
    ("kana", "held-out"): _dense(
        "け こ す せ つ と ね の ふ ほ む め よ", "_ ら", "_ _ る れ ん", "。", "#", 2, "{}"
    ),
    ("katakana", "dev"): _dense("ア カ サ タ ナ ハ マ ラ", "_ イ ー", "_ _ ン", "。", "#", 4, "{}"),
    ("katakana", "held-out"): _dense(
        "ウ ク ス ト ノ フ モ ロ", "_ ッ エ", "_ _ ド", "。", "#", 3, "{}"
    ),
    ("thai", "dev"): _dense(
        "ก ข ค ง จ ด ต น เก เด เต แม แน โต โก",
        "า ิ ี ุ ู ั",
        "น ง _ _ ม",
        " ",
        "08# ### ####",
        3,
        "{} บาท",
    ),
    ("thai", "held-out"): _dense(
        "บ ป พ ฟ ม ย ร ล เบ เพ เล แป แร โย ไล",
        "ะ า ื ึ ่า ้า",
        "ก ด บ _ ย",
        " ",
        "06########",
        2,
        "฿{}",
    ),
}
