"""The code that the pages begin with runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from conftest import ROOT

SAMPLE = ROOT / "fixtures/sample"


@pytest.mark.parametrize("page", ["docs/python.md", "bindings/python/README.md"])
def test_the_first_lines_convert_a_url(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None and len(code[1].splitlines()) <= 5
    for name in ("map.csv", "secret.txt"):
        shutil.copy(SAMPLE / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    url = next(line for line in (SAMPLE / "urls.txt").read_text().splitlines() if "signature=" in line)
    exec(code[1], {"url": url})
    assert "/workbook/" in capsys.readouterr().out


def test_the_page_names_every_function_and_every_option() -> None:
    import embed2jwt
    from embed2jwt import spark

    text = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    stubs = (ROOT / "bindings/python/python/embed2jwt/_native.pyi").read_text(encoding="utf-8")
    options = re.findall(r"^    (\w+): .*\| None$", stubs, re.MULTILINE)
    assert "trust_input" in options
    for name in [*embed2jwt.__all__, *options, "spark.convert", "spark.audit"]:
        assert name in text or name == "__version__", name
    assert spark.convert is not spark.audit
