"""Set-up: what the locks promise, and what scripts/set-up.sh does when things are missing.

The scripts run for real, in a copy of the project, with a stand-in for Python that notes what it is
asked to install instead of downloading it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("uv", "core", "dev", "spark")
PIN = re.compile(r"([a-z0-9-]+)==([0-9][\w.]*)(?: ; ([^\\]+?))?(?: \\)?")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")

PYTHON = """\
#!/bin/sh
echo "$*" >>"$STAND/asked"
case "$*" in
    "-c import ensurepip") [ ! -e "$STAND/no-ensurepip" ]; exit ;;
    "-m pip config list") [ -z "$REAL_PIP_CONFIG" ] || exec "$REAL" "$@"; exit ;;
    -c*) exec "$REAL" "$@" ;;
esac
echo "python $* [index ${PIP_INDEX_URL:-none}]" >>"$STAND/log"
case "$*" in
    "-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python; sleep 0.2 ;;
    "-m pip list"*) printf 'Left.Over==1\\nPyDantic_Core==1\\n' ;;
    "-m pip install"*locks/uv.txt) cp "$STAND/bin/uv" .venv/bin/uv ;;
    "-m pip install"*--editable*) cp "$STAND/bin/wutong" .venv/bin/wutong ;;
    "-m pip install"*) [ ! -e "$STAND/no-network" ] ;;
esac
"""
UV = """\
#!/bin/sh
echo "uv $* [index ${UV_DEFAULT_INDEX:-none}]" >>"$STAND/log"
[ ! -e "$STAND/uv-fails" ] || exit 2
case "$*" in *--editable*) cp "$STAND/bin/wutong" .venv/bin/wutong ;; esac
"""
WUTONG = """\
#!/bin/sh
printf '<%s>' "$@"
"""
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >>"$STAND/log"
case "$1" in install) rm -f "$STAND/no-ensurepip" ;; esac
"""
DPKG_QUERY = """\
#!/bin/sh
[ -e "$STAND/has-packages" ] && echo 'install ok installed'
"""
MAKE = """\
#!/bin/sh
echo "make $* [require $WUTONG_REQUIRE]" >>"$STAND/log"
exit 3
"""


@dataclass(frozen=True)
class Bench:
    """A copy of the project with stand-ins first on its path."""

    project: Path
    stand: Path

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.project, env=self.env(settings), capture_output=True, text=True, timeout=60
        )

    def env(self, settings: Mapping[str, str]) -> dict[str, str]:
        path = f"{self.stand / 'bin'}:{os.environ['PATH']}"
        home = str(self.stand)
        return {
            "PATH": path,
            "HOME": home,
            "STAND": home,
            "REAL": sys.executable,
            "LANG": "C.UTF-8",
            **settings,
        }

    def set_up(self, which: str = "core", **settings: str) -> subprocess.CompletedProcess[str]:
        return self.run("sh", "scripts/set-up.sh", which, **settings)

    def log(self) -> list[str]:
        path = self.stand / "log"
        return path.read_text().splitlines() if path.exists() else []

    def flag(self, name: str) -> None:
        (self.stand / name).touch()

    def tool(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "project", tmp_path / "stand")
    made.project.mkdir()
    for name in ("pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, made.project)
    for name in ("locks", "scripts", ".ci"):
        shutil.copytree(ROOT / name, made.project / name)
    tools = {
        "python3": PYTHON,
        "uv": UV,
        "wutong": WUTONG,
        "apt-get": APT_GET,
        "dpkg-query": DPKG_QUERY,
        "id": "#!/bin/sh\necho 0\n",
    }
    for name, text in tools.items():
        made.tool(made.stand / "bin" / name, text)
    return made


def pins(lock: str) -> dict[str, list[tuple[str, str]]]:
    """Name → (version, marker) of each pin; a name has two where a marker splits it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (ROOT / "locks" / f"{lock}.txt").read_text().splitlines():
        if match := PIN.fullmatch(line):
            found.setdefault(match[1], []).append((match[2], match[3] or ""))
    return found


def requirements(*groups: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = list(project["project"]["dependencies"]) if "core" in groups else []
    for group in groups:
        named += project["dependency-groups"].get(group, [])
        named += project["project"]["optional-dependencies"].get(group, [])
    return [Requirement(text) for text in named]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_their_sha256_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / "locks" / f"{lock}.txt").read_text().splitlines()
    strange = [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)]
    unhashed = [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.fullmatch(line) and not HASH.fullmatch(after)
    ]
    assert not strange
    assert not unhashed
    assert pins(lock)


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        ("uv", ("uv",)),
        ("core", ("core", "set-up")),
        ("dev", ("core", "set-up", "dev")),
        ("spark", ("core", "spark")),
    ],
)
def test_a_lock_satisfies_every_requirement_of_the_project(lock: str, groups: tuple[str, ...]) -> None:
    locked = pins(lock)
    wanted = requirements(*groups)
    unmet = [
        str(requirement)
        for requirement in wanted
        if not locked.get(canonicalize_name(requirement.name))
        or not all(requirement.specifier.contains(v) for v, _ in locked[canonicalize_name(requirement.name)])
    ]
    assert wanted
    assert not unmet


def test_the_build_backend_is_locked_so_that_nothing_is_downloaded_to_build() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    backend = [Requirement(text) for text in project["build-system"]["requires"]]
    assert all(pins("core")[r.name][0][0] in r.specifier for r in backend)


def test_tests_run_on_the_very_versions_that_are_served() -> None:
    dev = pins("dev")
    assert {name: dev.get(name) for name in pins("core")} == pins("core")


@pytest.mark.parametrize("name", ["locks", "scripts", "Makefile", ".ci"])
def test_set_up_names_no_host_and_no_folder_of_one_machine(name: str) -> None:
    place = ROOT / name
    files = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
    text = "\n".join(p.read_text() for p in files)
    assert text
    assert not re.findall(r"\w+://\S*", text)
    assert not re.findall(r"(?<![\w.$}])/(?:home|root|opt|tmp|mnt|srv|work|Users)\b", text)


def test_no_lock_that_carries_registry_addresses_is_kept() -> None:
    assert not [n for n in ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock") if (ROOT / n).exists()]


def test_every_install_from_a_network_demands_hashes_and_builds_nothing(bench: Bench) -> None:
    assert bench.set_up().returncode == 0
    bench.flag("uv-fails")
    assert bench.set_up("dev").returncode == 0
    installs = [line for line in bench.log() if re.search(r"pip (install|sync)", line)]
    from_network = [line for line in installs if "--no-index" not in line]
    local = [line for line in installs if "--no-index" in line]
    assert any(line.startswith("uv pip sync") for line in from_network)
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in from_network)
    assert local
    assert all("--editable ." in line and "--no-build-isolation" in line for line in local)


def test_a_second_set_up_installs_nothing_and_starts_no_python(bench: Bench) -> None:
    first = bench.set_up()
    asked = (bench.stand / "asked").read_text()
    second = bench.set_up()
    assert first.returncode == second.returncode == 0
    assert "-m venv" in asked
    assert (bench.stand / "asked").read_text() == asked
    assert second.stdout == second.stderr == ""


def test_run_needs_no_set_up_after_test_but_test_does_after_run(bench: Bench) -> None:
    bench.set_up("core")
    after_core = len(bench.log())
    bench.set_up("dev")
    after_dev = len(bench.log())
    bench.set_up("core")
    assert after_core < after_dev == len(bench.log())


@pytest.mark.parametrize("name", ["locks/core.txt", "locks/uv.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed(bench: Bench, name: str) -> None:
    bench.set_up()
    seen = len(bench.log())
    with (bench.project / name).open("a") as file:
        file.write("\n")
    assert bench.set_up().returncode == 0
    assert any(line.startswith("uv pip sync") for line in bench.log()[seen:])


def test_a_moved_folder_gets_a_new_venv(bench: Bench) -> None:
    bench.set_up()
    moved = Bench(bench.project.rename(bench.project.with_name("搬 家")), bench.stand)
    seen = len(moved.log())
    assert moved.set_up().returncode == 0
    assert any(line.startswith("python -m venv") for line in moved.log()[seen:])


def test_pip_takes_over_when_uv_fails_and_removes_what_the_lock_does_not_name(bench: Bench) -> None:
    bench.flag("uv-fails")
    done = bench.set_up()
    assert done.returncode == 0
    assert "pip" in done.stderr
    log = "\n".join(bench.log())
    assert "--require-hashes --only-binary :all: -r locks/core.txt" in log
    assert re.findall(r"uninstall --quiet --yes (\S+)", log) == ["setuptools", "left-over"]


def test_a_set_up_that_failed_is_tried_again_and_says_what_to_do(bench: Bench) -> None:
    for name in ("uv-fails", "no-network"):
        bench.flag(name)
    failed = bench.set_up()
    assert failed.returncode == 1
    assert "WHEELHOUSE" in failed.stderr
    assert "UV_DEFAULT_INDEX" in failed.stderr
    for name in ("uv-fails", "no-network"):
        (bench.stand / name).unlink()
    seen = len(bench.log())
    assert bench.set_up().returncode == 0
    assert len(bench.log()) > seen


def test_a_venv_left_half_changed_is_not_taken_for_the_old_lock(bench: Bench) -> None:
    bench.set_up()
    lock = bench.project / "locks" / "core.txt"
    old = lock.read_text()
    lock.write_text(old + "\n")
    for name in ("uv-fails", "no-network"):
        bench.flag(name)
    bench.set_up()
    lock.write_text(old)
    (bench.stand / "uv-fails").unlink()
    seen = len(bench.log())
    assert bench.set_up().returncode == 0
    assert any(line.startswith("uv pip sync") for line in bench.log()[seen:])


def test_two_set_ups_at_once_install_once(bench: Bench) -> None:
    command = ["sh", "scripts/set-up.sh", "core"]
    running = [
        subprocess.Popen(command, cwd=bench.project, env=bench.env({}), stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum(line.startswith("python -m venv") for line in bench.log()) == 1
    assert sum(line.startswith("uv pip sync") for line in bench.log()) == 1
    assert sum("[1/4]" in text for text in said) == 1


def test_without_root_the_one_command_is_printed_and_nothing_is_made(bench: Bench) -> None:
    bench.flag("no-ensurepip")
    bench.tool(bench.stand / "bin" / "id", "#!/bin/sh\necho 1000\n")
    bench.tool(bench.stand / "bin" / "sudo", "#!/bin/sh\nexit 1\n")
    told = bench.set_up()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = (
        f"apt-get update && apt-get install -y --no-install-recommends python{version}-venv ca-certificates"
    )
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1] == f"    sudo sh -c '{command}'"
    assert bench.log() == []
    assert not (bench.project / ".venv").exists()


def test_root_installs_what_debian_left_out(bench: Bench) -> None:
    bench.flag("no-ensurepip")
    assert bench.set_up().returncode == 0
    assert next(line for line in bench.log() if line.startswith("apt-get")) == "apt-get update"
    assert any(re.match(r"apt-get install -y .*python3\.\d+-venv", line) for line in bench.log())


def test_a_python_that_is_too_old_is_refused(bench: Bench) -> None:
    bench.tool(bench.stand / "bin" / "old-python", "#!/bin/sh\nexit 1\n")
    told = bench.set_up(PYTHON="old-python")
    assert told.returncode == 1
    assert "3.11" in told.stderr


@pytest.mark.parametrize(
    "settings",
    [
        {"UV_DEFAULT_INDEX": "mirror/simple"},
        {"UV_DEFAULT_INDEX": "office=mirror/simple"},
        {"UV_INDEX_URL": "mirror/simple"},
        {"PIP_INDEX_URL": "mirror/simple"},
        {"PIP_CONFIG_FILE": "pip.conf"},
    ],
)
def test_a_mirror_set_for_uv_or_for_pip_serves_both(bench: Bench, settings: dict[str, str]) -> None:
    conf = bench.stand / "pip.conf"
    conf.write_text("[global]\nindex-url = mirror/simple\n")
    if "PIP_CONFIG_FILE" in settings:
        settings = {"PIP_CONFIG_FILE": str(conf)}
    assert bench.set_up(REAL_PIP_CONFIG="yes", **settings).returncode == 0
    by_pip = [line for line in bench.log() if "locks/uv.txt [" in line]
    by_uv = [line for line in bench.log() if line.startswith("uv pip sync")]
    # uv takes the older UV_INDEX_URL, and pip its own file, without being told.
    told_pip = [] if "PIP_CONFIG_FILE" in settings else by_pip
    told_uv = [] if "UV_INDEX_URL" in settings else by_uv
    assert by_pip
    assert by_uv
    assert [line for line in told_pip if "[index mirror/simple]" not in line] == []
    assert [line for line in told_uv if "mirror/simple]" not in line] == []


def test_a_wheelhouse_that_is_not_there_is_named(bench: Bench) -> None:
    told = bench.set_up(WHEELHOUSE="no/such/folder")
    assert told.returncode == 1
    assert "no/such/folder" in told.stderr
    assert "make wheelhouse" in told.stderr


def test_a_wheelhouse_with_another_pip_than_the_lock_names_is_refused(bench: Bench) -> None:
    (bench.stand / "wheels").mkdir()
    (bench.stand / "wheels" / "pip-99.0-py3-none-any.whl").write_bytes(b"not the one")
    told = bench.set_up(WHEELHOUSE=str(bench.stand / "wheels"))
    assert told.returncode == 1
    assert "make wheelhouse" in told.stderr
    assert not (bench.project / ".venv").exists()


def test_make_run_hands_on_the_zone_and_the_port_whatever_the_name(bench: Bench) -> None:
    named = bench.run("make", "run", "ZONE=我的 zone's", "PORT=9000")
    plain = bench.run("make", "run")
    assert named.stdout == "<serve><我的 zone's><--port><9000>"
    assert plain.stdout == "<serve><--port><8421>"


def test_make_test_runs_everything_and_fails_when_one_part_fails(bench: Bench) -> None:
    bench.set_up("dev")
    for name in ("ruff", "mypy", "pytest"):
        bench.tool(bench.project / ".venv" / "bin" / name, f'#!/bin/sh\necho "ran {name} $*"\n')
    good = bench.run("make", "test", "ARGS=-k 'a or b'")
    bench.tool(bench.project / ".venv" / "bin" / "mypy", "#!/bin/sh\nexit 1\n")
    bad = bench.run("make", "test")
    assert good.returncode == 0
    assert [line for line in good.stdout.splitlines() if line.startswith("ran")] == [
        "ran ruff check .",
        "ran ruff format --check .",
        "ran mypy ",
        "ran pytest -n auto -k a or b",
    ]
    assert bad.returncode != 0
    assert "ran pytest" in bad.stdout
    assert "mypy" in bad.stderr


@pytest.mark.parametrize("shared", [True, False])
def test_ci_demands_browser_cluster_and_shared_data_and_reports_failure(bench: Bench, shared: bool) -> None:
    bench.tool(bench.stand / "bin" / "make", MAKE)
    if shared:
        (bench.project.parent / "shared").mkdir()
    done = bench.run("bash", ".ci/run", CI="true")
    wanted = "browser,spark,shared" if shared else "browser,spark"
    assert done.returncode == 3
    assert bench.log()[:2] == [
        "apt-get update -q",
        "apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk openjdk-17-jre-headless",
    ]
    assert bench.log()[-2].startswith(
        "python -m pip install --quiet --require-hashes --requirement locks/spark.txt"
    )
    assert bench.log()[-1] == f"make test [require {wanted}]"


def test_ci_installs_nothing_that_is_there(bench: Bench) -> None:
    bench.tool(bench.stand / "bin" / "make", MAKE)
    bench.flag("has-packages")
    bench.run("bash", ".ci/run", CI="true")
    assert bench.log()
    assert not [line for line in bench.log() if line.startswith("apt-get")]


def test_help_names_every_target(bench: Bench) -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony
    shown = bench.run("make").stdout
    assert [name for name in phony[1].split() if f"make {name} " not in shown] == []
