"""The kernel is assembled when its text changes, and where it cannot be the build says so and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.tools import kernel


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kernel.wat"
    path.write_bytes(kernel.SOURCE.read_bytes())
    monkeypatch.setattr(kernel, "SOURCE", path)
    monkeypatch.setattr(kernel, "FOLDER", tmp_path / "made")
    return path


def made(source: Path) -> list[Path]:
    return list((source.parent / "made").iterdir())


def both(content: bytes) -> dict[str, bytes]:
    return {kernel.PLAIN: content, kernel.FUSED: content}


def test_they_are_assembled_once_for_each_text(source: Path, dist: Path) -> None:
    files = kernel.kernel_files()
    assert files == {name: (dist / name).read_bytes() for name in (kernel.PLAIN, kernel.FUSED)}
    assert all(content.startswith(b"\0asm") for content in files.values())
    (first,) = made(source)
    for path in first.iterdir():
        path.write_bytes(b"as it was")
    assert kernel.kernel_files() == both(b"as it was")
    source.write_text("(module)", encoding="utf-8")
    assert kernel.kernel_files() == both(b"\0asm\1\0\0\0")
    assert first not in made(source)
    assert len(made(source)) == 1


def test_in_the_second_every_product_and_its_sum_are_one_instruction(source: Path) -> None:
    text = source.read_text("utf-8")
    products = text.count("(f32x4.mul (local.get $weight")
    assert products == 9
    assert kernel.fused(text).count("f32x4.relaxed_madd") == products
    assert kernel.fused(text).count("f32x4.mul") == text.count("f32x4.mul") - products
    sums = [line for line in text.splitlines() if "$right3 (f32x4.add" in line]
    assert [kernel.fused(line).strip() for line in sums] == [
        "(local.set $right3 (f32x4.relaxed_madd (local.get $weight) (local.get $right) (local.get $right3)))"
    ]
    files = kernel.kernel_files()
    assert files[kernel.PLAIN] != files[kernel.FUSED]


def test_without_the_assembler_the_build_goes_on(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kernel, "ASSEMBLER", source.parent / "none")
    assert kernel.kernel_files() == both(b"")
    assert "without the fast kernel" in capsys.readouterr().out


def test_a_text_that_is_wrong_is_told_and_nothing_of_it_is_kept(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.write_text("(module (func $lost", encoding="utf-8")
    assert kernel.kernel_files() == both(b"")
    assert "kernel.wat:1" in capsys.readouterr().out
    assert made(source) == []
