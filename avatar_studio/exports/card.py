"""A card for 3-D worlds: the picture on an upright square, as binary glTF 2.0 (registry.khronos.org/glTF/specs/2.0, section 4.4)."""
from __future__ import annotations

import json
import struct

import numpy as np

from ..avatar import Avatar
from .marks import fields

JSON_CHUNK, BINARY_CHUNK = 0x4E4F534A, 0x004E4942
FLOAT, SHORT, ARRAY, INDICES = 5126, 5123, 34962, 34963


def card(png: bytes, avatar: Avatar) -> bytes:
    """A .glb of a one-metre square that stands on the ground and faces +z, unlit, seen from both sides, with the PNG inside."""
    corners = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0.5, 1, 0], [-0.5, 1, 0]], dtype="<f4")
    texture = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], dtype="<f4")
    triangles = np.array([0, 1, 2, 0, 2, 3], dtype="<u2")
    pieces = [corners.tobytes(), texture.tobytes(), triangles.tobytes(), png]
    binary, views = b"", []
    for piece, target in zip(pieces, (ARRAY, ARRAY, INDICES, None)):
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(piece), **({"target": target} if target else {})})
        binary += piece + b"\0" * (-len(piece) % 4)
    scene = {
        "asset": {"version": "2.0", "generator": "Avatar Studio", "extras": fields(avatar)},
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "avatar"}],
        "meshes": [{"name": "card", "primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],
        "materials": [{"name": "picture", "doubleSided": True, "alphaMode": "BLEND", "extensions": {"KHR_materials_unlit": {}},
                       "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0, "roughnessFactor": 1}}],
        "textures": [{"source": 0, "sampler": 0}], "images": [{"bufferView": 3, "mimeType": "image/png"}],
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}],
        "accessors": [{"bufferView": 0, "componentType": FLOAT, "count": 4, "type": "VEC3", "min": [-0.5, 0, 0], "max": [0.5, 1, 0]},
                      {"bufferView": 1, "componentType": FLOAT, "count": 4, "type": "VEC2"},
                      {"bufferView": 2, "componentType": SHORT, "count": 6, "type": "SCALAR"}],
        "bufferViews": views, "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(scene, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), JSON_CHUNK) + text + struct.pack("<II", len(binary), BINARY_CHUNK) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
