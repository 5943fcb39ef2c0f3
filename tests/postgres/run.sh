#!/usr/bin/env bash
# Runs recipes/postgres.sh against a PostgreSQL of its own, on loopback, that writes every statement into its log.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/postgres/run.sh
#
# Exit status: 0; 1 if the recipe fails; 2 without PostgreSQL, which root gets from Debian.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/common.sh
source "$root/tests/common.sh"
needs_executable

find_server() {
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [[ -x $bin/initdb ]] || bin=$(dirname "$(command -v initdb || echo /missing)")
    [[ -x $bin/initdb && -x $bin/psql ]]
}
if ! find_server && [[ $(id -u) == 0 ]]; then
    # Without a cluster of its own: the test makes one.
    mkdir -p /etc/postgresql-common
    [[ -e /etc/postgresql-common/createcluster.conf ]] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    from_debian --no-install-recommends postgresql || true
fi
find_server || cannot "PostgreSQL is not installed"

work=$(mktemp -d)
chmod 711 "$work"
mkdir "$work/server"
as=()
if [[ $(id -u) == 0 ]]; then
    # The server refuses to run as root.
    user=$(id -nu postgres 2>/dev/null || echo nobody)
    chown "$user" "$work/server"
    as=(runuser -u "$user" --)
fi
server() { (cd "$work/server" && "${as[@]}" "$@"); }
stop() {
    server "$bin/pg_ctl" --pgdata "$work/server/data" --mode immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap stop EXIT
fail() {
    echo "tests/postgres: $*" >&2
    exit 1
}

server "$bin/initdb" --pgdata "$work/server/data" --username postgres --auth trust --encoding UTF8 --no-locale --no-sync >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# As much in the log as there can be.
cat >>"$work/server/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$work/server'
fsync = off
log_statement = 'all'
log_min_duration_statement = 0
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
log_error_verbosity = 'verbose'
log_min_messages = 'debug1'
log_min_error_statement = 'debug1'
CONF
log=$work/server/log
server "$bin/pg_ctl" --pgdata "$work/server/data" --log "$log" --wait --silent start || { cat "$log" && fail "the server does not start"; }

export PATH=$bin:$PATH PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGDATABASE=postgres PGOPTIONS="--client-min-messages=warning"
unset SIGMA_EMBED_SECRET SIGMA_EMBED_CLIENT_ID
sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
sample=$root/fixtures/sample
recipe() { "$root/recipes/postgres.sh" "$@" --quiet --map "$sample/map.csv" --secret-file "$sample/secret.txt" --jti derived; }
count() { sql --command "SELECT count(*) FROM \"My Tables\".\"embed urls\" WHERE $1"; }
all='"My Tables"."embed urls"'

urls=$(grep '^https:' "$sample/urls.txt")
total=$(wc -l <<<"$urls")
signed=$(grep -ci 'signature=' <<<"$urls")
legacy=$(grep -c '/embed/' <<<"$urls")
fill() {
    sql <<'SQL'
DROP SCHEMA IF EXISTS "My Tables" CASCADE;
CREATE SCHEMA "My Tables";
CREATE TABLE "My Tables"."embed urls" (id serial PRIMARY KEY, "The URL" text, note text DEFAULT 'a, "b"');
SQL
    printf '"%s"\n' "${urls//$'\n'/$'"\n"'}" | sql --command "\\copy $all (\"The URL\") FROM pstdin WITH (FORMAT csv)"
}

fill
sql --command "INSERT INTO $all (\"The URL\") VALUES (NULL), ('https://example.com/embed/')"
recipe "$all" id "The URL" || fail "exit status $?"
[[ $(count "\"The URL\" LIKE '%/workbook/%?:jwt=%'") == "$signed" ]] || fail "not every signed URL was converted"
[[ $(count "note = 'a, \"b\"'") == $((total + 2)) ]] || fail "other columns have changed"
expected=$("$EMBED2JWT" convert "$sample/urls.txt" --quiet --map "$sample/map.csv" --secret-file "$sample/secret.txt" --jti derived | sed 's/jwt=[^&]*/jwt=…/')
[[ $(sql --command "SELECT \"The URL\" FROM $all WHERE id <= $total ORDER BY id" | sed 's/jwt=[^&]*/jwt=…/') == "$expected" ]] || fail "other URLs than convert gives"
before=$(sql --command "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM $all t")
recipe "$all" id "The URL" || fail "a second run: exit status $?"
[[ $(sql --command "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM $all t") == "$before" ]] || fail "a second run changes rows"

# The rest of what a run left that converted only some: with the map of one embed, then with all.
fill
head -n 2 "$sample/map.csv" >"$work/part.csv"
status=0
"$root/recipes/postgres.sh" "$all" id "The URL" --quiet --map "$work/part.csv" --secret-file "$sample/secret.txt" >/dev/null 2>&1 || status=$?
some=$(count "\"The URL\" LIKE '%?:jwt=%'")
[[ $status == 1 && $some -gt 0 && $some -lt $signed ]] || fail "part of the map: status $status, $some rows"
recipe "$all" id "The URL" || fail "the rest: exit status $?"
[[ $(count "\"The URL\" LIKE '%?:jwt=%'") == "$signed" ]] || fail "the rest was not converted"

# A row that cannot be written: nothing changes, and no log shows it.
fill
sql --command "ALTER TABLE $all ADD CHECK (id <> 3 OR \"The URL\" NOT LIKE '%jwt%')"
sql --command "UPDATE $all SET \"The URL\" = (SELECT \"The URL\" FROM $all WHERE \"The URL\" ILIKE '%signature=%' LIMIT 1) WHERE id = 3"
status=0
recipe "$all" id "The URL" 2>"$work/said" || status=$?
[[ $status == 2 ]] || fail "exit status $status for a row that cannot be written"
[[ $(count "\"The URL\" LIKE '%?:jwt=%'") == 0 ]] || fail "a run that broke off has changed rows"
grep -q "check constraint" "$work/said" || fail "the reason is not told: $(cat "$work/said")"
grep -q "is as it was" "$work/said" || fail "the end is not told"

# A run that is killed in the middle of the update, and one beside another who changes a row.
fill
sql --command "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NEW; END'"
sql --command "CREATE TRIGGER slow BEFORE UPDATE ON $all FOR EACH STATEMENT EXECUTE FUNCTION wait()"
recipe "$all" id "The URL" 2>/dev/null &
pid=$!
until [[ $(sql --command "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 1 ]]; do sleep 0.05; done
sql --command "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
status=0
wait "$pid" || status=$?
[[ $status == 2 && $(count "\"The URL\" LIKE '%?:jwt=%'") == 0 ]] || fail "a killed run: status $status"
sql --command "DROP TRIGGER slow ON $all"
recipe "$all" id "The URL" || fail "after a killed run: exit status $?"
[[ $(count "\"The URL\" LIKE '%?:jwt=%'") == "$signed" ]] || fail "a killed run was not resumed"

status=0
recipe missing_table id url 2>/dev/null || status=$?
[[ $status == 2 ]] || fail "exit status $status for a table that is missing"

# The log has seen every statement, and no token, no signature and no secret.
grep -q 'EXECUTE format(.UPDATE' "$log" && grep -q 'COPY  *embed2jwt_new' "$log" || fail "the log lacks statements"
if grep -n -e ':jwt=e' -e 'eyJ' -e 'signature=[0-9a-f]' -e "$(tr -d '\n' <"$sample/secret.txt")" "$log" | head -n 3 | grep .; then
    fail "the log shows a token or the secret"
fi
echo "recipes/postgres.sh on $("$bin/postgres" --version): $signed of $total URLs ($legacy on an embed path), five runs, no token in $(wc -l <"$log") lines of log"
