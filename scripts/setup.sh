# Sourced by run.sh and test.sh: one virtual environment, installed again only when the pins have changed.
# A stamp is written after pip has succeeded, so an interrupted set-up is done again.
setup_venv() {
    local name=$1 inputs=$2
    shift 2
    local want stamp=.venv/.align-$name
    # shellcheck disable=SC2086
    want=$(cat $inputs scripts/setup.sh | sha256sum)
    if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
        echo "== .venv is up to date ($name)"
        return
    fi
    [ -x .venv/bin/pip ] || { echo "== making .venv"; "${PYTHON:-python3}" -m venv --clear .venv; }
    echo "== installing what is pinned ($name; some minutes the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
    # Where PYTHONDONTWRITEBYTECODE is set, every start would compile align anew: a quarter of a second.
    .venv/bin/python -m compileall -q align
    echo "$want" > "$stamp"
}
