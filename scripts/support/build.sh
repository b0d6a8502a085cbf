# Sourced by the scripts after packages.sh: makes $binary the release binary, unless it names one already.

build_release() {
    [ -n "${binary:-}" ] && return 0
    require_swift
    install_packages "${libraries[@]}"
    echo "Building (the first time takes a few minutes) ..." >&2
    swift build --package-path "$root" --configuration release --product attendant --quiet >&2
    binary=$(swift build --package-path "$root" --configuration release --show-bin-path)/attendant
}
