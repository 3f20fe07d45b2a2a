"""Gradio's own theme, made quiet: system fonts and the page's two grounds. The page's looks are in static/*.css."""
from __future__ import annotations

from gradio.themes import Base

FONTS = ("ui-rounded", "SF Pro Rounded", "Hiragino Maru Gothic ProN", "system-ui", "Segoe UI", "PingFang SC", "Microsoft YaHei",
         "Noto Sans CJK SC", "sans-serif")


def theme() -> Base:
    """A theme that loads nothing: the default ones ask for web fonts."""
    return Base(font=FONTS, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill="#fdf4ee", body_background_fill_dark="#221b29",
        body_text_color="#43324b", body_text_color_dark="#f5edf4",
    )
