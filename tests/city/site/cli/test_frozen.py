"""What is removed while it is being copied is copied all the same."""

import time

from chengan.city.site.cli import frozen


def test_removed_new_and_growing_files_are_all_there(tmp_path):
    lake = tmp_path / "lake" / "tail"
    lake.mkdir(parents=True)
    (lake / "old").write_text("old")
    (lake / "grows").write_text("first ")
    with frozen.frozen(tmp_path, ["lake", "uploads"]) as kept:
        (lake / "old").unlink()
        (lake / "new").write_text("new")
        with (lake / "grows").open("a") as file:
            file.write("second")
        end = time.monotonic() + 10
        while not (kept / "lake/tail/new").exists():
            assert time.monotonic() < end
            time.sleep(0.01)
        (lake / "new").unlink()
        found = {path.name: path.read_text() for path in kept.rglob("*") if path.is_file()}
    assert found == {"old": "old", "grows": "first second", "new": "new"}
    assert not (tmp_path / frozen.NAME).exists()


def test_what_is_not_finished_is_left_out(tmp_path):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "x.part").write_text("half")
    with frozen.frozen(tmp_path, ["lake"]) as kept:
        assert not [path for path in kept.rglob("*") if path.is_file()]
