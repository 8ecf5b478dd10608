#!/bin/sh
# Make .venv hold what the locks name, and nothing else: sh scripts/set-up.sh core|dev
#
# Read from the environment: PYTHON (which Python), WHEELHOUSE (a folder of wheels: no network),
# and what uv and pip themselves read (UV_DEFAULT_INDEX, UV_INDEX_URL, PIP_INDEX_URL, pip.conf).
set -eu

wanted=${1:?core or dev}
cd "$(dirname "$0")/.."
stamp=.venv/set-up
started=$(date +%s)

say() { printf '%s / %s\n' "$1" "$2" >&2; }

fail() {
    say "$1" "$2"
    shift 2
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

key() {
    printf '%s ' "$1"
    { pwd -P; cat locks/uv.txt "locks/$1.txt" pyproject.toml scripts/set-up.sh; } | sha256sum | cut -c 1-64
}

which_python() { "$1" -c 'import sys; print(sys.base_prefix, sys.version)' 2>/dev/null; }

# The dev set holds the core set, so either stamp will do for core.
ready() {
    [ -x .venv/bin/python ] && [ -x .venv/bin/wutong ] && [ -f "$stamp" ] || return 1
    case $(cat "$stamp") in
        "$(key "$wanted")" | "$(key dev)") ;;
        *) return 1 ;;
    esac
    [ -z "${PYTHON:-}" ] || [ "$(which_python "$PYTHON")" = "$(which_python .venv/bin/python)" ]
}

find_python() {
    for name in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$name
            return
        fi
    done
    fail "没有找到 Python 3.11 或更高版本；请安装后重试，或用 PYTHON=路径 指定" \
        "No Python 3.11 or newer was found; install one, or name it with PYTHON=path"
}

# Debian's python3 comes without ensurepip; only its own package manager can add it.
need_ensurepip() {
    "$python" -c 'import ensurepip' 2>/dev/null && return
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    packages="python$version-venv ca-certificates"
    if ! command -v apt-get >/dev/null; then
        fail "这个 Python 没有 venv；请用本系统的软件包管理器安装 python$version 的 venv 与 pip，再重试" \
            "This Python has no venv; install venv and pip for python$version with this system's package manager, then try again"
    fi
    install="apt-get update && apt-get install -y --no-install-recommends $packages"
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null; then as_root="sudo sh -c '$install'"; else as_root="su -c '$install'"; fi
        fail "这个 Python 没有 venv，需要管理员安装一次；请运行下面这条命令，再重试：" \
            "This Python has no venv, and adding it takes root once; run this command, then try again:" "$as_root"
    fi
    say "安装系统软件包：$packages" "Installing system packages: $packages"
    DEBIAN_FRONTEND=noninteractive sh -c "$install" >.set-up.log 2>&1 </dev/null || {
        cat .set-up.log >&2
        fail "系统软件包没有装上（原因见上）；网络恢复后重试，或运行：" \
            "The system packages were not installed (the reason is above); try again, or run:" "$install"
    }
    rm -f .set-up.log
}

# With a wheelhouse pip runs from its own wheel, so that an offline machine needs no ensurepip either.
use_wheelhouse() {
    folder=$(cd "$WHEELHOUSE" 2>/dev/null && pwd -P) ||
        fail "没有文件夹 WHEELHOUSE=$WHEELHOUSE；在联网的机器上用 make wheelhouse 生成" \
            "There is no folder WHEELHOUSE=$WHEELHOUSE; fill one with 'make wheelhouse' where there is a network"
    pip_wheel=
    for wheel in "$folder"/pip-*.whl; do
        [ -f "$wheel" ] && grep -q "$(sha256sum "$wheel" | cut -c 1-64)" "locks/$wanted.txt" && pip_wheel=$wheel
    done
    [ -n "$pip_wheel" ] ||
        fail "$folder 里没有锁定版本的 pip；用同一版本的 make wheelhouse 重新生成" \
            "$folder does not hold the pip that the lock names; fill it again with this version's 'make wheelhouse'"
}

make_venv() {
    [ -n "$pip_wheel" ] || need_ensurepip
    say "[1/4] 建立 .venv" "[1/4] Making .venv"
    if [ -n "$pip_wheel" ]; then
        "$python" -m venv --clear --without-pip .venv
    else
        "$python" -m venv --clear .venv
        # Python 3.11 adds a setuptools that no lock names, and that uv would leave.
        .venv/bin/python -m pip uninstall --quiet --yes setuptools 2>/dev/null || :
    fi
    pwd -P >.venv/place
}

# The scripts of a .venv carry its path, so one that was moved or copied is made again.
venv_works() {
    [ "$(pwd -P)" = "$(cat .venv/place 2>/dev/null)" ] || return 1
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 1
    [ -z "${PYTHON:-}" ] || [ "$(which_python "$PYTHON")" = "$(which_python .venv/bin/python)" ] || return 1
    [ -n "$pip_wheel" ] || .venv/bin/python -m pip --version >/dev/null 2>&1
}

pip() { PYTHONPATH=$pip_wheel .venv/bin/python -m pip "$@"; }

# In pip's own order: the environment, then [install], then [global].
pip_setting() {
    for section in :env: install global; do
        value=$(printf '%s\n' "$pip_settings" | sed -n "s/^$section\.$1=['\"]\(.*\)['\"]\$/\1/p" | sed 's/\\n/ /g; s/^ *//')
        if [ -n "$value" ]; then
            printf '%s' "$value"
            return
        fi
    done
}

# uv does not read pip's settings, nor pip uv's: an office that has set one has set both.
share_settings() {
    pip_settings=$(pip config list 2>/dev/null) || pip_settings=
    uv_index=${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-}}
    pip_index=$(pip_setting index-url)
    if [ -n "$uv_index" ]; then
        # uv allows name=url here, pip does not.
        [ -n "$pip_index" ] || export PIP_INDEX_URL="$(printf '%s' "$uv_index" | sed 's/^[A-Za-z0-9_.-]*=//')"
    elif [ -n "$pip_index" ] && ! grep -qs index "${XDG_CONFIG_HOME:-${HOME:-}/.config}/uv/uv.toml" /etc/uv/uv.toml; then
        export UV_DEFAULT_INDEX="$pip_index"
    fi
    give UV_INDEX "${UV_EXTRA_INDEX_URL:-$(pip_setting extra-index-url)}"
    give UV_FIND_LINKS "$(pip_setting find-links | tr ' ' ',')"
    give UV_INSECURE_HOST "$(pip_setting trusted-host)"
    give UV_HTTP_TIMEOUT "$(pip_setting timeout)$(pip_setting default-timeout)"
    give SSL_CERT_FILE "$(pip_setting cert)"
    give SSL_CLIENT_CERT "$(pip_setting client-cert)"
    give ALL_PROXY "$(pip_setting proxy)"
    [ ! -f /etc/ssl/certs/ca-certificates.crt ] || give UV_SYSTEM_CERTS 1
    # Any index may serve a file, because its hash must be the lock's.
    give UV_INDEX_STRATEGY unsafe-best-match
}

# give NAME VALUE: set it where the user has not.
give() {
    eval "current=\${$1:-}"
    [ -n "$current" ] || [ -z "$2" ] || export "$1=$2"
}

install_with_uv() {
    say "[2/4] 安装 uv" "[2/4] Installing uv"
    pip install --quiet --no-deps --require-hashes --only-binary :all: "$@" -r locks/uv.txt || return 1
    say "[3/4] 用 uv 安装 locks/$wanted.txt" "[3/4] Installing locks/$wanted.txt with uv"
    # A person watches the downloads; a log needs only the errors.
    [ -t 2 ] && quiet= || quiet=--quiet
    .venv/bin/uv pip sync $quiet --python .venv/bin/python --require-hashes --only-binary :all: "$@" \
        locks/uv.txt "locks/$wanted.txt" || return 1
    say "[4/4] 安装 Wutong" "[4/4] Installing Wutong"
    .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-index --no-build-isolation --editable .
}

install_with_pip() {
    say "[3/4] uv 不可用，改用 pip 安装 locks/$wanted.txt（较慢）" "[3/4] uv did not work: installing locks/$wanted.txt with pip (slower)"
    pip install --progress-bar off --no-deps --require-hashes --only-binary :all: "$@" -r "locks/$wanted.txt" || return 1
    # pip does not remove what the lock has dropped.
    for name in $(.venv/bin/python -m pip list --format freeze | sed 's/==.*//' | tr 'A-Z_.' 'a-z--'); do
        grep -q "^$name==" locks/uv.txt "locks/$wanted.txt" || .venv/bin/python -m pip uninstall --quiet --yes "$name"
    done
    say "[4/4] 安装 Wutong" "[4/4] Installing Wutong"
    .venv/bin/python -m pip install --quiet --no-deps --no-index --no-build-isolation --editable .
}

case $wanted in core | dev) ;; *) fail "应为 core 或 dev" "Say core or dev" ;; esac
if ready; then exit 0; fi

# What these would do (another folder, another Python, the user's own packages) is never meant here.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX UV_PYTHON UV_SYSTEM_PYTHON PIP_TARGET PIP_PREFIX PIP_REQUIRE_HASHES
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

[ -w . ] || fail "本用户不能写入 $(pwd)；请换一个自己的文件夹，或改其所有者" \
    "This user cannot write in $(pwd); clone into a folder of your own, or change its owner"
find_python
# The lock belongs to file descriptor 9, which stays open until this script ends.
exec 9>.set-up.lock
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null || {
    say "等待另一个安装结束" "Waiting for another set-up to end"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}
if ready; then exit 0; fi
rm -f "$stamp"

pip_wheel=
[ -z "${WHEELHOUSE:-}" ] || use_wheelhouse
venv_works || make_venv
if [ -n "$pip_wheel" ]; then
    set -- --no-index --find-links "$folder"
else
    share_settings
    if [ "$(pip_setting no-index)" = true ]; then set -- --no-index; else set --; fi
fi
install_with_uv "$@" || install_with_pip "$@" ||
    fail "安装没有完成（原因见上）。联网后重试；内网请设 UV_DEFAULT_INDEX 或 pip.conf，离线请用 WHEELHOUSE=文件夹" \
        "Set-up did not finish (the reason is above). Try again with a network; set UV_DEFAULT_INDEX or pip.conf for a mirror, or WHEELHOUSE=folder offline"

key "$wanted" >"$stamp.new"
mv "$stamp.new" "$stamp"
say "安装完成，用时 $(($(date +%s) - started)) 秒" "Set up in $(($(date +%s) - started)) s"
