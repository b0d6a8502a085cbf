# Sourced by the scripts: installs the Debian packages that are missing, after saying which.

install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "Installing ${missing[*]} ..." >&2
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "These packages are missing, and only root may install them: ${missing[*]}" >&2; return 1; }
        as_root=(sudo)
    fi
    local quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    "${as_root[@]}" "${quietly[@]}" update >&2
    "${as_root[@]}" "${quietly[@]}" install --yes "${missing[@]}" >&2
}

require_swift() {
    command -v swift >/dev/null && return 0
    echo "There is no 'swift' on the PATH; install the toolchain of Swift 6.3 (https://www.swift.org/install/linux)." >&2
    return 1
}

# What Attendant is linked against.
libraries=(libopenblas-dev libnghttp2-dev libpcre2-dev libssl-dev zlib1g-dev)
