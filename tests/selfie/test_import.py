"""The page must start where OpenCV cannot load (slim containers have no libGL), and say so where MediaPipe cannot."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_importing_loads_neither_mediapipe_nor_opencv():
    assert run("import sys, avatar_studio.selfie; print({'mediapipe', 'cv2', 'matplotlib'} & set(sys.modules))").strip() == "set()"


def test_reading_works_without_opencv_and_matplotlib():
    print_glasses = "from avatar_studio.selfie import read; print(read(open('tests/photos/p01.jpg', 'rb').read()).values['glasses'])"
    blocked = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('cv2', 'matplotlib'):
            raise ImportError('libGL.so.1: cannot open shared object file')
sys.meta_path.insert(0, Missing())
{print_glasses}
assert 'cv2' not in sys.modules and 'matplotlib' not in sys.modules
"""
    assert run(blocked) == run(print_glasses)


def test_where_mediapipe_cannot_open_its_models_the_page_runs_on_and_a_photo_says_so():
    code = """
import mediapipe
from avatar_studio.selfie import faces
solutions = faces._import_solutions()
def refuse(*_, **__):
    raise FileNotFoundError('The path does not exist.')
solutions.face_mesh.FaceMesh = refuse
from avatar_studio.web.page import prepare
prepare()
try:
    faces.preload()
except faces.SelfieError as error:
    print(error.key)
"""
    assert run(code).strip().endswith("no_reader")


def test_without_mediapipe_one_sentence_says_what_to_do():
    code = """
import sys
sys.modules['mediapipe'] = None
from avatar_studio.selfie import read, SelfieError
try:
    read(open('tests/photos/p02.jpg', 'rb').read())
except SelfieError as error:
    print(error.key, error)
"""
    assert run(code).startswith("no_reader ") and "pip install" in run(code)
