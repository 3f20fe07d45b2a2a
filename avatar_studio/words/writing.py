"""What was written or dictated as plain words: hesitations, spoken commas, ages, and comparisons with what is no part of an avatar (as white as snow)."""
from __future__ import annotations

import re

AGE = re.compile(r"\b(\d{1,3})[ -]*(?:years?|yrs?|yo|y/o)\b(?:[ -]+old\b)?|(\d{1,3}) ?[多几]?岁", re.IGNORECASE)  # "a 34 year old woman" is not old
AS_AS = re.compile(r"\bas (?!well|soon|far|much|many|it|is|if|they|a\b|the\b|long as (?:you|it|she|he|we|they|there|i)\b)(\w+) as (?=an? |the |\w+\b)(?:an? |the )?\w+", re.IGNORECASE)  # as white as snow
GLANCE = re.compile("[往向朝]([左右上下]{1,2})[边侧方角面]{0,2}[看瞅瞄望瞧瞥瞟瞪]|[看瞅瞄望瞧瞥瞟][着向往]?([左右][上下]?)[边侧方角面]{1,2}")  # 瞅着左边, 往右下角看
SAME_AS = re.compile(r"\bthe same (?!colou?r|shade|style|length|way|size|kind|hair|eyes?|as)(\w+) as (?:her|his|my|the|their) \w+|[和跟与]([^，。和跟与]{1,4})一样的(?!颜)(?=[一-鿿]{1,3}色)", re.IGNORECASE)  # a colour named
IF_IT_WERE = re.compile(r"(\bif (?:\w+ ){1,3})(?:was|were)\b", re.IGNORECASE)
HESITATION = re.compile(r"\b(?:u+[hm]+|e+r+m*|h+m+|a+h+|mm+)\b[,.…]*|(?<![一-鿿])[呃额唔](?=[，,、…]|呃)[，,、…]*|呃+", re.IGNORECASE)
OF_THE_PICTURE = re.compile("[画畫]面(?=[左右上下])|(?:[ -]hand)?(?: side)? of the (?:picture|image|screen|frame)", re.IGNORECASE)  # whose left is meant anyway
REASON = re.compile("[，,。]\\s*(?:都|就)?(?:看着|看起来|看上去|显得)(?:好|太|有点|怪|挺)[一-鿿]{1,4}(?=$|[，,。！!])")  # 脸瘦一点，看着好胖: why, and not what
SIGNS = {"comma": ",", "period": ".", "full stop": ".", "semicolon": ";", "question mark": "?", "exclamation mark": "!", "exclamation point": "!",
         "new line": ".", "逗号": "，", "句号": "。", "问号": "？", "顿号": "、", "感叹号": "！"}
SPOKEN = re.compile(r"\b(?:comma|period|full stop|semicolon|question mark|exclamation (?:mark|point)|new line)\b(?! (?:drama|piece|costume|dress|of))"
                    "|逗号|句号|问号|顿号|感叹号", re.IGNORECASE)
SO = re.compile("(别|不要|没)([^，。,.、；;！!？?]{1,3}?)([那这]么)")  # 别笑得那么开心: 笑得别那么开心
TOO_FOR = re.compile(r"(?<!is )(?<!are )(?<!'s )(?<!look )(?<!looks )\btoo (?=\w+ for (?:his|her|their|my|its|the) (?:head|face|body))", re.IGNORECASE)  # no complaint
WHOSE_HEAD = re.compile(r"(?<=very )(\w+) for (?:his|her|their|my|its|the) (?:head|face|body)\b", re.IGNORECASE)


def plain_text(sentence: str) -> str:
    """A sentence without hesitations and similes, with signs for the commas that were said, and with ages in words."""
    sentence = SPOKEN.sub(lambda found: SIGNS[found[0].lower()], HESITATION.sub(" ", sentence))
    sentence = WHOSE_HEAD.sub(r"\1", TOO_FOR.sub("very ", sentence))
    sentence = GLANCE.sub(lambda found: f"往{found[1] or found[2]}看", AS_AS.sub(r"very \1", sentence))
    sentence = IF_IT_WERE.sub(r"\1is", SAME_AS.sub(lambda found: found[1] or "", sentence))
    return AGE.sub(aged, SO.sub(r"\2\1\3", REASON.sub("", OF_THE_PICTURE.sub("", sentence))))


def aged(found: re.Match) -> str:
    """An age in words: what is said is whether somebody is old."""
    return " " if int(found[1] or found[2]) < 60 else " elderly " if found[1] else "老年"
