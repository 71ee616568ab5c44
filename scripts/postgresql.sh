#!/usr/bin/env bash
# Runs a PostgreSQL server of one's own, for tests and benchmarks, until its standard input ends. It listens on a socket
# in FOLDER that only its user and root may reach, and on nothing else; FOLDER is removed at the end.
# usage: scripts/postgresql.sh FOLDER     FOLDER is made, and must not be there; its path has 80 bytes at most
# Prints the connection string once the server answers. Exit 3 where no server is installed.
set -euo pipefail

fail() {
    printf 'postgresql: %s\n' "$2" >&2
    exit "$1"
}

[[ $# == 1 && "$1" == /* && ${#1} -le 80 ]] || fail 2 "usage: scripts/postgresql.sh FOLDER (absolute, 80 bytes at most)"
folder=$1
programs=
for candidate in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin; do
    [[ -x "$candidate/initdb" && -x "$candidate/postgres" ]] && programs=$candidate
done
[[ -n "$programs" ]] || fail 3 "no PostgreSQL server here: apt-get install postgresql"
mkdir -m 700 "$folder" || fail 2 "$folder cannot be made"

# The server refuses to run as root.
run=()
if [[ "$(id -u)" == 0 ]]; then
    user=postgres
    id -u "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    run=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
fi

cd "$folder"
"${run[@]}" "$programs/initdb" -D "$folder/data" -U dtnet -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 ||
    fail 1 "initdb: $(tail -n 1 "$folder/log")"
"${run[@]}" "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c unix_socket_permissions=0700 \
    -c fsync=off -c max_wal_size=4GB >>"$folder/log" 2>&1 </dev/null &
server=$!
end() {
    kill -INT "$server" 2>/dev/null || true
    wait "$server" || true
    rm -rf "$folder"
}
trap end EXIT
for ((attempt = 0; attempt < 300; attempt++)); do
    kill -0 "$server" 2>/dev/null || fail 1 "the server ended: $(tail -n 1 "$folder/log")"
    if "$programs/pg_isready" -q -h "$folder" -U dtnet -d postgres; then break; fi
    sleep 0.1
done
printf 'host=%s user=dtnet dbname=postgres\n' "$folder"
cat >/dev/null
