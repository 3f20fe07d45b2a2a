"""Every sentence of the page in English and Chinese, in one table. {name} marks what the page fills in.

The names of traits and their choices stand in traits.py.
"""
from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # frame
    "title": ("Avatar Studio", "头像工坊"),
    "tagline": ("Make a little you.", "捏一个小小的你。"),
    "language": ("Language", "语言"),
    "preview": ("Your avatar", "你的头像"),
    "made_by_ai": ("Pictures are made by AI and marked so.", "图片由 AI 生成，并带有标识。"),
    # actions
    "dice": ("Roll the dice", "随机一个"),
    "undo": ("Undo", "撤销"),
    "redo": ("Redo", "重做"),
    "save": ("Download", "下载"),
    "save_now": ("Download the picture", "下载图片"),
    "save_format": ("Format", "格式"),
    "save_label": ("Show a small “AI” mark", "显示小小的“AI”标识"),
    "save_behind": ("Own background picture…", "自己的背景图片……"),
    "save_behind_named": ("Background: {name}", "背景：{name}"),
    "take_more": ("Or take more", "或者带走更多"),
    "take_make": ("Make and download", "生成并下载"),
    "take_progress": ("How far it is", "进度"),
    "take_moving": ("Animation: {name} ({format})", "动图：{name}（{format}）"),
    "take_busy": ("Many packs are being made just now; try again in a minute.", "正在生成的内容较多，请稍后再试。"),
    "take_lost": ("This pack could not be made or was fetched already; make it again.", "没能生成或已经取走，请重新生成。"),
    "save_size": ("Size", "尺寸"),
    "save_pixels": ("{size} px", "{size} 像素"),
    "save_transparent": ("Transparent background", "透明背景"),
    "saved": ("Downloaded. The picture carries its own code, so it can be opened here again.",
              "已下载。图片里带有头像代码，可以再次在这里打开。"),
    "link": ("Copy link", "复制链接"),
    "link_copied": ("Link copied. It opens this very avatar, on any machine that reaches this page.",
                    "链接已复制。在任何能打开本页的设备上，它都会打开这个头像。"),
    "link_by_hand": ("Copy this link:", "请复制这个链接："),
    "close": ("Close", "关闭"),
    # words
    "say": ("Describe your avatar, or what to change", "用一句话描述头像，或说出要改什么"),
    "say_example": ("Try: long pink twin tails, green eyes, no glasses", "试试：粉色双马尾，绿眼睛，不戴眼镜"),
    "say_go": ("Apply", "应用"),
    "say_understood": ("What was understood", "听懂了的内容"),
    "say_unknown": ("Not understood: {words}", "没有听懂：{words}"),
    "say_nothing": ("Write a few words first, such as: long pink hair, green eyes.", "请先写几个词，例如：粉色长发，绿眼睛。"),
    "say_long": ("That is more than is read at once; write a shorter sentence.", "一次写得太多了，请写短一点。"),
    "say_lost": ("Nothing of that is something an avatar has; try: long pink hair, green eyes.", "这些都不是头像能有的特征；试试：粉色长发，绿眼睛。"),
    # photo
    "photo": ("Start from a photo", "从照片开始"),
    "photo_hint": ("Drop, paste or choose a portrait.", "拖入、粘贴或选择一张人像照片。"),
    "photo_choose": ("Choose a photo", "选择照片"),
    "photo_camera": ("Use the camera", "使用摄像头"),
    "photo_snap": ("Take the picture", "拍照"),
    "photo_cancel": ("Cancel", "取消"),
    "photo_examples": ("or try", "或试试"),
    "photo_example": ("Example photo {number}", "示例照片 {number}"),
    "photo_private": ("Your photo stays in this machine's memory for a moment and is never written to disk. “Clear” removes it from this page too.",
                      "照片只在这台机器的内存中停留片刻，从不写入磁盘；点“清除”也会把它从本页移除。"),
    "photo_clear": ("Clear the photo", "清除照片"),
    "photo_cleared": ("The photo is gone from this page's memory; it never was on disk. Your avatar stays.",
                      "照片已从本页内存中清除，也从未写入磁盘；头像保留。"),
    "photo_yours": ("Your photo, with the face that was read", "你的照片和读取到的脸"),
    "photo_reading": ("Looking at your photo…", "正在看你的照片……"),
    "photo_read": ("Done: your avatar took over what the photo shows. Click a word to change it.", "完成：头像已采用照片中的特征，点击词语即可修改。"),
    "photo_chips": ("What was read from the photo", "从照片读取的内容"),
    "chip": ("{name}: {value}", "{name}：{value}"),
    "chip_change": ("Change this", "修改这一项"),
    "chip_unsure": ("This could not be seen; choose it yourself", "看不清这一项，请自己选择"),
    "photo_everyone": ("Everyone together", "所有人合影"),
    "photo_everyone_save": ("Download all {count}", "下载全部 {count} 个"),
    "photo_unsure": ("Not sure about: {names}. These stand at their default; set them as you like.",
                     "无法确定：{names}。它们保持默认值，可自行调整。"),
    "photo_faces": ("Several faces were found. Choose one:", "发现了多张脸，请选择："),
    "photo_face": ("Face {number}", "第 {number} 张脸"),
    "photo_reopened": ("This picture was made here: its avatar is open again.", "这张图片出自本工坊，已重新打开它的头像。"),
    # editor
    "groups": ("Parts of the avatar", "头像的各个部分"),
    "lock": ("Keep this when rolling the dice", "掷骰子时保留这一部分"),
    "locked": ("Kept", "已保留"),
    "unlocked": ("Keep", "保留"),
    "reset": ("Reset", "重置"),
    "reset_long": ("Put this part back to its default", "将这一部分恢复默认"),
    "more": ("More", "更多"),
    "fine": ("Fine-tune the colour", "微调颜色"),
    "colour": ("{name} colour", "{name}颜色"),
    "skin": ("Skin colour", "肤色"),
    "hue": ("Hue", "色相"),
    "saturation": ("Saturation", "饱和度"),
    "lightness": ("Lightness", "亮度"),
    "background": ("Background", "背景"),
    "background_colour": ("Background colour", "背景颜色"),
    "background_own": ("Own colour", "自选颜色"),
    "background_transparent": ("Transparent", "透明"),
    "background_plain": ("Plain", "纯色"),
    "background_gradient": ("Gradient", "渐变"),
    "background_dots": ("Dots", "波点"),
    "background_rays": ("Rays", "光芒"),
    # what can go wrong
    "no_connection": ("The studio does not answer. Trying again; what you made is safe here.",
                      "工坊没有回应，正在重试；你的头像还在。"),
    "no_camera": ("There is no camera to use here, or the browser was not allowed to; choose a photo instead.",
                  "没有可用的摄像头，或浏览器未获许可；请改为选择照片。"),
    "photo_too_large": ("This file is larger than {megabytes} MB; choose a smaller photo.",
                        "文件大于 {megabytes} MB，请选择小一点的照片。"),
    "photo_unreadable": ("The photo did not arrive whole; choose it again.", "照片没有完整送达，请重新选择。"),
    "bad_code": ("This avatar link is damaged or incomplete; copy it again, whole.",
                 "这个头像链接已损坏或不完整，请重新完整复制。"),
    "bad_avatar": ("These are not values of an avatar, so nothing was changed.", "这些不是头像的数值，因此没有做任何改动。"),
    "broken": ("Something went wrong here; what you made is safe, try again.", "这里出了点问题；你的头像还在，请再试一次。"),
}


def text(key: str, language: str = "en") -> str:
    """One sentence of the table, in "en" or "zh"."""
    return TEXTS[key][language == "zh"]


def both(key: str) -> dict[str, str]:
    """One sentence in both languages, as the page receives it."""
    return dict(zip(("en", "zh"), TEXTS[key]))
