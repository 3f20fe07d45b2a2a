"""Expressions: what a face does to show a feeling, as changes of traits; who it is stays."""
from __future__ import annotations

from ..avatar import Avatar

OPEN = 0.85  # of the eyes, where an expression wants them open and they are not
BEAMING = 0.65  # of eye_smile: from here on shut lids are drawn as a happy arc
ROUND = {"mouth": "tongue", "mouth_smile": 0.0, "mouth_width": -0.6}  # a mouth that is an O: of all open ones the tongue's shows no teeth

# name -> (English, Chinese, traits)
EXPRESSIONS: dict[str, tuple[str, str, dict]] = {
    "happy": ("Happy", "开心", {"mouth_smile": 0.9, "mouth_open": 0.3, "eye_smile": 0.5, "brow_angle": 0.0, "wink": "none", "eye_openness": OPEN}),
    "laugh": ("Laughing", "大笑", {"mouth_smile": 1.0, "mouth_open": 0.9, "eye_openness": 0.0, "eye_smile": 1.0, "brow_height": 0.4, "wink": "none"}),
    "wink": ("Winking", "眨眼", {"wink": "left", "mouth_smile": 0.9, "mouth_open": 0.0, "mouth": "tongue", "eye_openness": OPEN}),
    "sad": ("Sad", "难过", {"mouth": "plain", "mouth_smile": -0.9, "mouth_open": 0.0, "brow_angle": -0.9, "brow_height": 0.3, "eye_openness": 0.65, "eye_smile": 0.0,
                           "gaze_y": -0.4, "pupil": "round", "wink": "none"}),
    "angry": ("Angry", "生气", {"mouth": "plain", "mouth_smile": -1.0, "mouth_open": 0.0, "brow_angle": 1.0, "brow_height": -0.6, "eye_openness": 0.5, "eye_tilt": 0.6,
                               "eye_smile": 0.0, "pupil": "round", "wink": "none"}),
    "surprised": ("Surprised", "惊讶", {**ROUND, "mouth_open": 0.7, "brow_height": 1.0, "eye_openness": 1.0, "eye_smile": 0.0, "wink": "none"}),
    "sleepy": ("Sleepy", "困了", {**ROUND, "mouth_open": 0.35, "brow_angle": -0.5, "brow_height": 0.3, "eye_openness": 0.0, "eye_tilt": -0.2, "eye_smile": 0.0,
                                 "wink": "none"}),
    "shy": ("Shy", "害羞", {"blush": 1.0, "mouth_smile": 0.4, "mouth_open": 0.0, "brow_angle": -0.5, "gaze_x": 0.7, "gaze_y": -0.5, "wink": "none",
                           "eye_openness": 0.75}),
    "love": ("In love", "心动", {"pupil": "heart", "blush": 0.9, "mouth_smile": 1.0, "mouth_open": 0.6, "eye_openness": 1.0, "eye_smile": 0.0, "wink": "none"}),
}

TOLD_BY_EYES = ("laugh", "wink", "sad", "sleepy", "shy", "love")


def express(avatar: Avatar, name: str) -> Avatar:
    """The avatar with one of EXPRESSIONS on its face; without sunglasses where the eyes tell it."""
    bare = {"glasses": "none"} if name in TOLD_BY_EYES and avatar.traits["glasses"] == "sun" else {}
    return avatar.edit(**EXPRESSIONS[name][2], **bare)


def open_eyes(avatar: Avatar) -> Avatar:
    """The avatar without a wink, its eyes opened if they are shut: shut eyes can neither blink nor look around."""
    openness = avatar.traits["eye_openness"]
    return avatar.edit(wink="none", eye_openness=openness if openness >= 0.2 else OPEN)


def blink(avatar: Avatar, share: float = 0.0) -> Avatar:
    """The avatar with its eyes as far open as this share of what they are, in the midst of a blink; 0: shut.

    Shut lids hang in a soft bow or, where the eyes smile, rise in a happy arc: in between they would be a straight line, which looks stern.
    """
    if share == 0:
        return avatar.edit(eye_openness=0.0, eye_smile=1.0 if avatar.traits["eye_smile"] > BEAMING else 0.0)
    return avatar.edit(eye_openness=avatar.traits["eye_openness"] * share)
