#!/bin/sh
# Install missing programs for the tests, if apt-get can do it without a password.
# Usage: deploy/tools.sh PROGRAM...   Always exits with 0 and prints what is missing.
set -u

have() {
    case $1 in
    chromium) for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done ; return 1 ;;
    firefox-esr) command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1 ;;
    webkit2gtk-driver) command -v WebKitWebDriver >/dev/null 2>&1 ;;
    xvfb) command -v Xvfb >/dev/null 2>&1 ;;
    # nginx is in a folder that the PATH of ordinary users does not contain.
    nginx) PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx >/dev/null 2>&1 ;;
    # Its programs are in a folder of their version.
    postgresql) command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
    venv) python3 -c 'import ensurepip' 2>/dev/null ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

packages_of() {
    case $1 in
    # The browser needs fonts.
    chromium) echo chromium fonts-liberation ;;
    venv) echo python3-venv ;;
    *) echo "$1" ;;
    esac
}

missing() {
    for program; do have "$program" || echo "$program"; done
}

# The tests start both on other ports, so the services of the packages stay off.
without_services() {
    policy=/usr/sbin/policy-rc.d
    if $root test -e "$policy"; then
        "$@"
    else
        printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
        $root chmod 755 "$policy"
        "$@"
        $root rm -f "$policy"
    fi
}

lacking=$(missing "$@")
[ -z "$lacking" ] && exit 0

if [ "$(id -u)" = 0 ]; then root=""; else root="sudo -n"; fi
if command -v apt-get >/dev/null 2>&1 && $root true 2>/dev/null; then
    packages=$(for program in $lacking; do packages_of "$program"; done)
    echo "Installing" $packages
    $root apt-get update -qq || echo "The list of packages could not be renewed."
    for package in $packages; do
        without_services $root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "$package" >/dev/null ||
            echo "$package could not be installed."
    done
fi

for program in $(missing "$@"); do
    case $program in
    venv) echo "Missing: python3's venv module (Debian and Ubuntu: apt-get install python3-venv)." ;;
    firefox-esr) echo "Missing: $program. Tests that need it (marked needs_firefox) are skipped." ;;
    webkit2gtk-driver | xvfb) echo "Missing: $program. Tests that need it (marked needs_webkit) are skipped." ;;
    *) echo "Missing: $program. Tests that need it (marked needs_$(echo "$program" | cut -d- -f1)) are skipped." ;;
    esac
done
exit 0
