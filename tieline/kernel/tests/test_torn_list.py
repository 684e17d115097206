"""Does a start survive a list of the server's users that a kill left half written?"""

from __future__ import annotations

from pathlib import Path

from tieline.kernel.database import forget_torn_list


def test_a_torn_list_is_put_away_and_a_whole_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / ".handle_pids.json"
    forget_torn_list(tmp_path)

    path.write_text("[12, 3]")
    forget_torn_list(tmp_path)
    assert path.read_text() == "[12, 3]"

    path.write_text("")
    forget_torn_list(tmp_path)
    assert not path.exists()
