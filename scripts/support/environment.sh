# Sourced by the scripts after packages.sh: makes a Python virtual environment hold what a requirements file pins.

set_up_environment() {
    local environment=$1 requirements=$2 description=$3
    install_packages python3-venv
    [ -x "$environment/bin/python" ] || python3 -m venv "$environment"
    # The copy says what was installed last, so that changed versions are installed and the same ones are not looked for again.
    cmp --quiet "$requirements" "$environment/installed-requirements.txt" && return 0
    echo "Setting up $description in $environment ..." >&2
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$environment/installed-requirements.txt"
}
