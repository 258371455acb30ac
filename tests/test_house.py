"""The rules of the house: who may import whom, and what importing costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEPARTMENTS = ("crew", "stage", "cast", "shoot", "render", "refine", "cut")
SHARED = ("documents", "library", "errors", "screenplay")


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Absolute names of what a module imports, wherever in it the import stands."""
    package = path.relative_to(ROOT).with_suffix("").parts
    package = package[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def uses(path: Path, *packages: str) -> set[str]:
    return {n for n in imports(path) for p in packages if n == p or n.startswith(p + ".")}


@pytest.mark.parametrize("path", modules("camera"), ids=lambda p: p.name)
def test_camera_stands_alone(path: Path) -> None:
    assert not uses(path, "filmagent", "bpy", "mathutils", "trimesh.viewer")


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_departments_talk_through_documents_only(department: str) -> None:
    others = [f"filmagent.{d}" for d in DEPARTMENTS if d != department]
    others += ["filmagent.film", "filmagent.cli", "filmagent.blender"]
    for path in modules(f"filmagent/{department}"):
        assert not uses(path, *others), path


def test_the_library_is_below_the_departments() -> None:
    above = [f"filmagent.{d}" for d in (*DEPARTMENTS, "film", "cli", "blender")]
    for folder in SHARED:
        for path in modules(f"filmagent/{folder}"):
            assert not uses(path, *above), path


def test_only_blender_touches_bpy() -> None:
    for path in modules("filmagent"):
        if "blender" not in path.relative_to(ROOT).parts:
            assert not uses(path, "bpy", "mathutils"), path


def test_blender_imports_only_what_a_blender_has() -> None:
    allowed = {
        "bpy",
        "bmesh",
        "addon_utils",
        "bpy_extras",
        "mathutils",
        "numpy",
        "filmagent",
        *sys.stdlib_module_names,
    }
    for path in modules("filmagent/blender"):
        names = {n.split(".")[0] for n in imports(path)}
        assert names <= allowed, (path, names - allowed)
        assert all(n.startswith("filmagent.blender") for n in uses(path, "filmagent")), path


def test_only_the_command_line_and_the_front_door_know_the_film() -> None:
    for path in modules("filmagent"):
        parts = path.relative_to(ROOT / "filmagent").parts
        if parts[0] not in ("film", "cli.py", "cli", "__init__.py", "__main__.py"):
            assert not uses(path, "filmagent.film", "filmagent.cli"), path


@pytest.mark.parametrize("package", ["filmagent", "camera"])
def test_importing_a_front_door_loads_nothing_heavy(package: str) -> None:
    code = (
        f"import sys, {package}\n"
        "heavy = {'torch', 'pydantic', 'bpy', 'numpy', 'scipy', 'trimesh'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_no_pickle_is_loaded_anywhere() -> None:
    for folder in ("filmagent", "camera"):
        for path in modules(folder):
            assert not uses(path, "pickle", "dill", "joblib", "shelve", "marshal"), path
            text = path.read_text(encoding="utf-8")
            assert "allow_pickle=True" not in text, path
