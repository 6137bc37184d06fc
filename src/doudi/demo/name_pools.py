"""What names are made of: surnames by ethnic group, given names by period, commonest first. All put together by us."""

from __future__ import annotations

HAN_SURNAMES = list("李杨张王赵段尹黄刘陈徐周何郭朱余许董蒋明罗瞿石孙吴唐马毛谢姚苏濮邵金鲁龚寸郗匡樊柴番沈丁"
                    "范钱彭曾邓胡肖宋钟谭邹熊孟白江廖付沙常高梁韩冯曹夏方万单解盖欧戴闫侯戚甘")  # fmt: skip
SURNAMES: dict[str, list[str]] = {
    "han": [*HAN_SURNAMES, "欧阳", "司徒", "上官"],
    "dai": list("方线刀思晚帕龚管多尚金郎孟银项喊板放蒋岳冯杨曼安克闷瑞李张许万万朗哏"),
    "jingpo": [*list("排岳尹何木孔沙李张赵金穆雷梅石唐董电线杨"), "勒排", "恩孔"],
    "deang": list("赵李杨王何邵唐姚线董张蒋腊周沈"),
    "achang": list("曹们囊孙赵石张马王杨李穆郎雷寸项梁"),
    "lisu": list("余蜂胡密麻李杨熊早汉普栋祝车曹邓"),
    "hui": list("马纳沙保锁明丁白李张"),
}

# Given names of the Han manner: (first characters, second characters, single characters) by period of birth.
HAN_GIVEN: dict[tuple[int, int], tuple[str, str, str]] = {
    (1, 0): (
        "正文家绍兴朝成自有光国明德发万永世天春宗维应",
        "发昌富贵荣德有才明祥福寿林华良忠义恩顺先全安旺元",
        "富荣昌贵祥",
    ),
    (2, 0): ("秀桂凤翠玉兰小招美兴春月金自文开正应", "兰英珍芝凤莲仙芹菊会香美芬秀焕弟团花翠", "芝珍英芹"),
    (1, 1): (
        "建国文永志正成家光兴绍学世云海春新自朝从",
        "华平明忠林伟军强生荣昌德云才祥龙江兵东良学",
        "军勇伟强忠平林华波斌",
    ),
    (2, 1): ("丽秀美春玉晓艳红金云海兴桂小文彩建改", "芳萍梅珍琴芬英仙红艳霞琼兰燕华香丽芹团", "芳丽艳萍梅燕霞琼红娟"),
    (1, 2): (
        "志俊文永加新家建明晓春天世国兴云海成绍自金",
        "伟杰鹏强飞龙涛辉超华林勇明东波平坤祥宏",
        "杰涛鹏超浩伟磊飞俊凯",
    ),
    (2, 2): ("晓丽雪春海玉艳文小梦婷美金秋冬云佳彩", "婷娟艳梅萍芳燕敏雪倩玲芬琴花蕊娇丹焕", "婷娟倩敏雪静丹莉颖蕊"),
    (1, 3): (
        "子浩宇俊梓家文天明嘉泽奕思睿志承博锦星云",
        "轩豪然宇杰辰涵阳鑫博宸鹏恒睿瑞航乐诚哲",
        "睿宸轩阳浩泽博鑫辰航",
    ),
    (2, 3): (
        "梓欣雨思佳梦诗语子怡雅紫若依可馨静一心",
        "涵怡彤妍萱琪瑶欣雯菲月晨悦诺蕊婷汐语媛",
        "萱彤妍涵瑶琪怡诺悦蕊",
    ),
}

# The other manners: (first syllables, second syllables) by sex; the old and the young share them.
GROUP_GIVEN: dict[tuple[str, int], tuple[list[str], list[str]]] = {
    ("dai", 1): (
        ["岩", "小", "保", "相", "二", "三", "板"],
        [*list("相保旺团罕软所伦伍明闷项恩温吞生昌德华板亮四五过万算冷"), "二保", "三相", "罕相"],
    ),
    ("dai", 2): (
        ["月", "小", "玉", "喊", "相", "板", "安", "团", "罕"],
        list("罕喊相团英保软兰恩娥芹凹过焕扁所旺色么娟仙芬蚌四五算美"),
    ),
    ("jingpo", 1): (["勒", "麻", "早", "弄", "扎", "崩", "成", "志", "云"], list("干诺腊都堂约弄龙翁宽昆旺栽丁鲁双东")),
    ("jingpo", 2): (["木", "麻", "扎", "果", "南", "宽", "志", "春", "宝"], list("果鲁锐途盖宽南帕英扎兰拽准娜比图芳")),
    ("deang", 1): (
        ["腊", "岩", "阿", "三", "小", "老", "正", "二"],
        list("翁吞所保退门三摆团三岩软相旺肯拐安能昌明龙"),
    ),
    ("deang", 2): (["玉", "阿", "月", "腊", "小", "二", "叶"], list("苗开所门保月波团英兰芹南旺焕补艳团香板三")),
    ("lisu", 1): (["阿", "三", "福", "文", "大", "新", "老", "腊", "四"], list("普邓此恰开福华益才言忠夺明生玛志")),
    ("lisu", 2): (["阿", "此", "三", "玛", "小", "付", "四", "大"], list("娜妮妞吉玛妹邓叶恰珍花梅英米付都")),
}

# Full names with dots, as entered for people whose papers come from across the border or who keep the clan's name.
DOTTED: dict[str, tuple[list[str], list[str], list[str]]] = {
    "dai": (
        ["岩", "玉", "玛", "赛", "南", "召"],
        ["罕保", "月团", "恩", "相旺", "喊软"],
        ["敦", "肯", "貌", "温", "莱", "丁"],
    ),
    "jingpo": (
        ["勒排", "木如", "恩孔", "梅何", "勒托", "木然", "春雨"],
        ["早", "扎", "勒", "木", "麻"],
        ["诺腊", "宽", "干", "途扎", "锐", "翁"],
    ),
}

# Characters that older systems cannot store: beyond the basic plane.
RARE = "𬘭𬍛𬭎𬱖𬭸𬀪𫖯𫍯𬬻𫘝"

STYLE_OF_GROUP = ("han", "dai", "jingpo", "deang", "achang", "lisu", "han", "han", "hui", "han")
"""The pool of surnames of each group, in the order of terrain.ETHNIC_CODES."""
