"""lexicon.txt as an index: which words mean what. Labels of traits.py are added where it has not said what they mean."""
from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from PIL import ImageColor

from ..avatar import BACKGROUNDS
from ..styles import NAMES, NONE
from ..traits import BY_NAME, COLOUR_OF, TRAITS, Choice, Trait, hsl

FILE = Path(__file__).with_name("lexicon.txt")
BACKGROUND = Trait("background", "choice", "", "Background", "背景", BACKGROUNDS[0],
                   choices=tuple(Choice(name, name, name) for name in BACKGROUNDS))
STYLE = Trait("style", "choice", "", "Style", "风格", NONE, choices=tuple(Choice(name, name, name) for name in NAMES))
VOCABULARY = {**BY_NAME, BACKGROUND.name: BACKGROUND, STYLE.name: STYLE}

# Traditional characters and the simplified ones that the lexicon is written in (OpenCC's table, Apache-2.0, for the lexicon's characters).
TRADITIONAL = str.maketrans(dict(zip(
    "撥嬤層丟並乾亂亞佈併來係倆個們側傷傾兇兒兩凈別刪剋劉劍動卹唄喪喫單喲嗎噁噠噹嚮嚴國圓圖塗墜壓壞夥夾妝媽嬰孃孫學寫寬寶將對嵗帥師帶幫幹弔張彆彎後從復"
    "悅惡惱愛慄慮憂憊憤懶懷拋捲揚換撲擔敎數於時暈曏曬會朮東條棗極榦樂樑樣樸機橫檸櫻欖歡歲氣沒沖淚淨淩淺減溫滿漸潤澀濃濾為烏無煙煩熒燈燙爲爺狀狹獃"
    "獸環畫異畵當癡發皺盤眞睏睜禦禿種窩竪筆箇簡簾紀紅紋純紙級紮細紳結絡給絨絲經綠綫網綵緊緑線編緻縮縷織繪繫羅翹肅脣脩脫膚臉臟與興舊艷菸蒼蓋薑藍藝"
    "蘭蘿號蝟蠟蠻術衕衚衛衝裏裝裡製複褲襯視親訝許調請謝變讓豎豐豔貓貼賈賽軍較輕辮迴這連運過邁還邊醣釘針鉅鉑鉛銀銅銳鋒鋭鋼錐錶鍼鏡長閃閉開間閤闆闇"
    "陰陽隊隱隻雙雞難靈靦頂順須領頜頭頰顆額顎顏顔顯風颳飽飾餘馬駝驚髒體髮鬆鬍鬚鬢魚鮮鯔鳳鴛鴦鴨鵝鷄麗麥麪麫麯麴麵麼麽黃點齊齒齜齡齣龍鬈瀏嚇著螢瞇"
    "厲僅屬鬧燦蓮薩妳牠檔雲豬韓"
    "俠傢僕儘剛卽厭參吶員問噴囌圍埰奮姦婦嬌嬸寀實嶽幾強悶慶慾憐應懞懼戀捱掛採摳擊擋攏敵斂斬旂昇書業檳殺氾汎準滄漢濛爍爛現甦瘋癟癱盡矇硃碩磚禮稜穩"
    "節籃約絕統絳絶綁綉維綹緋緞縫總繡繼續纍聖職膽臥萊萬葉蔘蘇蘋處蟲蠍蠶補襖襪見覺觸討設詭該誇誕護貝貴賊跡蹟車輓輩轉達遠醜醫釐鈎鈴鉤銹鋸錫鍋鎖鎧鏇"
    "鏈鏽鐵閨闊關陞險雛離電霧靜項類顱飛養驗鬥鬱鯊鳥鷹鼕",
    "拨嬷层丢并干乱亚布并来系俩个们侧伤倾凶儿两净别删克刘剑动恤呗丧吃单哟吗恶哒当向严国圆图涂坠压坏伙夹妆妈婴娘孙学写宽宝将对岁帅师带帮干吊张别弯后从复"
    "悦恶恼爱栗虑忧惫愤懒怀抛卷扬换扑担教数于时晕向晒会术东条枣极干乐梁样朴机横柠樱榄欢岁气没冲泪净凌浅减温满渐润涩浓滤为乌无烟烦荧灯烫为爷状狭呆"
    "兽环画异画当痴发皱盘真困睁御秃种窝竖笔个简帘纪红纹纯纸级扎细绅结络给绒丝经绿线网彩紧绿线编致缩缕织绘系罗翘肃唇修脱肤脸脏与兴旧艳烟苍盖姜蓝艺"
    "兰萝号猬蜡蛮术同胡卫冲里装里制复裤衬视亲讶许调请谢变让竖丰艳猫贴贾赛军较轻辫回这连运过迈还边糖钉针巨铂铅银铜锐锋锐钢锥表针镜长闪闭开间合板暗"
    "阴阳队隐只双鸡难灵腼顶顺须领颌头颊颗额颚颜颜显风刮饱饰余马驼惊脏体发松胡须鬓鱼鲜鲻凤鸳鸯鸭鹅鸡丽麦面面曲曲面么么黄点齐齿龇龄出龙卷刘吓着荧眯"
    "厉仅属闹灿莲萨你它档云猪韩"
    "侠家仆尽刚即厌参呐员问喷苏围采奋奸妇娇婶采实岳几强闷庆欲怜应蒙惧恋挨挂采抠击挡拢敌敛斩旗升书业槟杀泛泛准沧汉蒙烁烂现苏疯瘪瘫尽蒙朱硕砖礼棱稳"
    "节篮约绝统绛绝绑绣维绺绯缎缝总绣继续累圣职胆卧莱万叶参苏苹处虫蝎蚕补袄袜见觉触讨设诡该夸诞护贝贵贼迹迹车挽辈转达远丑医厘钩铃钩锈锯锡锅锁铠旋"
    "链锈铁闺阔关升险雏离电雾静项类颅飞养验斗郁鲨鸟鹰冬")))


class LexiconError(ValueError):
    """A row of lexicon.txt that cannot be read."""


@dataclass(frozen=True)
class Effect:
    """One thing that a word does.

    op: "=" sets (values: the first, unless the present one is among the others), "+" and "-" move a slider,
    ":" paints a colour (values: hue, saturation, lightness), ">" and "<" keep a slider above or below a value,
    "@" takes another part's colour (values: that part), "~" says nothing, but "no" takes it off too.
    """

    trait: str
    op: str
    values: tuple = ()


@dataclass(frozen=True)
class Word:
    """All that one word or phrase can mean."""

    part: str = ""                                            # what it talks about
    thing: tuple[str, tuple[Effect, ...]] | None = None       # (part, what having it does)
    looks: dict[str, tuple[Effect, ...]] = field(default_factory=dict)   # part -> how it looks then
    colour: tuple[float, float, float] | None = None          # hue, saturation, lightness
    belongs: str = ""                                         # the part that the colour is meant for
    shade: str = ""
    people: tuple[Effect, ...] = ()
    degree: str = ""
    grammar: str = ""
    more: bool = False                                        # a comparative: longer, 变长


@dataclass(frozen=True)
class Lexicon:
    index: dict[tuple[str, ...], Word]
    longest: int                            # units of the longest phrase
    spelling: dict[str, list[str]]          # first letter -> the English words of four letters and more
    english: frozenset[str]                 # every English word
    characters: frozenset[str]              # every Chinese character
    chinese: dict[int, list[tuple[str, ...]]]  # length -> the Chinese phrases of three characters and more
    sliders: dict[str, str]                 # part -> its own slider
    colours: dict[str, str]                 # part -> the colour that paints it
    homonyms: dict[tuple[str, ...], frozenset[str]]  # phrase -> the words beside which it is nothing that an avatar has
    spellings: dict[str, str]               # a word as it is typed in haste -> as it is meant
    vowelless: dict[str, str]               # an English word of ours without its vowels -> the word


VOWEL = re.compile("[aeiou]")
UNIT = re.compile(r"#[0-9a-f]{6}\b|#[0-9a-f]{3}\b|[a-z]+|[0-9]+|[\u3400-\u9fff]|[^\sa-z0-9]")


PLURAL = frozenset(["shades", "cans", "blues", "buns", "shorts"])  # that mean something else than one of them
WHOSE = ("", "her", "his", "my", "the", "your", "their")  # "tie her hair back" in lexicon.txt stands for each of these


def normal(text: str) -> str:
    """Lower case, full-width forms and accents made plain, simplified characters, n't as not."""
    text = unicodedata.normalize("NFKC", text).lower().translate(TRADITIONAL).replace("’", "'")
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return re.sub(r"n't\b", " not", re.sub(r"\s[-–—]+\s|[–—]+", ", ", re.sub("[-=]>|→", " to ", text)))


def written(text: str) -> list[str]:
    """English words, Chinese characters, numbers, hex colours and signs; hyphens are dropped."""
    return [unit for unit in UNIT.findall(normal(text)) if unit not in "-_'\""]


def units(text: str) -> list[str]:
    """The same, English words without their plural."""
    return [singular(unit) for unit in written(text)]


def singular(word: str) -> str:
    if re.search(r"(ss|sh|ch|x)es$", word):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in PLURAL else word


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    index: dict[tuple[str, ...], Word] = {}
    sliders, colours, parts, homonyms, spellings = {}, {}, {}, {}, {}

    def add(words: str, comparative: bool = False, **meaning) -> None:
        for phrase in filter(None, (one.strip() for word in words.split(",") for one in anybody(word))):
            variants = [(phrase.lstrip(">"), phrase.startswith(">"))]
            if comparative and phrase.isascii() and not variants[0][1]:
                head, _, rest = phrase.partition(" ")
                variants += [(f"{form} {rest}", True) for form in graded(head)]
            for variant, more in variants:
                key = tuple(units(variant))
                merge(index, key, Word(**meaning, more=more))

    for section, row in rows():
        if section == "parts":
            name, slider, colour, *words = row
            sliders |= {name: slider} if slider else {}
            colours |= {name: colour} if colour else {}
            add(",".join(words), part=name)
        elif section == "things":
            thing = row[0], effects(row[1])
            parts.setdefault(thing[1][0].trait, row[0])
            add(",".join(row[2:]), thing=thing)
        elif section == "looks":
            add(",".join(row[1:]), comparative=True, looks=looks(row[0]))
        elif section == "colours":
            numbers = re.match(r"([\d.]+) ([\d.]+) ([\d.]+)\s*(?:\((\w+)\))?", row[0])
            words = ",".join(row[1:])
            add(f"{words},{ish(words)}", comparative=True, colour=tuple(map(float, numbers.group(1, 2, 3))), belongs=numbers[4] or "")
        elif section == "shades":
            add(",".join(row[1:]), comparative=True, shade=row[0])
        elif section == "people":
            add(",".join(row[1:]), people=effects(row[0]))
        elif section == "degrees":
            add(",".join(row[1:]), degree=row[0])
        elif section == "grammar":
            add(",".join(row[1:]), grammar=row[0])
        elif section == "spelling":
            spellings |= {unit: units(row[0])[0] for word in row[1].split(",") for unit in units(word)}
        elif section == "homonyms":
            homonyms[tuple(units(row[0]))] = frozenset(units(row[1]))
    for name in ImageColor.colormap:  # the CSS names
        index.setdefault((name,), Word(colour=css(name)))
    add_labels(index, sliders, parts)
    english = frozenset(unit for key in index for unit in key if unit.isascii() and unit.isalpha())
    characters = frozenset(unit for key in index for unit in key if not unit.isascii())
    spelling, chinese = defaultdict(list), defaultdict(list)
    telling = {unit for key, word in index.items() for unit in key if word != Word(grammar="skip")}  # a slip is no small word of a polite phrase
    for word in sorted(english & telling):
        if len(word) > 3:
            spelling[word[0]] += [word, f"{word}es"] if word.endswith(("ss", "sh", "ch", "x")) else [word]
    for key in index:
        if len(key) > 2 and not any(unit.isascii() for unit in key):
            chinese[len(key)].append(key)
    vowelless = {without: word for word in sorted(plain_words(index), key=len, reverse=True) if len(without := word[0] + VOWEL.sub("", word[1:])) > 2}
    return Lexicon(index, max(map(len, index)), spelling, english, characters, chinese, sliders, colours, homonyms, spellings, vowelless)


def css(colour: str) -> tuple[float, float, float]:
    """Hue, saturation and lightness of a colour's CSS name, of #rgb or of #rrggbb."""
    return hsl(*(channel / 255 for channel in ImageColor.getrgb(colour)))


def plain_words(index: dict) -> list[str]:
    """The English words that alone say something of an avatar."""
    return [key[0] for key, word in index.items() if len(key) == 1 and key[0].isascii() and key[0].isalpha() and (word.part or word.thing or word.looks or word.colour)]


def anybody(phrase: str) -> list[str]:
    """"her hair up" as anybody's: her, his, my, ... hair up, and hair up."""
    return [re.sub(r"\bher\b", whose, phrase) for whose in WHOSE] if " her " in phrase or phrase.strip().startswith("her ") else [phrase]


def rows():
    """(section, columns) of every row of lexicon.txt."""
    section = ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line[1:line.index("]")]
        elif line.strip() and not line.startswith("#"):
            yield section, [column.strip() for column in re.split(r"(?<=\s)\|(?=\s|$)", line)]


def effects(text: str) -> tuple[Effect, ...]:
    found = []
    for word in text.split():
        match = re.fullmatch(r"(\w+)(?:([+~-])|([=:<>])(.+))", word)
        if not match:
            raise LexiconError(f"{word!r} is no effect")
        trait, move, op, value = match.groups()
        if op == ":":
            found.append(Effect(trait, ":", (value,)))
        elif trait not in VOCABULARY:
            raise LexiconError(f"{trait!r} is no trait")
        elif move:
            found.append(Effect(trait, move))
        else:
            values = value.split("|") if VOCABULARY[trait].kind == "choice" else [float(value)]
            found.append(Effect(trait, op, tuple(VOCABULARY[trait].clean(v) for v in values)))
    return tuple(found)


def looks(text: str) -> dict[str, tuple[Effect, ...]]:
    """"hair: hair_length+; *" -> {"hair": (...), "*": (Effect("*", "+"),)}."""
    found = {}
    for one in filter(None, (piece.strip() for piece in text.split(";"))):
        part, _, what = one.partition(":")
        found[part.split()[0]] = (Effect("*", "-" if part.endswith("-") else "+"),) if part[0] == "*" else effects(what)
    return found


def merge(index: dict, key: tuple[str, ...], word: Word) -> None:
    """Add a meaning to those that a phrase has already; the first one of a kind stays."""
    old = index.get(key)
    if old is None:
        index[key] = word
        return
    changes = {name: getattr(word, name) for name in ("part", "thing", "colour", "belongs", "shade", "people", "degree", "grammar")
               if getattr(word, name) and not getattr(old, name)}
    index[key] = replace(old, **changes, looks={**old.looks, **{part: look for part, look in word.looks.items() if part not in old.looks}}, more=old.more and word.more)


def graded(adjective: str) -> list[str]:
    """Comparative and superlative spellings: long -> longer, longest; curly -> curlier; big -> bigger; wide -> wider."""
    if len(adjective) > 8 or len(adjective) > 3 and adjective.endswith(("ed", "ing")):
        return []
    stems = [adjective]
    if adjective.endswith("y"):
        stems = [adjective[:-1] + "i"]
    elif adjective.endswith("e"):
        stems = [adjective[:-1]]
    elif re.search(r"[^aeiou][aeiou][bdgmnpt]$", adjective):
        stems = [adjective + adjective[-1]]
    return [stem + end for stem in stems for end in ("er", "est")]


def ish(words: str) -> str:
    """Pinkish, bluish and reddish, of the one-word English colours among these."""
    names = [word.strip() for word in words.split(",") if word.strip().isascii() and word.strip().isalpha()]
    return ",".join(f"{form}ish" for name in names for form in {name, name.rstrip("e"), name + name[-1]})


def add_labels(index: dict, sliders: dict, parts: dict) -> None:
    """The labels of traits.py: a trait's name talks about it, and a choice's name sets it, with its trait's or,
    if it is longer than a word or than two characters, alone.

    Only where lexicon.txt has not said what the words mean. parts: the part that a trait belongs to.
    """
    for trait in TRAITS:
        if trait.name in COLOUR_OF:
            continue
        for label in (trait.en, trait.zh):
            label = re.sub(r"[(（].*?[)）]", "", label)
            key = tuple(units(label))
            if trait.kind == "choice":
                for choice in trait.choices:
                    thing = Word(thing=(parts.get(trait.name, trait.name), (Effect(trait.name, "=", (choice.name,)),)))
                    name = tuple(units(choice.en if label.isascii() else choice.zh))
                    index.setdefault(name + key, thing)
                    alone = 1 if label.isascii() else 2
                    if len(name) > alone and choice.name != "none":  # "Line" alone may be any line, and 左眼 any left eye
                        index.setdefault(name, thing)
            else:
                sliders.setdefault(trait.name, trait.name)
                index.setdefault(key, Word(part=trait.name))
