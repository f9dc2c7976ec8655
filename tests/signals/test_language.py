import pyarrow as pa
import pytest

from lamplighter.signals.language import LANGUAGES, detect
from lamplighter.text.tokens import tokenise

SENTENCES = {
    "The sofa is in good condition and we can deliver it to your home for a small fee.": "en",
    "Two bedroom flat near the park, available from May, no pets please.": "en",
    "Vendo sofá en buen estado, se puede recoger en mi casa por la tarde.": "es",
    "Piso de dos habitaciones cerca del parque con mucha luz": "es",
    "Je vends un canapé en bon état, à venir chercher chez moi le soir.": "fr",
    "Appartement de deux pièces près du parc avec balcon": "fr",
    "Verkaufe Sofa in gutem Zustand, kann bei mir am Abend abgeholt werden.": "de",
    "Zwei Zimmer Wohnung in der Nähe vom Park mit Balkon zu vermieten": "de",
    "Vendo sofá em bom estado, pode ser retirado na minha casa à noite.": "pt",
    "Apartamento de dois quartos perto do parque com muita luz, não aceitamos animais": "pt",
    "Vendo divano in buone condizioni, si può ritirare a casa mia la sera.": "it",
    "Appartamento con due camere vicino al parco, molto luminoso": "it",
    "Ik verkoop een bank in goede staat, op te halen bij mij thuis in de avond.": "nl",
    "Appartement met twee slaapkamers in de buurt van het park": "nl",
    "Sprzedam kanapę w dobrym stanie, odbiór u mnie w domu wieczorem.": "pl",
    "Jag säljer en soffa i gott skick, den kan hämtas hemma hos mig på kvällen.": "sv",
    "Jeg sælger en sofa i god stand, som kan hentes hjemme hos mig om aftenen.": "da",
    "Myydään sohva, joka on hyvässä kunnossa, ja sen voi hakea minulta illalla.": "fi",
    "Prodám pohovku v dobrém stavu, je možné ji vyzvednout u mě doma večer.": "cs",
    "Eladó egy jó állapotban lévő kanapé, amely nálam este átvehető.": "hu",
    "Vând canapea în stare bună, se poate ridica de la mine de acasă seara.": "ro",
    "İyi durumda bir koltuk satıyorum, akşam evimden alınabilir, bu fiyat için çok iyi.": "tr",
    "Saya menjual sofa dalam kondisi baik yang bisa diambil di rumah saya pada malam hari.": "id",
    "Tôi bán ghế sofa còn tốt, có thể đến lấy tại nhà tôi vào buổi tối.": "vi",
    "Продаю диван в хорошем состоянии, забрать можно у меня дома вечером.": "ru",
    "Продаю диван у доброму стані, забрати можна в мене вдома ввечері, її можна подивитися.": "uk",
    "Продавам диван в добро състояние, може да се вземе вечер, цената е по договаряне.": "bg",
    "Πωλείται καναπές σε καλή κατάσταση": "el",
    "למכירה ספה במצב טוב": "he",
    "أبيع أريكة في حالة جيدة ويمكن استلامها من المنزل في المساء": "ar",
    "مبل در وضعیت خوب برای فروش است و می‌توانید آن را از خانه من بگیرید": "fa",
    "صوفہ اچھی حالت میں فروخت کے لیے ہے اور گھر سے لیا جا سکتا ہے": "ur",
    "सोफा अच्छी हालत में है और शाम को मेरे घर से लिया जा सकता है": "hi",
    "ขายโซฟาสภาพดี": "th",
    "ソファーを売ります。状態は良好です。": "ja",
    "東京都内引取限定、新品同様の家具です": "ja",
    "出售沙发，状况良好，晚上可以到我家来取": "zh",
    "소파를 팝니다. 상태가 좋습니다.": "ko",
    "Ibinebenta ko ang sofa na nasa mabuting kalagayan at maaari itong kunin sa bahay.": "tl",
    "Venc un sofà en bon estat, es pot recollir a casa meva al vespre amb cotxe.": "ca",
    "Prodajem kauč u dobrom stanju, može se preuzeti kod mene kod kuće navečer.": "hr",
}


def languages(*texts: str) -> list[str | None]:
    array = pa.array(list(texts), pa.large_string())
    found = detect(tokenise(array), array)
    assert found.type == pa.dictionary(pa.int8(), pa.large_string())
    result: list[str | None] = found.to_pylist()
    return result


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences(sentence: str) -> None:
    assert languages(sentence) == [SENTENCES[sentence]]


def test_all_at_once_is_the_same() -> None:
    assert languages(*SENTENCES) == list(SENTENCES.values())


@pytest.mark.parametrize("text", ["", "12345", "Ford Focus 2012", "🙂🙂", "xqzt vvrk"])
def test_undecided(text: str) -> None:
    assert languages(text) == [None]


def test_a_disguised_letter_changes_nothing() -> None:
    assert languages("The s\u043efa is in good condition and we can deliver it") == ["en"]


def test_slices_and_names() -> None:
    array = pa.array(["x", "", "Das Sofa ist in einem guten Zustand"], pa.large_string()).slice(1)
    assert detect(tokenise(array), array).to_pylist() == [None, "de"]
    assert len(LANGUAGES) == len(set(LANGUAGES)) <= 64
