"""Expressions: what a face does to show a feeling, as changes of traits; who it is stays."""
from __future__ import annotations

from ..avatar import Avatar

OPEN = 0.85  # of the eyes, where an expression wants them open and they are not

# name -> (English, Chinese, traits)
EXPRESSIONS: dict[str, tuple[str, str, dict]] = {
    "happy": ("Happy", "开心", {"mouth_smile": 0.9, "mouth_open": 0.3, "eye_smile": 0.5, "brow_angle": 0.0, "wink": "none", "eye_openness": OPEN}),
    "laugh": ("Laughing", "大笑", {"mouth_smile": 1.0, "mouth_open": 0.9, "eye_openness": 0.0, "eye_smile": 1.0, "brow_height": 0.4, "wink": "none"}),
    "wink": ("Winking", "眨眼", {"wink": "left", "mouth_smile": 0.9, "mouth_open": 0.0, "mouth": "tongue", "eye_openness": OPEN}),
    "sad": ("Sad", "难过", {"mouth": "plain", "mouth_smile": -0.9, "mouth_open": 0.0, "brow_angle": -0.9, "brow_height": 0.3, "eye_openness": 0.65, "eye_smile": 0.0,
                           "gaze_y": -0.4, "pupil": "round", "wink": "none"}),
    "angry": ("Angry", "生气", {"mouth": "plain", "mouth_smile": -1.0, "mouth_open": 0.0, "brow_angle": 1.0, "brow_height": -0.6, "eye_openness": 0.5, "eye_tilt": 0.6,
                               "eye_smile": 0.0, "pupil": "round", "wink": "none"}),
    "surprised": ("Surprised", "惊讶", {"mouth_open": 0.9, "mouth_smile": 0.0, "mouth_width": -0.5, "brow_height": 1.0, "eye_openness": 1.0, "eye_smile": 0.0,
                                       "wink": "none"}),
    "sleepy": ("Sleepy", "困了", {"mouth": "plain", "mouth_smile": 0.0, "mouth_open": 0.35, "mouth_width": -0.5, "brow_angle": -0.7, "eye_openness": 0.08,
                                 "eye_tilt": -0.7, "eye_smile": 0.0, "wink": "none"}),
    "shy": ("Shy", "害羞", {"blush": 1.0, "mouth_smile": 0.4, "mouth_open": 0.0, "brow_angle": -0.5, "gaze_x": 0.7, "gaze_y": -0.5, "wink": "none",
                           "eye_openness": 0.75}),
    "love": ("In love", "心动", {"pupil": "heart", "blush": 0.9, "mouth_smile": 1.0, "mouth_open": 0.6, "eye_openness": 1.0, "eye_smile": 0.0, "wink": "none"}),
}


def express(avatar: Avatar, name: str) -> Avatar:
    """The avatar with one of EXPRESSIONS on its face."""
    return avatar.edit(**EXPRESSIONS[name][2])


def open_eyes(avatar: Avatar) -> Avatar:
    """The avatar without a wink, its eyes opened if they are shut: shut eyes can neither blink nor look around."""
    openness = avatar.traits["eye_openness"]
    return avatar.edit(wink="none", eye_openness=openness if openness >= 0.2 else OPEN)
