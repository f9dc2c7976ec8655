"""Words that say a place in a text is worth a second, slower look."""

from __future__ import annotations

#: Bits of a hint. The first belong to signs: `@name` or `$name`, a long token of letters and
#: digits, an `@` outside an address, signs of other scripts.
TAG, TOKEN, FAR_AT, FOREIGN = (1 << bit for bit in range(4))
#: The others to words. Services whose names are everyday words count only beside a clear sign.
(AT_WORD, DOT_WORD, PROVIDER, SERVICE, EVERYDAY_SERVICE, PAYMENT, CASH, APP, ID, COIN) = (
    1 << bit for bit in range(4, 14)
)
#: Words whose places are kept.
SPOTS = AT_WORD | SERVICE | EVERYDAY_SERVICE | PAYMENT | CASH

_HINTS = {
    AT_WORD: "at arroba arobase chiocciola aet",
    DOT_WORD: "dot punto ponto point punkt com net org",
    PROVIDER: "gmail googlemail hotmail yahoo ymail outlook icloud proton protonmail aol gmx yandex",
    SERVICE: "telegram telegrem tg tgram whatsapp whats watsapp wsp snapchat snap insta instagram ig "
    "kik wechat weixin wx lineid skype tiktok tik facebook fb kakao kakaotalk onlyfans",
    EVERYDAY_SERVICE: "line viber signal twitter twt x discord threema vk sc",
    PAYMENT: "cashapp cashtag capp venmo zelle paypal",
    CASH: "cash",
    APP: "app tag",
    ID: "id",
    COIN: "btc bitcoin eth ethereum ltc litecoin trx tron usdt wallet crypto",
}


def hint_words() -> dict[str, int]:
    """Lower-case ASCII word (l written as i, as texts are folded) → its bits."""
    found: dict[str, int] = {}
    for bit, words in _HINTS.items():
        for word in words.split():
            folded = word.replace("l", "i")
            found[folded] = found.get(folded, 0) | bit
    return found
