"""Words that say a row is worth a second, slower look."""

from __future__ import annotations

#: Bits of a hint; the first four belong to `find_addresses`.
AT_WORD, DOT_WORD, PROVIDER, SERVICE, PAYMENT, COIN = (1 << bit for bit in range(4, 10))

_HINTS = {
    AT_WORD: "at arroba arobase arobas chiocciola klammeraffe aet",
    DOT_WORD: "dot punto ponto point punkt dt com net org",
    PROVIDER: "gmail googlemail hotmail yahoo ymail outlook icloud proton protonmail aol gmx live "
    "mail yandex tutanota zoho msn web orange libero uol bol terra",
    SERVICE: "telegram tele tg tgram whatsapp watsapp whatsap wsp snapchat snap sc insta instagram ig "
    "igram gram kik wechat weixin wx line lineid viber skype signal twitter x tiktok tt facebook fb "
    "messenger threema discord wickr onlyfans linkedin youtube session zangi qq kakao kakaotalk "
    "zalo imo vk twt",
    PAYMENT: "cashapp cash capp venmo zelle paypal pp revolut chime pix upi",
    COIN: "btc bitcoin eth ethereum ltc litecoin trx tron usdt wallet xmr monero crypto",
}


def hint_words() -> dict[str, int]:
    """Lower-case ASCII word (l written as i, as texts are folded) → its bits."""
    found: dict[str, int] = {}
    for bit, words in _HINTS.items():
        for word in words.split():
            folded = word.replace("l", "i")
            found[folded] = found.get(folded, 0) | bit
    return found
