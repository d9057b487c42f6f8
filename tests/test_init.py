"""`remit init`: a register of one's own that is whole, checks clean and tests itself."""

from __future__ import annotations

from pathlib import Path

from conftest import RunRemit


def test_a_register_puts_its_own_files_over_the_frame(register_copy: Path, remit: RunRemit) -> None:
    """Without a custom_dir the frame of the package stands alone; with one, its files go first."""
    icon = Path("assets/images/favicon.svg")
    assert remit("build", "--no-documents", "--no-search").returncode == 0
    shipped = (register_copy / "site" / icon).read_bytes()
    style = (register_copy / "site/assets/stylesheets/remit.css").read_bytes()
    own = register_copy / "theme" / icon
    own.parent.mkdir(parents=True)
    own.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    host = register_copy / "mkdocs.yml"
    host.write_text(host.read_text("utf-8").replace("  name: material\n", _WITH_OWN), "utf-8")
    done = remit("build", "--no-documents", "--no-search")
    assert done.returncode == 0, done.stderr
    assert (register_copy / "site" / icon).read_bytes() == own.read_bytes() != shipped
    assert (register_copy / "site/assets/stylesheets/remit.css").read_bytes() == style


_WITH_OWN = "  name: material\n  custom_dir: theme\n"
