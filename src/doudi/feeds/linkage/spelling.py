"""Names reduced to what survives a typist: one form per character, and the sound as Dehong pronounces it."""

from __future__ import annotations

import polars as pl

from doudi.kernel.text import half_width
from doudi.registry.names import spell

# Traditional, old and look-alike forms that offices type for the same name, each beside the form we compare by.
VARIANTS = dict(
    pair
    for pair in (
        "雲云 華华 國国 蘭兰 鳳凤 麗丽 榮荣 張张 陳陈 劉刘 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄧邓 許许 龍龙 貴贵 寶宝 賢贤 "
        "愛爱 銀银 錢钱 偉伟 強强 彊强 輝辉 燕燕 瓊琼 蓮莲 會会 團团 蘇苏 衛卫 東东 興兴 學学 詩诗 夢梦 軒轩 澤泽 潔洁 蕓芸 艷艳 "
        "豔艳 紅红 緒绪 維维 紹绍 芝芝 長长 慶庆 廣广 應应 開开 聞闻 閆闫 閻闫 阎闫 陸陆 鄭郑 鍾钟 锺钟 鐘钟 鋒锋 銳锐 錦锦 鑒鉴 "
        "鑑鉴 韓韩 韋韦 順顺 顏颜 顔颜 飛飞 馮冯 駱骆 魯鲁 鮑鲍 鶴鹤 齊齐 龔龚 龍龙 萬万 葉叶 蔣蒋 蕭肖 萧肖 傅付 戴代 邱丘 "
        "堃坤 峯峰 嶽岳 昇升 陞升 珎珍 祐佑 喆哲 甯宁 寧宁 甦苏 菓果 龢和 彥彦 呂吕 倉仓 嬌娇 嬋婵 娛娱 嫻娴 實实 審审 尋寻 屬属 "
        "巖岩 喦岩 嵓岩 師师 幹干 康康 徵征 恆恒 惠惠 憲宪 揚扬 擁拥 攝摄 敎教 數数 時时 曉晓 暉晖 曄晔 書书 樂乐 標标 樹树 歡欢 "
        "歲岁 氣气 漢汉 濤涛 瀾澜 燦灿 爾尔 獻献 現现 璽玺 畢毕 盧卢 眞真 禮礼 種种 穎颖 頴颖 積积 筆笔 節节 簡简 純纯 結结 絢绚 "
        "網网 綠绿 線线 羣群 義义 習习 聖圣 聯联 聰聪 肅肃 臨临 舉举 芳芳 藝艺 藍蓝 虛虚 術术 補补 覺觉 觀观 計计 記记 訓训 誠诚 "
        "語语 諾诺 謝谢 譚谭 財财 貞贞 賀贺 賓宾 賴赖 趕赶 達达 運运 遠远 選选 鄒邹 釵钗 鈴铃 鈺钰 銘铭 鎮镇 鐵铁 門门 閔闵 陽阳 "
        "隆隆 際际 雙双 霽霁 靜静 頂顶 項项 須须 領领 風风 駿骏 騰腾 體体 鳴鸣 鴻鸿 鵬鹏 麥麦 點点"
    ).split()
    if pair[0] != pair[1]
)  # fmt: skip

# What the local dialect does not tell apart: zh/z, ch/c, sh/s; -ing/-in, -eng/-en; ü/i after j, q, x, y, l, n.
_SOUNDS = ((r"([zcs])h", "$1"), (r"([ie])ng", "${1}n"), (r"([jqxy])u", "${1}i"), (r"v", "i"))


def spelled(names: pl.Series) -> pl.DataFrame:
    """For each name: `plain` characters, `pinyin`, `sound`, the sound of its `surname`, its characters `sorted`.

    Each different name is read once; a text without any letter is no name and all its columns are null.
    """
    distinct = names.drop_nulls().unique().sort()
    read = pl.DataFrame([_read(name) for name in distinct], schema=["plain", "pinyin", "surname"], orient="row")
    table = read.cast(pl.String).with_columns(
        distinct.alias("name"),
        _heard("pinyin").alias("sound"),
        _heard("surname"),
        pl.col("plain").str.split("").list.sort().list.join("").alias("sorted"),
    )
    return names.to_frame("name").join(table, on="name", how="left", maintain_order="left")


def folded(name: str) -> str:
    """A name without dots, blanks and placeholders, every character in the form we compare by."""
    return "".join(VARIANTS.get(c, c) for c in half_width(name) if c.isalpha())


def _read(name: str) -> tuple[str | None, str | None, str | None]:
    plain = folded(name).lower()
    if not plain:
        return None, None, None
    whole = spell(plain)[0]
    given = spell(plain[1:])[0]
    return plain, whole, whole.removesuffix(given) or whole


def _heard(column: str) -> pl.Expr:
    found = pl.col(column)
    for pattern, replacement in _SOUNDS:
        found = found.str.replace_all(pattern, replacement)
    return found
