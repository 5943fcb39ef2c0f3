#!/usr/bin/env bash
# Converts the URLs of a column of PostgreSQL where they are, in one transaction.
#
#     postgres.sh TABLE KEY COLUMN [option of `embed2jwt convert`]…
#
# KEY is the table's key, COLUMN holds the URLs; the server is the one that psql finds (PGHOST, PGDATABASE, ~/.pgpass…).
# A row is changed only if its URL is still the one that was converted. A run that breaks off has changed nothing; a second
# run takes the rows that are left. Why URLs were not converted goes to standard error. Exit status as of embed2jwt; with 2,
# the table is as it was.
#
# Tokens reach the server as data of COPY, never as the text of a statement, and no error shows a row: they are in no log.
# They are in the table, though, each for one use: read them soon, or sign when a page is asked for.
set -euo pipefail

if (($# < 3)); then
    echo "usage: postgres.sh TABLE KEY COLUMN [option of embed2jwt convert]…" >&2
    exit 2
fi
table=$1 key=$2 column=$3
shift 3

umask 077
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
fail() {
    echo "postgres.sh: $*; $table is as it was" >&2
    exit 2
}
export PGCLIENTENCODING=UTF8
run=(psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=table="$table" --set=key="$key" --set=column="$column")

# The old URL twice: `url` is converted, `old` comes out as it is.
"${run[@]}" --file=- >"$work/old.csv" <<'SQL' || fail "the rows cannot be read"
SELECT format('COPY (SELECT %1$I::text AS key, %2$I AS url, %2$I AS old FROM %3$s WHERE %2$I LIKE ''%%/embed/%%'' ORDER BY %1$I)
               TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *)', :'key', :'column', :'table'::regclass) \gexec
SQL
if (($(head -n 2 "$work/old.csv" | wc -l) < 2)); then
    echo "$table: 0 URLs to convert" >&2
    exit 0
fi

status=0
"${EMBED2JWT:-embed2jwt}" convert --format csv "$@" --output "$work/new.csv" -- "$work/old.csv" || status=$?
((status < 2)) || fail "the URLs were not converted"

# The columns of the file, as text: whatever a later release adds, the names below stay.
IFS=, read -r -a names < <(head -n 1 "$work/new.csv" | tr -d '\r')
columns=$(printf ', "%s" text' "${names[@]}")
cat >"$work/update.sql" <<SQL
BEGIN;
CREATE TEMPORARY TABLE embed2jwt_new (${columns:2}) ON COMMIT DROP;
\\copy embed2jwt_new FROM pstdin WITH (FORMAT csv, HEADER)
SQL
cat >>"$work/update.sql" <<'SQL'
SELECT set_config('embed2jwt.names', json_build_array(:'table'::regclass::text, :'key', :'column')::text, true) \g /dev/null
DO $$
DECLARE
    names json := current_setting('embed2jwt.names')::json;
    changed bigint;
BEGIN
    EXECUTE format('UPDATE %s AS t SET %I = n.url FROM embed2jwt_new AS n
                    WHERE t.%I::text = n.key AND t.%I = n.old AND n.status = ''converted''',
                   names ->> 0, names ->> 2, names ->> 1, names ->> 2);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RAISE NOTICE '% rows have a new URL', changed;
EXCEPTION WHEN OTHERS THEN
    -- Without the detail, which shows the row.
    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
END $$;
COMMIT;
SQL
"${run[@]}" --file="$work/update.sql" <"$work/new.csv" || fail "the rows were not updated"
exit "$status"
